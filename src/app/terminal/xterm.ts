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

/** What the stylesheet says of terminals, at a place of the page. */
export function lookAt(place: Element): TerminalLook {
  const style = getComputedStyle(place);
  return {
    fontFamily: style.getPropertyValue('--mono'),
    fontSize: Number.parseFloat(style.getPropertyValue('--mono-size')) || 14,
    background: style.getPropertyValue('--term').trim(),
  };
}

export interface TerminalLook {
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly background: string;
}

let prepared: OpenedTerminal | undefined;

/** Makes a terminal out of sight, while the lab is not yet there: the first that is opened is this one. */
export function prepareTerminal(look: TerminalLook): void {
  if (prepared) return;
  const aside = document.createElement('div');
  aside.style.cssText = 'position:fixed;left:-9999px;width:800px;height:400px';
  aside.ariaHidden = 'true';
  aside.inert = true;
  document.body.append(aside);
  prepared = makeTerminal(aside, look);
}

/** A terminal in `place`: the prepared one, or a new one. */
export function openTerminal(
  place: HTMLElement,
  look: TerminalLook,
  label: string,
): OpenedTerminal {
  const ready = prepared;
  prepared = undefined;
  const aside = ready?.xterm.element?.parentElement;
  const opened = ready ?? makeTerminal(place, look);
  const { xterm } = opened;
  if (aside && xterm.element) {
    place.append(xterm.element);
    aside.remove();
    xterm.options.fontSize = look.fontSize;
    xterm.options.theme = themeOn(look.background);
  }
  xterm.textarea?.setAttribute('aria-label', label);
  return opened;
}

/** Drawn with elements, not WebGL: right at every scale, and fast enough. */
function makeTerminal(place: HTMLElement, look: TerminalLook): OpenedTerminal {
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
  return { xterm, fit: () => fit.fit() };
}

function themeOn(background: string): ITheme {
  return { ...THEME, background, cursorAccent: background };
}
