/**
 * The web worker: gives a `Session` the time that passes and posts what changes to the page, at most once a frame.
 */
import * as Comlink from 'comlink';
import type { LabDoor, LabUpdate, OpenOptions } from './index.ts';
import { hasLaterParts } from './later.ts';
import { commandOfHangul } from './hangul.ts';
import { Session } from './session.ts';
import { why } from './view/why.ts';

const FRAME_MS = 16;
/** A tab in the background gets a timer a second; more than this is not made up for. */
const CATCH_UP_MS_MAX = 1_500;

let session: Session | undefined;
let post: ((update: LabUpdate) => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastMs = 0;
let hasFailed = false;

/** Fetches what comes later. When it cannot be had (no network, a new version on the server), the lab says so and stands still. */
async function loadRest(): Promise<void> {
  if (hasLaterParts()) return;
  try {
    await import('./rest.ts');
  } catch (error) {
    guard(() => {
      throw error;
    });
  }
  lastMs = performance.now();
  const waiting = postponed;
  postponed = [];
  for (const run of waiting) act(run);
  schedule();
}

/** Runs what is due, posts, and comes back when something is due again. */
function beat(): void {
  timer = undefined;
  if (!session || hasFailed) return;
  const nowMs = performance.now();
  guard(() => session?.advance(Math.min(nowMs - lastMs, CATCH_UP_MS_MAX)));
  lastMs = nowMs;
  flush();
  schedule();
}

function schedule(): void {
  if (timer !== undefined || hasFailed || !session) return;
  // While something is fetched, virtual time stands still; `loadRest` goes on.
  if (session.lab.world.isHeld) return;
  const idleMs = session.idleMs;
  if (idleMs !== undefined) timer = setTimeout(beat, Math.min(250, Math.max(FRAME_MS, idleMs)));
}

function flush(): void {
  if (!session || hasFailed) return;
  let update: LabUpdate | undefined;
  guard(() => (update = session?.update()));
  if (update && (Object.keys(update).length > 3 || !update.isPaused)) post?.(update);
}

/** An error in here is a fault of the lab itself: it stops, says so, and the log of inputs is kept. */
function guard(run: () => void): void {
  try {
    run();
  } catch (error) {
    hasFailed = true;
    const message =
      error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
    post?.({
      nowMs: session?.lab.nowMs ?? 0,
      speed: 1,
      isPaused: true,
      failure: { message, seed: session?.lab.world.seed ?? '' },
    });
  }
}

/** What was done while virtual time stood still: it happens when it goes on, in the same order. */
let postponed: ((session: Session) => void)[] = [];

/** Does something to the session now: time up to now has passed first. */
function act(run: (session: Session) => void): void {
  if (session?.lab.world.isHeld) {
    postponed.push(run);
    return;
  }
  if (session && !hasFailed) {
    const nowMs = performance.now();
    guard(() => session?.advance(Math.min(nowMs - lastMs, CATCH_UP_MS_MAX)));
    lastMs = nowMs;
    guard(() => run(session as Session));
    flush();
    schedule();
  }
}

const door: LabDoor = {
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- comlink waits for it: the page's side of the door sees promises only
  async open(options: OpenOptions, onUpdate) {
    post = onUpdate;
    hasFailed = false;
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    session = undefined;
    postponed = [];
    // A fresh lab begins at once and what comes later is fetched meanwhile; whatever is prepared or replayed needs all of it.
    const rest = loadRest();
    if (options.kind !== 'free') await rest;
    guard(() => (session = Session.open(options)));
    lastMs = performance.now();
    flush();
    schedule();
  },
  openTerminal: (terminal, machine, columns, rows) =>
    act((s) => s.input({ kind: 'open', terminal, machine, columns, rows })),
  closeTerminal: (terminal) => act((s) => s.input({ kind: 'close', terminal })),
  resize: (terminal, columns, rows) =>
    act((s) => s.input({ kind: 'resize', terminal, columns, rows })),
  type: (terminal, text) => act((s) => s.input({ kind: 'type', terminal, text })),
  scrollback: (terminal) => session?.lab.screen(terminal)?.between(0) ?? '',
  fault: (fault) => act((s) => s.fault(fault)),
  readFile: (machine, path) => session?.readFile(machine, path),
  saveFile(machine, path, text) {
    let error: string | undefined;
    act((s) => (error = s.saveFile(machine, path, text)));
    return error;
  },
  listFiles: (machine, path) => session?.listFiles(machine, path) ?? [],
  play: () => act((s) => s.play()),
  pause: () => act((s) => s.pause()),
  setSpeed: (speed) => act((s) => s.setSpeed(speed)),
  step: () => act((s) => s.step()),
  skip: () => act((s) => s.skip()),
  why: (subject) => session && why(session.lab, subject),
  setStep: (step) => act((s) => s.setStep(step)),
  predict: (choice) => act((s) => s.predict(choice)),
  skipPrediction: () => act((s) => s.predict(undefined)),
  playSolution: () => act((s) => s.playSolution()),
  restartStep: () => act((s) => s.restartStep()),
  undo: () => act((s) => s.undo()),
  save() {
    if (!session) throw new Error('no lab is open');
    return session.save();
  },
  hangulCommand: (line) => commandOfHangul(line),
};

Comlink.expose(door);
