/** IPv4 addresses as text, with their arithmetic. */

const PARSED = new Map<string, number>();

/** The 32-bit number of `a.b.c.d`, or undefined when it is none. */
export function parseIP(text: string): number | undefined {
  const known = PARSED.get(text);
  if (known !== undefined) return known;
  const m = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!m) return undefined;
  let value = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = Number(m[i]);
    if (byte > 255) return undefined;
    value = value * 256 + byte;
  }
  if (PARSED.size > 100_000) PARSED.clear();
  PARSED.set(text, value);
  return value;
}

export function formatIP(value: number): string {
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** A network: the first address and the length of the prefix. */
export interface Subnet {
  readonly base: number;
  readonly prefix: number;
}

/** The subnet of `10.0.1.0/24`; host bits are cleared. Undefined when it is no CIDR. */
export function parseCIDR(text: string): Subnet | undefined {
  const slash = text.indexOf('/');
  if (slash < 0 || !/^\d+$/.test(text.slice(slash + 1))) return undefined;
  const prefix = Number(text.slice(slash + 1));
  const address = parseIP(text.slice(0, slash));
  if (address === undefined || prefix > 32) return undefined;
  return { base: address - (address % sizeOf({ base: 0, prefix })), prefix };
}

/** Addresses in a subnet. */
export function sizeOf(subnet: Subnet): number {
  let size = 1;
  for (let i = subnet.prefix; i < 32; i++) size *= 2;
  return size;
}

export function contains(subnet: Subnet, address: number): boolean {
  return address >= subnet.base && address < subnet.base + sizeOf(subnet);
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  return contains(a, b.base) || contains(b, a.base);
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatIP(subnet.base)}/${subnet.prefix}`;
}

/** `02:42:` and the address's bytes: the MAC of an overlay endpoint (libnetwork netutils). */
export function macOfIP(address: string): string {
  const value = parseIP(address) ?? 0;
  const bytes = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return ['02', '42', ...bytes.map((byte) => (byte & 255).toString(16).padStart(2, '0'))].join(':');
}
