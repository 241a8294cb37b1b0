/** xterm and its parts: a chunk of its own, fetched after the page is there. */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal, type ITheme } from '@xterm/xterm';

export type { Terminal as Xterm } from '@xterm/xterm';

export { linkProvider } from './links.ts';

export interface OpenedTerminal {
  readonly xterm: Terminal;
  /** Fits columns and rows to the place it has. */
  readonly fit: () => void;
}

const SCROLLBACK = 5_000;

/** Colours that Docker and programs ask for; the ground is the terminal's in both themes. */
const THEME: ITheme = {
  foreground: '#e7e5df',
  cursor: '#e7e5df',
  selectionBackground: '#3d5a80',
  selectionInactiveBackground: '#33475f',
  black: '#3b4048',
  red: '#ff8a80',
  green: '#6fd3a6',
  yellow: '#f0c35a',
  blue: '#7db8f5',
  magenta: '#dba6e0',
  cyan: '#6fd0d8',
  white: '#e7e5df',
  brightBlack: '#9aa1ab',
  brightRed: '#ffaea7',
  brightGreen: '#93e2bf',
  brightYellow: '#f7d88b',
  brightBlue: '#a5cff9',
  brightMagenta: '#e8c3ec',
  brightCyan: '#9be2e7',
  brightWhite: '#ffffff',
};

export interface TerminalLook {
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly background: string;
}

/** Makes a terminal in `place`. Drawn with elements, not WebGL: right at every scale, and fast enough. */
export function openTerminal(
  place: HTMLElement,
  look: TerminalLook,
  label: string,
): OpenedTerminal {
  const xterm = new Terminal({
    allowProposedApi: true,
    cursorBlink: false,
    fontFamily: look.fontFamily,
    fontSize: look.fontSize,
    lineHeight: 1.35,
    minimumContrastRatio: 4.5,
    scrollback: SCROLLBACK,
    theme: themeOn(look.background),
  });
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  xterm.loadAddon(new Unicode11Addon());
  xterm.unicode.activeVersion = '11';
  xterm.open(place);
  xterm.textarea?.setAttribute('aria-label', label);
  return { xterm, fit: () => fit.fit() };
}

export function themeOn(background: string): ITheme {
  return { ...THEME, background, cursorAccent: background };
}
