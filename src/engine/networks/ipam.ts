/**
 * Address management of local networks: pools for networks, lowest free address for endpoints.
 *
 * Real: moby libnetwork/ipamutils/utils.go, libnetwork/ipams/defaultipam.
 */
import {
  contains,
  formatIP,
  overlaps,
  parseCIDR,
  parseIP,
  sizeOf,
  type Subnet,
} from '../../sim/index.ts';
import { badRequest, conflict, forbidden, internal } from '../errors.ts';
import type { Traits } from '../versions.ts';

/** 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/16 in /20s. */
function* defaultPools(): Generator<Subnet> {
  for (let i = 17; i <= 31; i++) yield { base: (172 * 256 + i) * 65_536, prefix: 16 };
  for (let i = 0; i < 256; i += 16) yield { base: ((192 * 256 + 168) * 256 + i) * 256, prefix: 20 };
}

/** A free pool that overlaps nothing. */
export function choosePool(taken: readonly Subnet[], traits: Traits): Subnet {
  for (const pool of defaultPools()) if (!taken.some((other) => overlaps(pool, other))) return pool;
  throw internal(
    traits.hasPoolRequestPrefix
      ? 'all predefined address pools have been fully subnetted'
      : 'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
  );
}

/** The pool that a user asked for. */
export function requestPool(text: string, taken: readonly Subnet[], traits: Traits): Subnet {
  const pool = parseCIDR(text);
  if (!pool)
    throw badRequest(
      traits.hasPoolRequestPrefix
        ? `invalid network config:\ninvalid subnet ${text}: invalid CIDR block notation`
        : `Invalid subnet ${text} : invalid CIDR address: ${text}`,
    );
  if (taken.some((other) => overlaps(pool, other)))
    throw forbidden(
      `${traits.hasPoolRequestPrefix ? 'invalid pool request: ' : ''}Pool overlaps with other one on this address space`,
    );
  return pool;
}

/** The addresses of one network that are in use. */
export class AddressPool {
  readonly subnet: Subnet;
  readonly #range: Subnet;
  readonly #used = new Set<number>();

  constructor(subnet: Subnet, range: Subnet | undefined) {
    this.subnet = subnet;
    this.#range = range ?? subnet;
    this.#used.add(subnet.base);
    this.#used.add(subnet.base + sizeOf(subnet) - 1);
  }

  /** Marks an address as used, or takes the lowest free one. */
  take(wanted?: string): string {
    if (wanted !== undefined) {
      const value = parseIP(wanted);
      if (value === undefined) throw badRequest(`invalid IPv4 address: ${wanted}`);
      if (!contains(this.subnet, value))
        throw badRequest(
          `Invalid address ${wanted}: It does not belong to any of this network's subnets`,
        );
      if (this.#used.has(value)) throw conflict('Address already in use');
      this.#used.add(value);
      return wanted;
    }
    const end = this.#range.base + sizeOf(this.#range);
    for (let value = this.#range.base; value < end; value++) {
      if (this.#used.has(value)) continue;
      this.#used.add(value);
      return formatIP(value);
    }
    throw internal("no available IPv4 addresses on this network's address pools");
  }

  release(address: string): void {
    const value = parseIP(address);
    if (value !== undefined) this.#used.delete(value);
  }
}

export function cidrOf(address: string, subnet: Subnet): string {
  return `${address}/${subnet.prefix}`;
}
