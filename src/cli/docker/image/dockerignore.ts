/**
 * What `.dockerignore` leaves out of a build context.
 *
 * Real: moby/patternmatcher patternmatcher.go, ignorefile/ignorefile.go, docker/cli cli/command/image/build/dockerignore.go
 */

interface Pattern {
  readonly text: string;
  /** `!pattern`: takes back what an earlier pattern left out. */
  readonly isException: boolean;
  readonly expression: RegExp;
}

export type Ignore = (path: string) => boolean;

/** Tells of each path (relative to the context) whether it stays behind. The Dockerfile and `.dockerignore` always go along: the daemon needs them. */
export function readIgnore(text: string, dockerfile: string): Ignore {
  const patterns = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap(pattern);
  return (path) => path !== '.dockerignore' && path !== dockerfile && isIgnored(patterns, path);
}

/** The last pattern that matches the path, or a folder that it lies in, decides. */
function isIgnored(patterns: readonly Pattern[], path: string): boolean {
  const parts = path.split('/');
  const above = parts.map((_, i) => parts.slice(0, i + 1).join('/'));
  const last = patterns.findLast(({ expression }) => above.some((one) => expression.test(one)));
  return last !== undefined && !last.isException;
}

function pattern(line: string): readonly Pattern[] {
  if (line.startsWith('#')) return [];
  const trimmed = line.trim();
  const isException = trimmed.startsWith('!');
  const text = clean(isException ? trimmed.slice(1).trim() : trimmed);
  return text === '' ? [] : [{ text, isException, expression: expressionOf(text) }];
}

/** Go's `filepath.Clean`; a leading slash means the context's root. */
function clean(text: string): string {
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '..' && parts.length > 0) parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function expressionOf(text: string): RegExp {
  let source = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '*' && text[i + 1] === '*') {
      i += text[i + 2] === '/' ? 2 : 1;
      // `**/` is any number of folders, none as well; `**` at the end is everything.
      source += i + 1 >= text.length ? '.*' : '(.*/)?';
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '\\' && i + 1 < text.length) source += escaped(text[++i] ?? '');
    else if (char === '[' || char === ']' || char === '-') source += char;
    else source += escaped(char);
  }
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return new RegExp(`^${[...text].map(escaped).join('')}$`);
  }
}

function escaped(char: string): string {
  return char.replace(/[\\^$.|?*+(){}[\]/]/g, '\\$&');
}
