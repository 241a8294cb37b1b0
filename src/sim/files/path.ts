/** `/a/b` of `/a//x/../b/`: absolute, without `.`, `..`, doubled or trailing slashes. Does not follow links. */
export function normalize(path: string, cwd = '/'): string {
  if (isPlain(path)) return path;
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Most paths are as they should be. */
function isPlain(path: string): boolean {
  return (
    path.startsWith('/') && !path.includes('//') && !path.includes('/.') && !path.endsWith('/')
  );
}

export function dirname(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : trimmed.slice(0, slash);
}

export function basename(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

export function join(...parts: readonly string[]): string {
  return normalize(parts.join('/'));
}
