/** Every place in the page has its own address, after the `#`: back and forward work, and a place can be handed on. */
export type Route =
  | { readonly place: 'front' }
  | { readonly place: 'lessons' }
  /** `step` counts from 0; the address counts from 1. */
  | { readonly place: 'lesson'; readonly lesson: string; readonly step: number }
  | { readonly place: 'free'; readonly managers: number; readonly workers: number }
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
    if (managers !== undefined && workers !== undefined) return { place: 'free', managers, workers };
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
      return `#/free/${route.managers}/${route.workers}`;
    case 'unknown':
      return route.address;
  }
}

function count(text: string, absent: number, min: number, max: number): number | undefined {
  if (text === '') return absent;
  const n = Number(text);
  return Number.isInteger(n) && n >= min && n <= max ? n : undefined;
}

class Router {
  current = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.current = parseRoute(location.hash)));
  }

  /** Goes somewhere; `replace`: without an entry of its own in the history. */
  go(route: Route, options: { readonly replace?: boolean } = {}): void {
    const address = addressOf(route);
    if (options.replace) {
      history.replaceState(null, '', address);
      this.current = route;
    } else location.hash = address;
  }
}

export const router = new Router();
