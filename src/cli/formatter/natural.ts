/**
 * Names in the order people expect: `web.2` before `web.10`.
 *
 * Real: fvbommel/sortorder natsort.go (NaturalLess)
 */
const isDigit = (char: string | undefined): boolean =>
  char !== undefined && char >= '0' && char <= '9';

export function naturalLess(a: string, b: string): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] ?? '';
    const y = b[j] ?? '';
    if (isDigit(x) !== isDigit(y)) return isDigit(x);
    if (!isDigit(x)) {
      if (x !== y) return x < y;
      i += 1;
      j += 1;
      continue;
    }
    while (a[i] === '0') i += 1;
    while (b[j] === '0') j += 1;
    const startA = i;
    const startB = j;
    while (isDigit(a[i])) i += 1;
    while (isDigit(b[j])) j += 1;
    if (i - startA !== j - startB) return i - startA < j - startB;
    const numberA = a.slice(startA, i);
    const numberB = b.slice(startB, j);
    if (numberA !== numberB) return numberA < numberB;
    if (startA !== startB) return startA < startB;
  }
  return a.length < b.length;
}

export function byNatural<T>(name: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [left, right] = [name(a), name(b)];
    return naturalLess(left, right) ? -1 : naturalLess(right, left) ? 1 : 0;
  };
}
