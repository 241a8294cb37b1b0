import { HeadlessShell } from '../../shell/index.ts';
import { emptyInput, sink, Terminal, type Process } from '../../sim/index.ts';
import type { Host, Lab } from '../lab.ts';
import { runWhile, type CommandResult, type CommandRunner } from './runner.ts';

const COLUMNS = 120;
const ROWS = 40;

/** Runs command lines as a recording did: plain pipes with empty input, or a pseudo terminal; one shell a machine, whose folder and variables last. */
export class PipeRunner implements CommandRunner {
  readonly #lab: Lab;
  readonly #shells = new Map<string, HeadlessShell>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  run(
    node: string,
    command: string,
    options: { readonly tty: boolean },
    limitMs: number,
  ): CommandResult | undefined {
    const host = this.#lab.host(node);
    if (!host?.machine.isOn) return { stdout: '', stderr: '', exit: 255 };
    const out = { stdout: '', stderr: '' };
    const process = options.tty
      ? this.#onTerminal(host, command, out)
      : this.#onPipes(host, command, out);
    if (!runWhile(this.#lab, () => process.exit !== undefined, limitMs)) {
      host.machine.kernel.signalGroup(process.group, 'SIGKILL');
      return undefined;
    }
    // What its children still had to write comes out at once.
    this.#lab.runUntil(this.#lab.nowMs);
    return { ...out, exit: process.exit?.code ?? 255 };
  }

  #onPipes(host: Host, command: string, out: { stdout: string; stderr: string }): Process {
    return this.#shell(host).run(command, {
      stdin: emptyInput,
      stdout: sink((text) => (out.stdout += text)),
      stderr: sink((text) => (out.stderr += text)),
    });
  }

  #onTerminal(host: Host, command: string, out: { stdout: string }): Process {
    const terminal = new Terminal(
      host.machine.kernel,
      COLUMNS,
      ROWS,
      (text) => (out.stdout += text),
    );
    return this.#shell(host).run(command, {
      stdin: terminal.input,
      stdout: terminal.output,
      stderr: terminal.output,
      terminal,
    });
  }

  #shell(host: Host): HeadlessShell {
    const { kernel, namespace, name } = host.machine;
    let shell = this.#shells.get(name);
    if (!shell) {
      shell = new HeadlessShell({ kernel, namespace, user: host.user });
      this.#shells.set(name, shell);
    }
    return shell;
  }
}
