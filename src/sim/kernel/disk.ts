import { call, sleepCall } from './calls.ts';
import { usageOf } from './cgroup.ts';
import type { Namespace, Process, Sys } from './process.ts';

/** What a disk of the lab does in a second, and what goes through the page cache instead. */
export const DISK_BPS = 800_000_000;
const CACHE_BPS = 2_000_000_000;

/** Largest request that the block layer sends to the disk at once. */
const REQUEST_BYTES = 1_048_576;

/** So much is asked for at a time: others get their turn between. */
const CHUNK_BYTES = 16 * REQUEST_BYTES;

export interface Transfer {
  readonly bytes: number;
  /** Size of one request. */
  readonly size: number;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Past the page cache: at the speed of the disk, and of the cgroup's throttles. */
  readonly isDirect: boolean;
}

interface Throttle {
  readonly readBps?: readonly { readonly Rate: number }[];
  readonly writeBps?: readonly { readonly Rate: number }[];
  readonly readIOps?: readonly { readonly Rate: number }[];
  readonly writeIOps?: readonly { readonly Rate: number }[];
}

/** Token buckets of one cgroup: when each has paid off what was taken from it. In fractions of a millisecond. */
interface Buckets {
  readBpsAtMs: number;
  writeBpsAtMs: number;
  readIOpsAtMs: number;
  writeIOpsAtMs: number;
}

const BUCKETS = new WeakMap<Namespace, Buckets>();

/** The disk of one machine: everyone who goes past the page cache shares it, cgroups within their throttles (block/blk-throttle.c). */
export class Disks {
  #freeAtMs = 0;

  /** Takes the time that the transfer takes, and writes it into the accounts of the process's cgroup. */
  *transfer(process: Process, transfer: Transfer): Sys<void> {
    const { world } = process.kernel;
    const usage = usageOf(process.namespace);
    let cachedAtMs = world.nowMs;
    for (let done = 0; done < transfer.bytes; done += CHUNK_BYTES) {
      const bytes = Math.min(CHUNK_BYTES, transfer.bytes - done);
      const requests = Math.ceil(bytes / Math.min(transfer.size, REQUEST_BYTES));
      const untilMs = transfer.isDirect
        ? Math.max(
            this.#reserve(world.nowMs, bytes),
            throttled(process.namespace, world.nowMs, transfer, bytes, requests),
          )
        : (cachedAtMs += (bytes * 1000) / CACHE_BPS);
      const waitMs = Math.ceil(untilMs - 1e-6) - world.nowMs;
      if (waitMs > 0) yield* call(sleepCall(waitMs));
      if (transfer.reads) {
        usage.readBytes += bytes;
        usage.reads += requests;
      }
      if (transfer.writes) {
        usage.writtenBytes += bytes;
        usage.writes += requests;
      }
    }
  }

  #reserve(nowMs: number, bytes: number): number {
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + (bytes * 1000) / DISK_BPS;
    return this.#freeAtMs;
  }
}

function throttled(
  namespace: Namespace,
  nowMs: number,
  { reads, writes }: Transfer,
  bytes: number,
  requests: number,
): number {
  const throttle = (namespace.extra.get('throttle') as Throttle | undefined) ?? {};
  let buckets = BUCKETS.get(namespace);
  if (!buckets) {
    buckets = { readBpsAtMs: 0, writeBpsAtMs: 0, readIOpsAtMs: 0, writeIOpsAtMs: 0 };
    BUCKETS.set(namespace, buckets);
  }
  const pay = (
    atMs: number,
    cost: number,
    list: readonly { readonly Rate: number }[] = [],
  ): number =>
    list.length === 0
      ? 0
      : Math.max(nowMs, atMs) + (cost * 1000) / Math.min(...list.map(({ Rate }) => Rate));
  if (reads) {
    buckets.readBpsAtMs = pay(buckets.readBpsAtMs, bytes, throttle.readBps);
    buckets.readIOpsAtMs = pay(buckets.readIOpsAtMs, requests, throttle.readIOps);
  }
  if (writes) {
    buckets.writeBpsAtMs = pay(buckets.writeBpsAtMs, bytes, throttle.writeBps);
    buckets.writeIOpsAtMs = pay(buckets.writeIOpsAtMs, requests, throttle.writeIOps);
  }
  return Math.max(
    reads ? Math.max(buckets.readBpsAtMs, buckets.readIOpsAtMs) : 0,
    writes ? Math.max(buckets.writeBpsAtMs, buckets.writeIOpsAtMs) : 0,
  );
}
