/**
 * `docker stats`: what a container uses now, from its processes and its network namespace.
 *
 * Real: moby daemon/stats.go, daemon/stats/collector.go: one sample a second.
 */
import { rfc3339Nano, usageOf } from '../../sim/index.ts';
import type { ApiContext } from '../api/router.ts';
import type { ContainerStats, CpuStats, NetworkStats } from '../api/types.ts';
import type { Engine } from '../engine.ts';
import type { Container } from './container.ts';
import { processesOf } from './namespace.ts';

const SAMPLE_MS = 1_000;

/** Streams samples, or answers one (`stream=0`), the first a second after the call, as it needs two. */
export function statsStream(engine: Engine, context: ApiContext, container: Container): void {
  const isStream = context.query.get('stream') === undefined || context.flag('stream');
  const { world } = engine.machine;
  const responder = context.stream('application/json');
  let before = sample(engine, container, undefined);
  const send = (): void => {
    if (responder.isBroken) return;
    if (engine.containers.find(container.id) !== container) return responder.end();
    const now = sample(engine, container, before);
    before = now;
    responder.write(`${JSON.stringify(now)}\n`);
    if (isStream) world.schedule(SAMPLE_MS, `stats of ${container.name}`, send);
    else responder.end();
  };
  if (context.flag('one-shot') && !isStream) return send();
  if (isStream) responder.write(`${JSON.stringify(before)}\n`);
  world.schedule(SAMPLE_MS, `stats of ${container.name}`, send);
}

function sample(
  engine: Engine,
  container: Container,
  before: ContainerStats | undefined,
): ContainerStats {
  const { machine } = engine;
  const isRunning = container.state.isRunning && container.namespace !== undefined;
  const processes = container.namespace ? processesOf(machine.kernel, container.namespace) : [];
  const memory = processes.reduce((sum, process) => sum + process.memoryBytes, 0);
  const read = rfc3339Nano(machine.world.unixMs);
  const cpu = cpuStats(
    engine,
    container,
    processes.reduce((sum, process) => sum + process.cpuMs, 0),
  );
  const zero: CpuStats = {
    cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  };
  const usage = container.namespace ? usageOf(container.namespace) : undefined;
  return {
    read: isRunning ? read : '0001-01-01T00:00:00Z',
    preread: before?.read ?? '0001-01-01T00:00:00Z',
    pids_stats: isRunning
      ? {
          current: processes.length,
          ...(container.hostConfig.PidsLimit ? { limit: container.hostConfig.PidsLimit } : {}),
        }
      : {},
    blkio_stats: {
      io_service_bytes_recursive: !isRunning
        ? null
        : usage && usage.readBytes + usage.writtenBytes > 0
          ? [
              { major: 8, minor: 0, op: 'read', value: usage.readBytes },
              { major: 8, minor: 0, op: 'write', value: usage.writtenBytes },
            ]
          : [],
    },
    num_procs: 0,
    storage_stats: {},
    cpu_stats: isRunning ? cpu : zero,
    precpu_stats: before?.cpu_stats ?? zero,
    memory_stats: isRunning
      ? {
          usage: memory,
          max_usage: Math.max(memory, usage?.memoryBytesMax ?? 0),
          stats: { cache: 0, inactive_file: 0, total_inactive_file: 0 },
          limit: container.hostConfig.Memory || machine.memoryBytes,
        }
      : {},
    name: `/${container.name}`,
    id: container.id,
    ...(isRunning && container.sandbox ? { networks: networkStats(engine, container) } : {}),
  };
}

function cpuStats(engine: Engine, container: Container, livingMs: number): CpuStats {
  const usage = container.namespace ? usageOf(container.namespace) : undefined;
  const total = (livingMs + (usage?.cpuMsEnded ?? 0)) * 1_000_000;
  const { machine } = engine;
  return {
    cpu_usage: { total_usage: total, usage_in_kernelmode: 0, usage_in_usermode: total },
    system_cpu_usage: (machine.world.nowMs - machine.bootedAtMs) * 1_000_000 * machine.cpus,
    online_cpus: machine.cpus,
    throttling_data: {
      periods: usage?.periods ?? 0,
      throttled_periods: usage?.throttledPeriods ?? 0,
      throttled_time: (usage?.throttledMs ?? 0) * 1_000_000,
    },
  };
}

function networkStats(
  engine: Engine,
  container: Container,
): Readonly<Record<string, NetworkStats>> {
  const sandbox = engine.networks.sandboxOf(container);
  if (!sandbox?.ownsStack) return {};
  return Object.fromEntries(
    sandbox.stack.interfaces
      .filter((port) => port.name !== 'lo')
      .map((port) => [
        port.name,
        {
          rx_bytes: port.received.bytes,
          rx_packets: port.received.packets,
          rx_errors: 0,
          rx_dropped: 0,
          tx_bytes: port.sent.bytes,
          tx_packets: port.sent.packets,
          tx_errors: 0,
          tx_dropped: 0,
        },
      ]),
  );
}
