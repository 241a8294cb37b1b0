/** The browsers of a lab: pages over the virtual network. Comes later, as everything that reads HTML. */
import type { Lab } from '../lab.ts';
import { Browser } from './browser.ts';
import { OWN, Places } from './place.ts';
import type { BrowseAction } from './types.ts';

export { Browser } from './browser.ts';
export type * from './types.ts';

/** All windows of a lab, by name. Each begins on the learner's own computer. */
export class Browsers {
  readonly #places: Places;
  readonly #windows = new Map<string, Browser>();

  constructor(lab: Lab) {
    this.#places = new Places(lab);
  }

  get all(): readonly Browser[] {
    return [...this.#windows.values()];
  }

  window(name: string): Browser | undefined {
    return this.#windows.get(name);
  }

  act(window: string, action: BrowseAction): void {
    let browser = this.#windows.get(window);
    if (!browser) {
      browser = new Browser(window, this.#places.of(OWN));
      this.#windows.set(window, browser);
    }
    browser.act(action, (machine) => this.#places.of(machine));
  }
}
