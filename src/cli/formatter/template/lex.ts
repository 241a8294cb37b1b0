/**
 * Templates cut into tokens.
 *
 * Real: text/template/parse/lex.go
 */

export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'string'
  | 'char'
  | 'number'
  | 'bool'
  | 'nil'
  | 'dot'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'comma'
  | 'open'
  | 'close'
  | 'space'
  | 'eof';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

/** A template that cannot be read: `template: :1: …`. */
export class TemplateError extends Error {}

export function parseError(source: string, at: number, text: string): TemplateError {
  const line = source.slice(0, at).split('\n').length;
  return new TemplateError(`template: :${line}: ${text}`);
}

const KEYWORDS = [
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'block',
  'template',
  'with',
];

export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  for (;;) {
    const open = source.indexOf('{{', at);
    let text = open < 0 ? source.slice(at) : source.slice(at, open);
    if (trimNext) {
      const trimmed = text.replace(/^[ \t\r\n]+/, '');
      at += text.length - trimmed.length;
      text = trimmed;
    }
    const trims = open >= 0 && /^{{- /.test(source.slice(open).replace(/^({{-)[\t\r\n]/, '$1 '));
    if (trims) text = text.replace(/[ \t\r\n]+$/, '');
    if (text !== '') tokens.push({ kind: 'text', text, at });
    if (open < 0) break;
    const inside = open + (trims ? 4 : 2);
    const comment = /^\/\*[\s\S]*?\*\/(\s-)?}}/.exec(source.slice(inside));
    if (comment !== null) {
      at = inside + comment[0].length;
      trimNext = comment[1] !== undefined;
      continue;
    }
    if (source.startsWith('/*', inside)) throw parseError(source, open, 'unclosed comment');
    tokens.push({ kind: 'left', text: '{{', at: open });
    const action = lexAction(source, inside, tokens);
    at = action.end;
    trimNext = action.trims;
  }
  tokens.push({ kind: 'eof', text: '', at: source.length });
  return tokens;
}

const RULES: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /^[ \t\r\n]+/],
  ['declare', /^:=/],
  ['assign', /^=/],
  ['pipe', /^\|/],
  ['comma', /^,/],
  ['open', /^\(/],
  ['close', /^\)/],
  ['string', /^"(?:[^"\\\n]|\\.)*"/],
  ['string', /^`[^`]*`/],
  ['char', /^'(?:[^'\\\n]|\\.)+'/],
  ['variable', /^\$[\p{L}\p{N}_]*/u],
  [
    'number',
    /^[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/,
  ],
  ['field', /^\.[\p{L}_][\p{L}\p{N}_]*/u],
  ['dot', /^\./],
  ['identifier', /^[\p{L}_][\p{L}\p{N}_]*/u],
];

function lexAction(
  source: string,
  start: number,
  tokens: Token[],
): { readonly end: number; readonly trims: boolean } {
  let at = start;
  let depth = 0;
  for (;;) {
    const rest = source.slice(at);
    const right = /^(?:\s+-)?}}/.exec(rest);
    if (right !== null) {
      if (depth > 0) throw parseError(source, at, 'unclosed left paren');
      tokens.push({ kind: 'right', text: '}}', at });
      return { end: at + right[0].length, trims: right[0].length > 2 };
    }
    if (rest === '') throw parseError(source, at, 'unclosed action');
    const found = RULES.map(([kind, rule]) => [kind, rule.exec(rest)?.[0]] as const).find(
      ([, text]) => text !== undefined,
    );
    if (found === undefined) throw unreadable(source, at);
    const [kind, text = ''] = found;
    if (kind === 'open') depth += 1;
    if (kind === 'close' && (depth -= 1) < 0) {
      throw parseError(source, at, "unexpected right paren U+0029 ')'");
    }
    tokens.push({ kind: wordKind(kind, text), text, at });
    at += text.length;
  }
}

function wordKind(kind: TokenKind, text: string): TokenKind {
  if (kind !== 'identifier') return kind;
  if (KEYWORDS.includes(text)) return 'keyword';
  if (text === 'true' || text === 'false') return 'bool';
  return text === 'nil' ? 'nil' : 'identifier';
}

function unreadable(source: string, at: number): TemplateError {
  const char = source[at] ?? '';
  if (char === '"') return parseError(source, at, 'unterminated quoted string');
  if (char === '`') return parseError(source, at, 'unterminated raw quoted string');
  if (char === "'") return parseError(source, at, 'unterminated character constant');
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const place = char === '}' ? `unexpected "}" in operand` : undefined;
  return parseError(source, at, place ?? `unrecognized character in action: U+${code} '${char}'`);
}
