/** Shell patterns (`*`, `?`, `[…]`) as regular expressions. */

/** A piece of a word after expansion; a quoted one matches only itself. */
export interface Segment {
  readonly text: string;
  readonly isQuoted: boolean;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9a-fA-F',
  word: '\\w',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
};

export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Whether the segments hold a character that would match something else than itself. */
export function isPattern(segments: readonly Segment[]): boolean {
  return segments.some(({ text, isQuoted }) => !isQuoted && /[*?]|\[.*\]/.test(text));
}

/** The source of a regular expression for the pattern, without anchors. In a path name `*` and `?` stop at slashes. */
export function patternSource(
  segments: readonly Segment[],
  options: { readonly isPath?: boolean; readonly isLazy?: boolean } = {},
): string {
  const any = options.isPath ? '[^/]' : '[\\s\\S]';
  const many = options.isLazy ? '*?' : '*';
  return segments
    .map(({ text, isQuoted }) => (isQuoted ? escapeRegExp(text) : unquotedSource(text, any, many)))
    .join('');
}

function unquotedSource(text: string, any: string, many: string): string {
  let source = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '*') {
      while (text[i + 1] === '*') i++;
      source += any + many;
    } else if (c === '?') source += any;
    else if (c === '\\' && i + 1 < text.length) source += escapeRegExp(text[++i] as string);
    else if (c === '[') {
      const bracket = bracketSource(text, i);
      source += bracket?.source ?? '\\[';
      if (bracket) i = bracket.end;
    } else source += escapeRegExp(c);
  }
  return source;
}

function bracketSource(
  text: string,
  begin: number,
): { readonly source: string; readonly end: number } | undefined {
  const isNegated = text[begin + 1] === '!' || text[begin + 1] === '^';
  let i = begin + (isNegated ? 2 : 1);
  let set = '';
  for (let first = true; i < text.length; i++, first = false) {
    const c = text[i] as string;
    if (c === ']' && !first) return { source: `[${isNegated ? '^' : ''}${set}]`, end: i };
    const named = c === '[' ? /^\[:(\w+):\]/.exec(text.slice(i)) : null;
    if (named && CLASSES[named[1] as string]) {
      set += CLASSES[named[1] as string];
      i += named[0].length - 1;
    } else if (c === '-' && !first && text[i + 1] !== ']') set += '-';
    else set += escapeRegExp(c === '\\' && i + 1 < text.length ? (text[++i] as string) : c);
  }
  return undefined;
}

/** Whether all of `text` matches. */
export function matches(segments: readonly Segment[], text: string, flags = ''): boolean {
  return new RegExp(`^(?:${patternSource(segments)})$`, flags).test(text);
}
