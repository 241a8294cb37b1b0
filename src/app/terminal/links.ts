/** Addresses in a terminal's text that the browser pane can open: `http://…`, and the published ports of `docker ps`. */
import type { ILink, ILinkProvider, Terminal } from '@xterm/xterm';

const LINK =
  /\bhttps?:\/\/[^\s"'<>()[\]{}|\\^`]*[^\s"'<>()[\]{}|\\^`.,;:!?]|(?<![\d.])(?:0\.0\.0\.0|\d+(?:\.\d+){3}):(\d+)(?:-\d+)?->\d+(?:-\d+)?\/tcp/g;

export interface FoundLink {
  readonly from: number;
  readonly length: number;
  readonly url: string;
}

/** `address`: where the machine answers, for ports that are published on all of its addresses. */
export function linksIn(line: string, address: string): readonly FoundLink[] {
  return [...line.matchAll(LINK)].map((found) => {
    const [text, port] = found;
    const host = /^[\d.]+/.exec(text)?.[0] ?? '';
    const url =
      port === undefined ? text : `http://${host === '0.0.0.0' ? address : host}:${port}/`;
    return { from: found.index, length: text.length, url };
  });
}

/** Underlines links under the pointer; a click opens them. */
export function linkProvider(
  xterm: Terminal,
  address: () => string,
  open: (url: string) => void,
): ILinkProvider {
  return {
    provideLinks(y, done) {
      const line = xterm.buffer.active.getLine(y - 1);
      if (!line) return done(undefined);
      // Columns and characters differ where a character takes two columns.
      const columns: number[] = [];
      let text = '';
      for (let x = 0; x < line.length; x++) {
        const cell = line.getCell(x);
        if (!cell || cell.getWidth() === 0) continue;
        const characters = cell.getChars() || ' ';
        for (let i = 0; i < characters.length; i++) columns.push(x);
        text += characters;
      }
      const links = linksIn(text, address()).map(({ from, length, url }): ILink => ({
        range: {
          start: { x: (columns[from] ?? 0) + 1, y },
          end: { x: (columns[from + length - 1] ?? 0) + 1, y },
        },
        text: url,
        activate: (_event, target) => open(target),
      }));
      done(links.length > 0 ? links : undefined);
    },
  };
}
