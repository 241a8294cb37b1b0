import { storage } from './storage.svelte.ts';

/** Light or dark, normal or large: what was chosen, or what the system asks for. */
class Appearance {
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #systemIsDark = $state(this.#dark.matches);

  constructor() {
    this.#dark.addEventListener('change', ({ matches }) => (this.#systemIsDark = matches));
  }

  get isDark(): boolean {
    const { theme } = storage.preferences;
    return theme === 'system' ? this.#systemIsDark : theme === 'dark';
  }

  get isLarge(): boolean {
    return storage.preferences.size === 'large';
  }

  toggleTheme(): void {
    storage.setPreferences({ theme: this.isDark ? 'light' : 'dark' });
  }

  setLarge(isLarge: boolean): void {
    storage.setPreferences({ size: isLarge ? 'large' : 'normal' });
  }
}

export const appearance = new Appearance();
