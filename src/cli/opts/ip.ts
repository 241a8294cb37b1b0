/**
 * IP addresses and networks in text.
 *
 * Real:     net.ParseIP, net.ParseCIDR
 * Left out: IPv6 zones.
 */

export function parseIPv4(text: string): readonly number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  const isCanonical = match.slice(1).every((part) => part === '0' || !part.startsWith('0'));
  return isCanonical && bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

export function isIPv6(text: string): boolean {
  if (!text.includes(':') || !/^[0-9a-fA-F:.]+$/.test(text)) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const hasV4Tail = parseIPv4(groups[groups.length - 1] ?? '') !== undefined;
  const plain = hasV4Tail ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = plain.length + (hasV4Tail ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

export function isIP(text: string): boolean {
  return parseIPv4(text) !== undefined || isIPv6(text);
}

/** The network of `10.1.2.3/16` (`10.1.0.0/16`), or undefined. */
export function parseCIDR(text: string): string | undefined {
  const match = /^(.*)\/(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bits = Number(match[2]);
  const address = match[1] ?? '';
  const bytes = parseIPv4(address);
  if (bytes === undefined) return isIPv6(address) && bits <= 128 ? text : undefined;
  if (bits > 32) return undefined;
  const masked = bytes.map((byte, i) => {
    const kept = Math.max(0, Math.min(8, bits - i * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return `${masked.join('.')}/${bits}`;
}
