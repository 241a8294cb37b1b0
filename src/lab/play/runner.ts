import type { Lab } from '../lab.ts';

/** The outcome of one command line. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Runs commands of a scenario on the lab's machines: as plain pipes, or typed at a terminal. */
export interface CommandRunner {
  /** Runs a command to its end; virtual time passes. Undefined when the machine gives no answer within `limitMs`. */
  run(
    node: string,
    command: string,
    options: { readonly tty: boolean; readonly input: readonly string[] },
    limitMs: number,
  ): CommandResult | undefined;
}

/** Runs the lab until `isDone`, at most `limitMs` of virtual time and `eventsMax` events. */
export function runWhile(
  lab: Lab,
  isDone: () => boolean,
  limitMs: number,
  eventsMax = 20_000_000,
): boolean {
  const endMs = lab.nowMs + limitMs;
  for (let n = 0; n < eventsMax; n++) {
    if (isDone()) return true;
    if (!lab.world.step(endMs)) {
      lab.runUntil(endMs);
      return isDone();
    }
  }
  return false;
}
