import { assert } from '../sim/index.ts';
import type { Lab } from './lab.ts';
import type { Action, Entry } from './lessons/index.ts';
import type { Screen } from './screen.ts';

/** What a script waits for: go on when `until` holds, or when `limitMs` of virtual time have passed. */
export interface Pause {
  readonly until: () => boolean;
  readonly limitMs: number;
  /** The machine at which it is about to do something; the same as before unless told. */
  readonly machine?: string;
}

/** A script is played by whoever runs the lab: at once (`finish`), or while time goes by in the page (`Playback`). */
export type Script<T> = Generator<Pause, T, boolean>;

export interface CommandOutcome {
  readonly output: string;
  readonly exit: number;
  /** It did not end in time. */
  readonly isHanging: boolean;
}

const COMMAND_LIMIT_MS = 300_000;
/** A look at where the next thing happens, for those who watch. */
const LOOK_MS = 1_000;
/** The next entry goes in when the program has run this long since the last one, even if it waits for none. */
const ENTRY_AFTER_MS = 3_000;
/** Between two entries at the least. */
const ENTERING_MS = 500;
const UNTIL_EVERY_MS = 500;
const COLUMNS = 120;
const ROWS = 30;

/** Types a command at a machine's terminal (opened if it is not), enters what its program wants to read, and waits for the prompt. */
export function* typeCommand(
  lab: Lab,
  machine: string,
  command: string,
  input: readonly Entry[] = [],
): Script<CommandOutcome> {
  const screen = screenOf(lab, machine);
  if (!screen) return { output: `no machine ${machine}`, exit: 255, isHanging: false };
  if (!(yield { until: () => screen.isAtPrompt, limitMs: COMMAND_LIMIT_MS }))
    return { output: '', exit: 255, isHanging: true };
  let text = '';
  let from: number | undefined;
  const take = (): void => {
    if (from !== undefined) text += screen.between(from);
    from = undefined;
  };
  const stop = screen.onMark((mark) => {
    if (mark.type === 'accepted') from = screen.total;
    else if (mark.type === 'ended') take();
  });
  let isHanging = false;
  for (const line of command.split('\n')) {
    lab.input({ kind: 'type', terminal: screen.name, text: `${line}\r` });
    // The line is read in an event of its own: only then does the prompt go away.
    yield { until: () => !screen.isAtPrompt, limitMs: 10 };
    yield* enter(lab, screen, input);
    if (!(yield { until: () => screen.isAtPrompt, limitMs: COMMAND_LIMIT_MS })) isHanging = true;
  }
  take();
  stop();
  return { output: text, exit: screen.lastStatus, isHanging };
}

/** What is left of the input when the program has ended is not typed: the shell would take it for commands. */
function* enter(lab: Lab, screen: Screen, input: readonly Entry[]): Script<void> {
  for (const { keys } of input) {
    const isWaiting = (): boolean =>
      screen.isAtPrompt || (screen.runningSinceMs !== undefined && screen.terminal.isAwaitingInput);
    yield { until: isWaiting, limitMs: ENTRY_AFTER_MS };
    if (screen.isAtPrompt) return;
    lab.input({ kind: 'type', terminal: screen.name, text: keys });
    // Who looks on can follow what is entered; and the entry is read in an event of its own.
    yield { until: () => screen.isAtPrompt, limitMs: ENTERING_MS };
  }
}

/** Plays a lesson's actions; returns what did not go as the lesson says. Captures go into `captures`. */
export function* playActions(
  lab: Lab,
  actions: readonly Action[],
  captures: Map<string, string>,
): Script<readonly string[]> {
  const failures: string[] = [];
  for (const action of actions) {
    const machine = action.kind === 'fault' ? action.machines[0] : machineOf(action);
    if (machine !== undefined) yield { until: () => true, limitMs: 0, machine };
    failures.push(...(yield* playAction(lab, action, captures)));
  }
  return failures;
}

function machineOf(action: Action): string | undefined {
  return 'machine' in action ? action.machine : undefined;
}

/** The same script, slow enough to be watched. */
export function* paced<T>(script: Script<T>): Script<T> {
  let next = script.next();
  while (!next.done) {
    const { machine } = next.value;
    if (machine !== undefined) yield { until: () => false, limitMs: LOOK_MS, machine };
    next = script.next(yield next.value);
  }
  return next.value;
}

function* playAction(
  lab: Lab,
  action: Action,
  captures: Map<string, string>,
): Script<readonly string[]> {
  switch (action.kind) {
    case 'command': {
      const { output, exit, isHanging } = yield* typeCommand(
        lab,
        action.machine,
        filled(action.text, captures),
        action.input,
      );
      for (const [name, pattern] of Object.entries(action.capture)) {
        const value = new RegExp(pattern, 'm').exec(plain(output))?.[1];
        if (value !== undefined) captures.set(name, value);
      }
      return isHanging || (exit !== 0) !== action.fails
        ? [`${action.machine}: ${action.text} (${exit}): ${output.slice(0, 300)}`]
        : [];
    }
    case 'typed':
      return [];
    case 'fault':
      for (const machine of action.machines) {
        let isReady = false;
        lab.input(
          { kind: 'fault', fault: { type: action.fault, machine } },
          () => (isReady = true),
        );
        yield { until: () => isReady, limitMs: COMMAND_LIMIT_MS };
      }
      return [];
    case 'wait':
      yield { until: () => false, limitMs: action.ms };
      return [];
    case 'until':
      return yield* repeatUntil(lab, { ...action, text: filled(action.text, captures) });
    case 'write':
      lab.input({
        kind: 'save',
        machine: action.machine,
        path: action.path,
        text: filled(action.text, captures),
      });
      return [];
  }
}

function* repeatUntil(
  lab: Lab,
  action: Extract<Action, { kind: 'until' }>,
): Script<readonly string[]> {
  const endMs = lab.nowMs + action.withinMs;
  const wanted = new RegExp(action.matches, 'ms');
  for (;;) {
    const triedMs = lab.nowMs;
    const { output } = yield* typeCommand(lab, action.machine, action.text);
    if (wanted.test(plain(output))) return [];
    if (lab.nowMs >= endMs)
      return [`${action.machine}: ${action.text} never matched ${action.matches}`];
    yield { until: () => false, limitMs: Math.max(1, triedMs + UNTIL_EVERY_MS - lab.nowMs) };
  }
}

function screenOf(lab: Lab, machine: string): Screen | undefined {
  if (!lab.host(machine)) return undefined;
  if (!lab.screen(machine))
    lab.input({ kind: 'open', terminal: machine, machine, columns: COLUMNS, rows: ROWS });
  return lab.screen(machine);
}

/** Plays a script at once: virtual time runs as fast as it can. */
export function finish<T>(lab: Lab, script: Script<T>): T {
  const playback = new Playback(lab, script);
  while (!playback.pump()) {
    if (lab.world.step(playback.deadlineMs)) continue;
    assert(!lab.world.isHeld, 'a script that is played at once needs everything to be loaded');
    lab.runUntil(playback.deadlineMs);
  }
  return playback.result as T;
}

/** A script that goes on as the lab runs. */
export class Playback<T> {
  readonly #lab: Lab;
  readonly #script: Script<T>;
  #pause: Pause | undefined;
  #deadlineMs: number;
  /** Set when it is over. */
  result: T | undefined;
  /** Where it does something. */
  machine: string | undefined;
  #isOver = false;

  constructor(lab: Lab, script: Script<T>) {
    this.#lab = lab;
    this.#script = script;
    this.#deadlineMs = lab.nowMs;
    this.#advance(script.next());
  }

  /** Virtual time at which it goes on in any case. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  /** Goes on if what it waits for has come; true when the script is over. */
  pump(): boolean {
    while (!this.#isOver && this.#pause) {
      const holds = this.#pause.until();
      if (!holds && this.#lab.nowMs < this.#deadlineMs) return false;
      this.#advance(this.#script.next(holds));
    }
    return true;
  }

  stop(): void {
    this.#isOver = true;
  }

  #advance(next: IteratorResult<Pause, T>): void {
    if (next.done) {
      this.result = next.value;
      this.#isOver = true;
    } else {
      this.#pause = next.value;
      this.machine = next.value.machine ?? this.machine;
      this.#deadlineMs = this.#lab.nowMs + next.value.limitMs;
    }
  }
}

/** Without control sequences and carriage returns. */
export function plain(text: string): string {
  return text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\r/g, '');
}

function filled(text: string, captures: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$\{([A-Z][A-Z0-9_]*)\}/g,
    (whole, name: string) => captures.get(name) ?? whole,
  );
}
