/** Every place in the page has its own address, after the `#`: back and forward work, and a place can be handed on. */
export type Route =
  | { readonly place: 'front' }
  | { readonly place: 'lessons' }
  /** `step` counts from 0; the address counts from 1. */
  | { readonly place: 'lesson'; readonly lesson: string; readonly step: number }
  /** `#/free` alone asks how many machines there shall be. */
  | {
      readonly place: 'free';
      readonly managers: number;
      readonly workers: number;
      readonly isChosen: boolean;
    }
  | { readonly place: 'unknown'; readonly address: string };

export const FREE_MANAGERS_MAX = 7;
export const FREE_WORKERS_MAX = 20;

export function parseRoute(hash: string): Route {
  const address = hash.replace(/^#?\/?/, '');
  const [place = '', first = '', second = ''] = address.split('/');
  if (place === '') return { place: 'front' };
  if (place === 'lessons') return { place: 'lessons' };
  if (place === 'lesson' && /^[a-z0-9-]+$/.test(first) && /^(\d{1,3})?$/.test(second))
    return { place: 'lesson', lesson: first, step: Math.max(0, Number(second || 1) - 1) };
  if (place === 'free') {
    const managers = count(first, 3, 1, FREE_MANAGERS_MAX);
    const workers = count(second, 3, 0, FREE_WORKERS_MAX);
    if (managers !== undefined && workers !== undefined)
      return { place: 'free', managers, workers, isChosen: first !== '' };
  }
  return { place: 'unknown', address: hash };
}

export function addressOf(route: Route): string {
  switch (route.place) {
    case 'front':
      return '#/';
    case 'lessons':
      return '#/lessons';
    case 'lesson':
      return `#/lesson/${route.lesson}/${route.step + 1}`;
    case 'free':
      return route.isChosen ? `#/free/${route.managers}/${route.workers}` : '#/free';
    case 'unknown':
      return route.address;
  }
}

function count(text: string, absent: number, min: number, max: number): number | undefined {
  if (text === '') return absent;
  const n = Number(text);
  return Number.isInteger(n) && n >= min && n <= max ? n : undefined;
}

/** What an entry of the browser's history remembers beside its address: the lab that was open there. */
interface EntryState {
  readonly lab?: string;
}

function labOfEntry(): string | undefined {
  const state = history.state as EntryState | null;
  return typeof state?.lab === 'string' ? state.lab : undefined;
}

/** An open lab, between whose steps one can walk without making it anew. */
interface Held {
  readonly lab: string;
  readonly onStep: (step: number) => void;
}

class Router {
  current = $state.raw<Route>(parseRoute(location.hash));
  /** Counts the places that were entered. Another step of the lab that is open is not another place. */
  visit = $state(0);
  #held: Held | undefined;

  constructor() {
    addEventListener('popstate', () => this.#arrive());
    addEventListener('hashchange', () => this.#arrive());
  }

  /** Goes somewhere; `replace`: without an entry of its own in the history. */
  go(route: Route, options: { readonly replace?: boolean } = {}): void {
    const address = addressOf(route);
    if (options.replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    this.#arrive(true);
  }

  /** The next step of the open lab: an entry of its own, the same lab. */
  walk(step: number): void {
    if (this.current.place !== 'lesson' || !this.#held) return;
    const route = { ...this.current, step };
    history.pushState({ lab: this.#held.lab } satisfies EntryState, '', addressOf(route));
    this.current = route;
    this.#held.onStep(step);
  }

  /** The lab that the present entry belonged to, if it did: the page was loaded again. */
  get labOfEntry(): string | undefined {
    return labOfEntry();
  }

  /** From now on this lab is open here. Returns how to let go of it. */
  hold(lab: string, onStep: (step: number) => void): () => void {
    const held = { lab, onStep };
    this.#held = held;
    history.replaceState({ lab } satisfies EntryState, '');
    return () => {
      if (this.#held === held) this.#held = undefined;
    };
  }

  #arrive(isNew = false): void {
    const route = parseRoute(location.hash);
    const isSame = addressOf(route) === addressOf(this.current);
    const before = this.current;
    if (!isNew && isSame) return;
    this.current = route;
    const stays =
      route.place === 'lesson' &&
      before.place === 'lesson' &&
      route.lesson === before.lesson &&
      this.#held !== undefined &&
      labOfEntry() === this.#held.lab;
    if (stays) this.#held?.onStep(route.step);
    else this.visit += 1;
  }
}

export const router = new Router();
