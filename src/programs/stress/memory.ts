/**
 * Memory that a process claims under a container's limit. Whoever goes beyond it is killed, and `oomKilled` is left in `namespace.extra`.
 *
 * Real:     Linux mm/memcontrol.c, mm/oom_kill.c.
 * Left out: reclaim, swapping in and out (swap only raises the limit).
 */
import type { Process } from '../../sim/index.ts';

interface Limits {
  readonly memoryBytes?: number;
  readonly memorySwapBytes?: number;
}

/** False: it was more than there is, and the biggest process of the container is gone. */
export function claim(process: Process, bytes: number): boolean {
  process.memoryBytes += bytes;
  const { namespace, kernel } = process;
  const { memoryBytes = 0, memorySwapBytes = 0 } =
    (namespace.extra.get('limits') as Limits | undefined) ?? {};
  if (memoryBytes <= 0 || memorySwapBytes < 0) return true;
  const limit = memorySwapBytes > 0 ? memorySwapBytes : 2 * memoryBytes;
  const all = kernel.processes().filter((one) => one.namespace === namespace);
  if (all.reduce((sum, one) => sum + one.memoryBytes, 0) <= limit) return true;
  const victim = all.reduce((worst, one) => (one.memoryBytes > worst.memoryBytes ? one : worst));
  namespace.extra.set('oomKilled', true);
  kernel.world.emit('container.oom', { namespace: namespace.id, process: victim.argv[0] ?? '' });
  kernel.signal(victim, 'SIGKILL');
  return victim !== process;
}
