/**
 * Address management: which subnets are taken, and which addresses in each.
 *
 * Real:     moby libnetwork/ipam, libnetwork/bitmap
 * Left out: IPv6, IPAM plugins.
 */

const ADDRESS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

export interface Subnet {
  /** The network address as a number. */
  readonly base: number;
  readonly prefix: number;
}

export function parseAddress(text: string): number | undefined {
  const match = ADDRESS.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1).map(Number);
  return parts.some((part) => part > 255)
    ? undefined
    : parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatAddress(address: number): string {
  return [16777216, 65536, 256, 1].map((unit) => Math.floor(address / unit) % 256).join('.');
}

export function parseSubnet(text: string): Subnet | undefined {
  const [address = '', prefix = ''] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) return undefined;
  const size = sizeOf(Number(prefix));
  return { base: Math.floor(parsed / size) * size, prefix: Number(prefix) };
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatAddress(subnet.base)}/${subnet.prefix}`;
}

/** How many addresses a subnet of this prefix has: 2 to the power of the bits that are left. */
const SIZES: readonly number[] = Array.from({ length: 33 }).reduce<number[]>(
  (sizes) => [(sizes[0] ?? 0.5) * 2, ...sizes],
  [],
);
const sizeOf = (prefix: number): number => SIZES[prefix] ?? 1;
const endOf = (subnet: Subnet): number => subnet.base + sizeOf(subnet.prefix);
const overlap = (a: Subnet, b: Subnet): boolean => a.base < endOf(b) && b.base < endOf(a);

/**
 * The addresses of one subnet. They are handed out one after the other; a freed one comes again
 * only after all others.
 */
export class AddressPool {
  readonly subnet: Subnet;
  readonly #taken = new Set<number>();
  readonly #first: number;
  readonly #last: number;
  #next: number;

  constructor(subnet: Subnet, range?: Subnet) {
    this.subnet = subnet;
    const within = range ?? subnet;
    const size = sizeOf(subnet.prefix);
    // The network's own address and the broadcast address belong to nobody.
    this.#first = Math.max(within.base, size > 2 ? subnet.base + 1 : subnet.base);
    this.#last = Math.min(endOf(within) - 1, size > 2 ? endOf(subnet) - 2 : endOf(subnet) - 1);
    this.#next = this.#first;
  }

  /** The next free address as CIDR, or undefined when all are taken. */
  take(): string | undefined {
    const count = this.#last - this.#first + 1;
    if (this.#taken.size >= count && this.#isFull()) return undefined;
    for (let i = 0; i < count; i++) {
      const address = this.#next;
      this.#next = address >= this.#last ? this.#first : address + 1;
      if (this.#taken.has(address)) continue;
      this.#taken.add(address);
      return `${formatAddress(address)}/${this.subnet.prefix}`;
    }
    return undefined;
  }

  /**
   * Takes this very address (a CIDR or a bare one); false when it is not free or not of this
   * subnet. Does not move on what comes next.
   */
  takeThis(text: string): boolean {
    const address = parseAddress(text.split('/')[0] ?? '');
    if (address === undefined || address < this.subnet.base || address >= endOf(this.subnet))
      return false;
    if (this.#taken.has(address)) return false;
    this.#taken.add(address);
    return true;
  }

  free(text: string): void {
    const address = parseAddress(text.split('/')[0] ?? '');
    if (address !== undefined) this.#taken.delete(address);
  }

  #isFull(): boolean {
    for (let address = this.#first; address <= this.#last; address++)
      if (!this.#taken.has(address)) return false;
    return true;
  }
}

/**
 * The subnets of the cluster: networks that ask for none get the first free one of the default
 * pools.
 */
export class SubnetPools {
  readonly #taken = new Map<string, Subnet>();
  readonly #pools: readonly Subnet[];
  readonly #prefix: number;

  constructor(pools: readonly string[], prefix: number) {
    this.#pools = pools.flatMap((pool) => parseSubnet(pool) ?? []);
    this.#prefix = prefix;
  }

  take(): Subnet | undefined {
    const taken = [...this.#taken.values()];
    for (const pool of this.#pools) {
      const prefix = Math.max(pool.prefix, this.#prefix);
      for (let base = pool.base; base < endOf(pool); base += sizeOf(prefix)) {
        const subnet = { base, prefix };
        const other = taken.find((candidate) => overlap(candidate, subnet));
        if (!other) {
          this.#taken.set(formatSubnet(subnet), subnet);
          return subnet;
        }
        // Jump over what is taken at one go: a large subnet may cover thousands of small ones.
        const past =
          Math.ceil((endOf(other) - pool.base) / sizeOf(prefix)) * sizeOf(prefix) + pool.base;
        base = Math.max(base, past - sizeOf(prefix));
      }
    }
    return undefined;
  }

  /** False when the subnet overlaps another network's. */
  takeThis(subnet: Subnet): boolean {
    for (const other of this.#taken.values()) if (overlap(other, subnet)) return false;
    this.#taken.set(formatSubnet(subnet), subnet);
    return true;
  }

  free(subnet: Subnet): void {
    this.#taken.delete(formatSubnet(subnet));
  }
}

/** Whole numbers handed out one after the other, wrapping round. Real: swarmkit internal/idm */
export class NumberPool {
  readonly #first: number;
  readonly #last: number;
  readonly #taken = new Set<number>();
  #next: number;

  constructor(first: number, last: number) {
    this.#first = first;
    this.#last = last;
    this.#next = first;
  }

  take(): number | undefined {
    if (this.#taken.size > this.#last - this.#first) return undefined;
    while (this.#taken.has(this.#next)) this.#advance();
    const taken = this.#next;
    this.#taken.add(taken);
    this.#advance();
    return taken;
  }

  takeThis(number: number): boolean {
    if (number < this.#first || number > this.#last || this.#taken.has(number)) return false;
    this.#taken.add(number);
    return true;
  }

  free(number: number): void {
    this.#taken.delete(number);
  }

  #advance(): void {
    this.#next = this.#next >= this.#last ? this.#first : this.#next + 1;
  }
}
