import type { Part, Word } from '../syntax/ast.ts';

/** Words that one brace expansion may give: `{1..100000}` is useful, `{1..999999999}` a mistake. */
const WORDS_MAX = 100_000;

/** A character of unquoted text, or a part that braces do not look into. */
type Atom = string | Exclude<Part, { readonly kind: 'literal' }>;

/** `a{b,c}d` → `abd acd`; `{1..3}` → `1 2 3`. Words without braces come back as they are. */
export function expandBraces(word: Word): readonly Word[] {
  if (!word.parts.some((part) => part.kind === 'literal' && part.text.includes('{'))) return [word];
  const atoms: Atom[] = word.parts.flatMap((part): Atom[] =>
    part.kind === 'literal' ? [...part.text] : [part],
  );
  const all = expand(atoms);
  return all.length === 1 && all[0] === atoms
    ? [word]
    : all.map((one) => ({ parts: toParts(one), source: word.source }));
}

function expand(atoms: Atom[]): Atom[][] {
  for (let begin = atoms.indexOf('{'); begin >= 0; begin = atoms.indexOf('{', begin + 1)) {
    const pieces = bracePieces(atoms, begin);
    if (!pieces) continue;
    const after = expand(atoms.slice(pieces.end + 1));
    const before = atoms.slice(0, begin);
    const results: Atom[][] = [];
    for (const piece of pieces.alternatives)
      for (const middle of expand(piece)) {
        for (const rest of after) results.push([...before, ...middle, ...rest]);
        if (results.length > WORDS_MAX) return [atoms];
      }
    return results;
  }
  return [atoms];
}

function bracePieces(
  atoms: readonly Atom[],
  begin: number,
): { readonly alternatives: Atom[][]; readonly end: number } | undefined {
  let depth = 0;
  const alternatives: Atom[][] = [[]];
  for (let i = begin + 1; i < atoms.length; i++) {
    const atom = atoms[i] as Atom;
    if (atom === '}' && depth === 0) {
      if (alternatives.length > 1) return { alternatives, end: i };
      const range = sequence(
        (alternatives[0] as Atom[]).every((one) => typeof one === 'string')
          ? (alternatives[0] as string[]).join('')
          : '',
      );
      return range && { alternatives: range.map((text) => [...text]), end: i };
    }
    if (atom === '{') depth++;
    if (atom === '}') depth--;
    if (atom === ',' && depth === 0) alternatives.push([]);
    else alternatives.at(-1)?.push(atom);
  }
  return undefined;
}

/** `1..10`, `01..10..2`, `a..e`. */
function sequence(text: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?$/.exec(text);
  const found = numbers ?? letters;
  if (!found) return undefined;
  const value = (one: string): number => (numbers ? Number(one) : one.charCodeAt(0));
  const [from, to] = [value(found[1] as string), value(found[2] as string)];
  const step = Math.max(1, Math.abs(Number(found[3] ?? 1))) * (from <= to ? 1 : -1);
  if (Math.abs(to - from) / Math.abs(step) > WORDS_MAX) return undefined;
  const isPadded = numbers && [found[1], found[2]].some((one) => /^-?0\d/.test(one as string));
  const width = isPadded
    ? Math.max(...[found[1], found[2]].map((one) => (one as string).length))
    : 0;
  const all: string[] = [];
  for (let n = from; step > 0 ? n <= to : n >= to; n += step)
    all.push(
      numbers
        ? n < 0
          ? `-${String(-n).padStart(width - 1, '0')}`
          : String(n).padStart(width, '0')
        : String.fromCharCode(n),
    );
  return all;
}

function toParts(atoms: readonly Atom[]): Part[] {
  const parts: Part[] = [];
  for (const atom of atoms) {
    const last = parts.at(-1);
    if (typeof atom !== 'string') parts.push(atom);
    else if (last?.kind === 'literal')
      parts[parts.length - 1] = { kind: 'literal', text: last.text + atom };
    else parts.push({ kind: 'literal', text: atom });
  }
  return parts;
}
