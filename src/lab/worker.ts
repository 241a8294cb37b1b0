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
/** Nobody has done anything for `QUIET_AFTER_MS` and every shell waits: what a cluster at rest does is seen as well this often. */
const QUIET_FRAME_MS = 125;
const QUIET_AFTER_MS = 2_000;
/** After the first prompt, which does not need what comes later, and before anybody has typed a command that does. */
const REST_AFTER_MS = 250;
/** How often it looks when nothing is due, or nobody looks on. */
const IDLE_MS = 250;
/** What a beat makes up for at most: a computer that slept, or a tab that was frozen, has not seen more. */
const CATCH_UP_MS_MAX = 250;
/** A hidden tab gets a timer a second. */
const HIDDEN_CATCH_UP_MS_MAX = 1_500;
/** In a hidden tab time goes on, so that one can read elsewhere while something starts, but no faster than this ... */
const HIDDEN_SPEED_MAX = 1;
/** ... and not for longer than this: nobody comes back to a cluster that has lived through a night. */
const HIDDEN_MS_MAX = 300_000;

let session: Session | undefined;
let post: ((update: LabUpdate) => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastMs = 0;
let hasFailed = false;
let rest: Promise<void> | undefined;
let sqlite: Promise<void> | undefined;
/** When something was last done to the lab. */
let actedMs = 0;
/** What the page knows of what stands in every update. */
let told = '';
/** Real time that may still pass in the hidden tab; undefined: it is seen. */
let hiddenLeftMs: number | undefined;

/** Fetches what comes later. When it cannot be had (no network, a new version on the server), the lab says so and stands still. */
function loadRest(): Promise<void> {
  rest ??= fetchRest();
  return rest;
}

async function fetchRest(): Promise<void> {
  if (hasLaterParts()) return;
  try {
    await import('./rest.ts');
  } catch (error) {
    rest = undefined;
    guard(() => {
      throw error;
    });
  }
  goOn();
}

/** Fetches the SQL engine: when a database server starts, or before anything is prepared or replayed that may start one. */
function loadSqlite(): Promise<void> {
  sqlite ??= fetchSqlite();
  return sqlite;
}

async function fetchSqlite(): Promise<void> {
  try {
    await (
      await import('./sqlite.ts')
    ).sqliteLoaded;
  } catch (error) {
    sqlite = undefined;
    guard(() => {
      throw error;
    });
  }
  goOn();
}

/** What was awaited is there: virtual time goes on, and what was done meanwhile happens. */
function goOn(): void {
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
  catchUp();
  flush();
  schedule();
}

/** Lets the time pass that has passed outside since it was done last. */
function catchUp(): void {
  const nowMs = performance.now();
  const passedMs = nowMs - lastMs;
  lastMs = nowMs;
  if (hiddenLeftMs === undefined) {
    guard(() => session?.advance(Math.min(passedMs, CATCH_UP_MS_MAX)));
    return;
  }
  const hiddenMs = Math.min(passedMs, HIDDEN_CATCH_UP_MS_MAX, hiddenLeftMs);
  hiddenLeftMs -= hiddenMs;
  guard(() => session?.advance(hiddenMs, HIDDEN_SPEED_MAX));
}

/** The page has gone out of sight or come back. Up to now it was as before. */
function setVisible(isVisible: boolean): void {
  if (isVisible === (hiddenLeftMs === undefined)) return;
  if (session && !hasFailed && !session.lab.world.isHeld) catchUp();
  hiddenLeftMs = isVisible ? undefined : HIDDEN_MS_MAX;
  flush();
  schedule();
}

function schedule(): void {
  if (timer !== undefined || hasFailed || !session) return;
  // While something is fetched, virtual time stands still; `loadRest` goes on.
  if (session.lab.world.isHeld) void (hasLaterParts() ? loadSqlite() : loadRest());
  if (session.lab.world.isHeld || hiddenLeftMs === 0) return;
  const idleMs = session.idleMs;
  const isQuiet = session.isQuiet && performance.now() - actedMs > QUIET_AFTER_MS;
  const seenMs = isQuiet ? QUIET_FRAME_MS : FRAME_MS;
  const frameMs = hiddenLeftMs === undefined ? seenMs : IDLE_MS;
  if (idleMs !== undefined) timer = setTimeout(beat, Math.min(IDLE_MS, Math.max(frameMs, idleMs)));
}

function flush(): void {
  if (!session || hasFailed) return;
  let update: LabUpdate | undefined;
  guard(() => (update = session?.update()));
  if (!update) return;
  const { nowMs, speed, isPaused, ...news } = update;
  const known = `${nowMs} ${speed} ${isPaused}`;
  if (known === told && Object.keys(news).length === 0) return;
  told = known;
  post?.(update);
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
  if (!session || hasFailed) return;
  actedMs = performance.now();
  // The next beat comes a frame from now, however far off it was.
  if (timer !== undefined) clearTimeout(timer);
  timer = undefined;
  if (!session.lab.world.isHeld) catchUp();
  if (hasFailed) return;
  // The time that has just passed may have come to where virtual time stands still; what waits goes first.
  if (session.lab.world.isHeld || postponed.length > 0) postponed.push(run);
  else guard(() => run(session as Session));
  flush();
  schedule();
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
    told = '';
    // A fresh lab begins at once and what comes later is fetched after it; whatever is prepared or replayed needs all of it.
    if (options.kind === 'free') setTimeout(() => void loadRest(), REST_AFTER_MS);
    else await Promise.all([loadRest(), loadSqlite()]);
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
  browse: (window, action) => act((s) => s.input({ kind: 'browse', window, action })),
  readFile: (machine, path) => session?.readFile(machine, path),
  saveFile(machine, path, text) {
    let error: string | undefined;
    act((s) => (error = s.saveFile(machine, path, text)));
    return error;
  },
  listFiles: (machine, path) => session?.listFiles(machine, path) ?? [],
  play: () => act((s) => s.play()),
  pause: () => act((s) => s.pause()),
  setVisible,
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
