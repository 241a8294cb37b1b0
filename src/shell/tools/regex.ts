import { posixToJs } from '../run/conditional.ts';

/** POSIX regular expressions as JavaScript ones (with the `u` flag). */

/** Extended syntax: nearly JavaScript's. */
export function extendedToJs(pattern: string): string {
  return translate(pattern, true);
}

/** Basic syntax: `\(`, `\{`, `\|`, `\+`, `\?` have the meaning that the bare ones have in extended syntax. */
export function basicToJs(pattern: string): string {
  return translate(pattern, false);
}

function translate(pattern: string, isExtended: boolean): string {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '[') {
      const end = bracketEnd(pattern, i);
      if (end < 0) return `${out}\\[`;
      out += bracket(pattern.slice(i + 1, end));
      i = end;
    } else if (c === '\\') {
      const next = pattern[++i] ?? '\\';
      out += escaped(next, isExtended);
    } else if (!isExtended && '(){}|+?'.includes(c)) out += `\\${c}`;
    else if (c === '*' && (out === '' || /(?:^|[^\\])(?:\(|\||\^)$/.test(out)))
      out += isExtended ? '' : '\\*';
    else if (!isExtended && c === '^' && out !== '' && !out.endsWith('(') && !out.endsWith('|'))
      out += '\\^';
    else if (
      !isExtended &&
      c === '$' &&
      i + 1 < pattern.length &&
      !pattern.startsWith('\\)', i + 1) &&
      !pattern.startsWith('\\|', i + 1)
    )
      out += '\\$';
    else if (c === '{' && isExtended && !/^\{\d*,?\d*\}/.test(pattern.slice(i))) out += '\\{';
    else if (c === '}' && isExtended && !/\{\d*,?\d*$/.test(out)) out += '\\}';
    else if (c === ']' || c === '/') out += `\\${c}`;
    else if (c === '{' && /^\{,\d/.test(pattern.slice(i))) out += '{0';
    else out += c;
  }
  return out;
}

function escaped(next: string, isExtended: boolean): string {
  if (/[wWsSbBdD1-9]/.test(next)) return next === 'd' || next === 'D' ? next : `\\${next}`;
  if (next === '<') return '\\b(?=\\w)';
  if (next === '>') return '\\b(?<=\\w)';
  if (next === '`') return '^';
  if (next === 'n') return '\\n';
  if (next === 't') return '\\t';
  if ('(){}|+?'.includes(next)) return isExtended ? `\\${next}` : next;
  return /[\^$.*[\]\\/]/.test(next) ? `\\${next}` : next;
}

function bracketEnd(pattern: string, begin: number): number {
  let i = begin + 1;
  if (pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    if (pattern.startsWith('[:', i)) {
      const end = pattern.indexOf(':]', i);
      if (end > 0) i = end + 1;
    } else if (pattern[i] === ']') return i;
  }
  return -1;
}

function bracket(inside: string): string {
  const isNegated = inside.startsWith('^');
  const body = isNegated ? inside.slice(1) : inside;
  const safe = posixToJs(
    body
      .replace(/\\(?![nt])/g, '\\\\')
      .replace(/^\]/, '\\]')
      .replace(/\[(?!:)/g, '\\[')
      .replace(/&&/g, '\\&\\&')
      .replace(/^-|-$/g, '\\-'),
  );
  return `[${isNegated ? '^' : ''}${safe}]`;
}
