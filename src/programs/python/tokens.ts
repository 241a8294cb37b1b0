/**
 * Python's words: names, numbers, strings, operators, and the indentation that makes blocks.
 *
 * Real: CPython Parser/tokenizer.c.
 */
export class PythonSyntaxError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

export interface Token {
  readonly type:
    'name' | 'number' | 'string' | 'format' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end';
  readonly text: string;
  readonly line: number;
}

const WORD =
  /([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|(0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)|(\*\*|\/\/=|\/\/|[-+*/%=!<>]=|->|[-+*/%=<>()[\]{},:.;|&^~@])/y;

export function tokens(text: string): readonly Token[] {
  const out: Token[] = [];
  const indents = [0];
  let depth = 0;
  let line = 1;
  let at = 0;
  let isLineStart = true;
  const push = (type: Token['type'], value: string): void =>
    void out.push({ type, text: value, line });
  while (at < text.length) {
    if (isLineStart && depth === 0) {
      const blank = /[ \t]*/y;
      blank.lastIndex = at;
      const width = (blank.exec(text)?.[0] ?? '').replace(/\t/g, '        ').length;
      at = blank.lastIndex;
      if (at >= text.length) break;
      if (text[at] !== '#' && text[at] !== '\n' && text[at] !== '\r') {
        if (width > (indents.at(-1) ?? 0)) {
          indents.push(width);
          push('indent', '');
        }
        while (width < (indents.at(-1) ?? 0)) {
          indents.pop();
          push('dedent', '');
        }
        if (width !== indents.at(-1))
          throw new PythonSyntaxError('unindent does not match any outer indentation level', line);
      }
      isLineStart = false;
    }
    const char = text[at] as string;
    if (char === '\n') {
      if (depth === 0 && out.length > 0 && out.at(-1)?.type !== 'newline') push('newline', '');
      line++;
      at++;
      isLineStart = true;
    } else if (char === '#') {
      while (at < text.length && text[at] !== '\n') at++;
    } else if (/\s/.test(char)) at++;
    else if (char === '\\' && text[at + 1] === '\n') {
      at += 2;
      line++;
    } else {
      const string = /([rRbBfF]{0,2})("""|'''|"|')/y;
      string.lastIndex = at;
      const opened = string.exec(text);
      if (opened) {
        const read = readString(text, string.lastIndex, opened[2] as string, line);
        const isRaw = /r/i.test(opened[1] ?? '');
        push(
          /f/i.test(opened[1] ?? '') ? 'format' : 'string',
          isRaw ? read.raw : unescape(read.raw),
        );
        line += read.raw.split('\n').length - 1;
        at = read.end;
        continue;
      }
      WORD.lastIndex = at;
      const word = WORD.exec(text);
      if (!word) throw new PythonSyntaxError(`invalid character '${char}'`, line);
      at = WORD.lastIndex;
      if (/^[([{]$/.test(word[0])) depth++;
      if (/^[)\]}]$/.test(word[0])) depth--;
      push(word[1] ? 'name' : word[2] ? 'number' : 'operator', word[0]);
    }
  }
  if (out.length > 0 && out.at(-1)?.type !== 'newline') push('newline', '');
  while (indents.length > 1) {
    indents.pop();
    push('dedent', '');
  }
  push('end', '');
  return out;
}

function readString(
  text: string,
  from: number,
  quote: string,
  line: number,
): { readonly raw: string; readonly end: number } {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(quote, at))
      return { raw: text.slice(from, at), end: at + quote.length };
    else if (text[at] === '\n' && quote.length === 1) break;
  }
  throw new PythonSyntaxError('unterminated string literal', line);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  '0': '\0',
};

function unescape(raw: string): string {
  return raw.replace(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|[\s\S])/g, (whole, code: string) =>
    /^[ux]./.test(code)
      ? String.fromCharCode(parseInt(code.slice(1), 16))
      : (ESCAPES[code] ?? whole),
  );
}
