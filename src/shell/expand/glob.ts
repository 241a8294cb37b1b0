import type { FileSystem } from '../sys.ts';
import { normalize } from '../sys.ts';
import { isPattern, patternSource, type Segment } from './pattern.ts';

/** Names that one pattern may give. */
const MATCHES_MAX = 100_000;

/** The paths that a pattern matches, sorted; empty when there are none. */
export function glob(files: FileSystem, cwd: string, segments: readonly Segment[]): string[] {
  const parts = splitSlashes(segments);
  let found: { readonly shown: string; readonly path: string }[] = [{ shown: '', path: cwd }];
  parts.forEach((part, index) => {
    const text = part.map((segment) => segment.text).join('');
    const isLast = index === parts.length - 1;
    const isFirst = index === 0;
    if (isFirst && text === '') {
      found = [{ shown: '/', path: '/' }];
      return;
    }
    if (text === '') {
      found = found
        .filter(({ path }) => files.lookup(path)?.type === 'directory')
        .map(({ shown, path }) => ({ shown: isLast ? `${shown}` : shown, path }));
      return;
    }
    found = found
      .flatMap((base) => step(files, base, part, text))
      .map((one) => (isLast ? one : { ...one, shown: `${one.shown}/` }));
    if (!isLast) found = found.filter(({ path }) => files.lookup(path)?.type === 'directory');
    if (found.length > MATCHES_MAX) found = found.slice(0, MATCHES_MAX);
  });
  return found.map(({ shown }) => shown).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function step(
  files: FileSystem,
  base: { readonly shown: string; readonly path: string },
  part: readonly Segment[],
  text: string,
) {
  const at = (name: string) => ({
    shown: `${base.shown}${name}`,
    path: normalize(name, base.path),
  });
  if (!isPattern(part))
    return files.lookup(at(text).path, { nofollow: true }) || text === '.' || text === '..'
      ? [at(text)]
      : [];
  const folder = files.lookup(base.path);
  if (folder?.type !== 'directory') return [];
  const expression = new RegExp(`^(?:${patternSource(part, { isPath: true })})$`);
  const wantsHidden = text.startsWith('.');
  return files
    .list(base.path)
    .filter((name) => (wantsHidden || !name.startsWith('.')) && expression.test(name))
    .map(at);
}

/** Cuts segments at slashes. */
function splitSlashes(segments: readonly Segment[]): Segment[][] {
  const parts: Segment[][] = [[]];
  for (const { text, isQuoted } of segments)
    text.split('/').forEach((piece, index) => {
      if (index > 0) parts.push([]);
      if (piece !== '') parts.at(-1)?.push({ text: piece, isQuoted });
    });
  return parts;
}
