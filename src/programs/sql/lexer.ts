/**
 * Words of SQL as MySQL and PostgreSQL read them.
 *
 * Real:     mysql sql/sql_lex.cc; postgres src/backend/parser/scan.l.
 * Left out: character set introducers are read and ignored; bit strings.
 */
export type Dialect = 'mysql' | 'postgres';

export type TokenType = 'word' | 'name' | 'string' | 'number' | 'variable' | 'op' | 'end';

export interface Token {
  readonly type: TokenType;
  /** A word in upper case; a name, string or number as it is meant; an operator. */
  readonly text: string;
  /** A word as it was written. */
  readonly raw: string;
  readonly start: number;
  readonly end: number;
}

/** A place where the text is no SQL. */
export class SqlSyntaxError extends Error {
  readonly at: number;
  /** What stands there, as far as the token goes. */
  readonly token: string;

  constructor(at: number, token: string) {
    super(`syntax error at ${at}`);
    this.at = at;
    this.token = token;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  b: '\b',
  Z: '\u001a',
};
const OPERATORS =
  /^(?:<=>|->>|->|<<|>>|<=|>=|<>|!=|:=|::|\|\||&&|!~\*|!~|~\*|[-+*/%=<>!~^&|(),.;?@:[\]{}])/;
const WORD = /^[\p{L}_$][\p{L}\p{N}_$]*/u;

export function tokenize(sql: string, dialect: Dialect): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  /** Inside a comment that begins with an exclamation mark: MySQL runs what stands there. */
  let isConditional = false;
  const push = (type: TokenType, text: string, end: number): void => {
    tokens.push({ type, text, raw: sql.slice(at, end), start: at, end });
    at = end;
  };
  while (at < sql.length) {
    const rest = sql.slice(at, at + 256);
    const space = /^\s+/.exec(rest);
    if (space) {
      at += space[0].length;
      continue;
    }
    if (/^--(?:\s|$)/.test(rest) || (dialect === 'postgres' && rest.startsWith('--'))) {
      at = endOfLine(sql, at);
      continue;
    }
    if (dialect === 'mysql' && rest.startsWith('#')) {
      at = endOfLine(sql, at);
      continue;
    }
    if (rest.startsWith('/*')) {
      const conditional = dialect === 'mysql' ? /^\/\*M?!\d*/.exec(rest) : null;
      if (conditional) {
        isConditional = true;
        at += conditional[0].length;
        continue;
      }
      const end = sql.indexOf('*/', at + 2);
      at = end < 0 ? sql.length : end + 2;
      continue;
    }
    if (isConditional && rest.startsWith('*/')) {
      isConditional = false;
      at += 2;
      continue;
    }
    const hex = /^(?:0x([0-9a-fA-F]+)|[xX]'([0-9a-fA-F]*)')/.exec(rest);
    if (hex) {
      push('string', textOfHex(hex[1] ?? hex[2] ?? ''), at + hex[0].length);
      continue;
    }
    const number = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest);
    if (number && !/^\d+[\p{L}_$]/u.test(rest)) {
      push('number', number[0], at + number[0].length);
      continue;
    }
    const quote = rest[0] as string;
    if (quote === "'" || (quote === '"' && dialect === 'mysql')) {
      const { text, end } = quoted(sql, at, quote, dialect === 'mysql');
      push('string', text, end);
      continue;
    }
    if (dialect === 'postgres' && /^[eE]'/.test(rest)) {
      const { text, end } = quoted(sql, at + 1, "'", true);
      push('string', text, end);
      continue;
    }
    const dollar = dialect === 'postgres' ? /^\$\w*\$/.exec(rest) : null;
    if (dollar) {
      const close = sql.indexOf(dollar[0], at + dollar[0].length);
      if (close < 0) throw new SqlSyntaxError(at, rest);
      push('string', sql.slice(at + dollar[0].length, close), close + dollar[0].length);
      continue;
    }
    if ((quote === '`' && dialect === 'mysql') || (quote === '"' && dialect === 'postgres')) {
      const { text, end } = quoted(sql, at, quote, false);
      push('name', text, end);
      continue;
    }
    const variable = dialect === 'mysql' ? /^@@?(?:[\p{L}\p{N}_$.]+|`[^`]*`)/u.exec(rest) : null;
    if (variable) {
      push('variable', variable[0].replaceAll('`', ''), at + variable[0].length);
      continue;
    }
    const introducer = dialect === 'mysql' ? /^(?:_\w+|[nN])\s*(?=')/.exec(rest) : null;
    if (introducer) {
      at += introducer[0].length;
      continue;
    }
    const word = (dialect === 'mysql' ? /^[\p{L}\p{N}_$]+/u : WORD).exec(rest);
    if (word) {
      push('word', word[0].toUpperCase(), at + word[0].length);
      continue;
    }
    const operator = OPERATORS.exec(rest);
    if (!operator) throw new SqlSyntaxError(at, rest[0] as string);
    push('op', operator[0] === '!=' ? '<>' : operator[0], at + operator[0].length);
  }
  push('end', '', sql.length);
  return tokens;
}

function endOfLine(sql: string, at: number): number {
  const end = sql.indexOf('\n', at);
  return end < 0 ? sql.length : end + 1;
}

function quoted(
  sql: string,
  start: number,
  quote: string,
  hasEscapes: boolean,
): { readonly text: string; readonly end: number } {
  let text = '';
  for (let at = start + 1; at < sql.length; at++) {
    const one = sql[at] as string;
    if (one === quote) {
      if (sql[at + 1] !== quote) return { text, end: at + 1 };
      text += quote;
      at++;
    } else if (one === '\\' && hasEscapes) {
      const next = sql[++at] ?? '';
      // In patterns the backslash stays before what LIKE gives a meaning.
      text += next === '%' || next === '_' ? `\\${next}` : (ESCAPES[next] ?? next);
    } else text += one;
  }
  throw new SqlSyntaxError(start, sql.slice(start));
}

function textOfHex(hex: string): string {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  let text = '';
  for (let i = 0; i < even.length; i += 2)
    text += String.fromCharCode(Number.parseInt(even.slice(i, i + 2), 16));
  return text;
}

/** Cuts a script into statements at `;`, outside of quotes and comments. What is left over is the last, unfinished one. */
export function splitStatements(
  script: string,
  dialect: Dialect,
): readonly { readonly text: string; readonly start: number }[] {
  const parts: { readonly text: string; readonly start: number }[] = [];
  let start = 0;
  for (const { type, text, start: at, end } of tokenize(script, dialect))
    if (type === 'op' && text === ';') {
      parts.push({ text: script.slice(start, at), start });
      start = end;
    }
  if (script.slice(start).trim() !== '') parts.push({ text: script.slice(start), start });
  return parts;
}
