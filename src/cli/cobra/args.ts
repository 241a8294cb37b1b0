/**
 * How many arguments a command takes, and what it says when it got another number.
 *
 * Real: docker/cli cli/required.go
 */
import { StatusError } from '../errors.ts';
import type { ArgsRule, Command } from './command.ts';

export function checkArgs(command: Command, rule: ArgsRule, args: readonly string[]): void {
  const text = complaint(command, rule, args);
  if (text !== undefined) throw new StatusError(text);
}

function complaint(command: Command, rule: ArgsRule, args: readonly string[]): string | undefined {
  const count = args.length;
  switch (rule[0]) {
    case 'none':
      if (count === 0) return undefined;
      if (command.commands.length > 0) {
        const first = `docker: unknown command: ${command.path} ${args[0] ?? ''}`;
        return `${first}\n\n${usageLine(command)}\n\nRun '${command.path} --help' for more information`;
      }
      return say(command, 'accepts no arguments', 'Run');
    case 'exact':
      if (count === rule[1]) return undefined;
      return say(command, `requires ${argumentsOf(rule[1])}`, 'Run');
    case 'min':
      if (count >= rule[1]) return undefined;
      return say(command, `requires at least ${argumentsOf(rule[1])}`, 'See');
    case 'max':
      if (count <= rule[1]) return undefined;
      // "SRun" is what 28.x prints; 29 repaired it.
      return say(command, `requires at most ${argumentsOf(rule[1])}`, 'SRun');
    case 'range':
      if (count >= rule[1] && count <= rule[2]) return undefined;
      return say(
        command,
        `requires at least ${rule[1]} and at most ${argumentsOf(rule[2])}`,
        'Run',
      );
    default: {
      const never: never = rule;
      return never;
    }
  }
}

function usageLine(command: Command): string {
  return `Usage:  ${command.useLine}`;
}

function say(command: Command, what: string, verb: string): string {
  return `docker: '${command.path}' ${what}\n\n${usageLine(command)}\n\n${verb} '${command.path} --help' for more information`;
}

function argumentsOf(count: number): string {
  return `${count} ${count === 1 ? 'argument' : 'arguments'}`;
}
