/**
 * What a lab needs and what takes longest to come: its web worker, and the terminal. The built page runs this file by itself, before the
 * rest of the page is there (scripts/ahead.mjs), so that they are on their way meanwhile.
 */

type TerminalModule = typeof import('./terminal/xterm.ts');

let early: Worker | undefined;
let terminal: Promise<TerminalModule> | undefined;

/** The web worker of a lab: the one that was started ahead, or a new one. Whoever takes it ends it. */
export function takeWorker(): Worker {
  const worker = early ?? newWorker();
  early = undefined;
  return worker;
}

/** xterm, which is a chunk of its own. What could not be fetched is asked for again. */
export function loadTerminal(): Promise<TerminalModule> {
  terminal ??= import('./terminal/xterm.ts').catch((error: unknown) => {
    terminal = undefined;
    throw error;
  });
  return terminal;
}

/** Makes the first terminal while the lab is on its way. */
export function prepareTerminal(): void {
  Promise.all([loadTerminal(), document.fonts.load(`16px 'Lab Mono'`)])
    .then(([{ lookAt, prepareTerminal: prepare }]) => prepare(lookAt(document.documentElement)))
    .catch(() => undefined);
}

function newWorker(): Worker {
  return new Worker(new URL('../lab/worker.ts', import.meta.url), { type: 'module' });
}

/** The front page and every desk have a lab; only desks have terminals. */
function start(address: string): void {
  const isDesk = /^#?\/?(lesson|free)\/./.test(address);
  if (!isDesk && !/^#?\/?$/.test(address)) return;
  const worker = newWorker();
  early = worker;
  // One that does not come is not handed out: whoever asks gets a new one, and hears what is wrong with that.
  const forget = (): void => {
    if (early === worker) early = undefined;
  };
  worker.addEventListener('error', forget, { once: true });
  if (isDesk) loadTerminal().catch(() => undefined);
}

start(location.hash);
