/**
 * `docker stats`.
 *
 * Real: docker/cli cli/command/container/{stats,stats_helpers,formatter_stats}.go
 */
import type { DockerCli } from '../../cli.ts';
import { filtersQuery, segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { truncateID } from '../../formatter/displayutils.ts';
import type { Row } from '../../formatter/formatter.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { bytesSize, humanSize3 } from '../../formatter/units.ts';
import { sleep } from '../../process.ts';
import type { Sys } from '../../process.ts';

interface Cpu {
  readonly cpu_usage: {
    readonly total_usage: number;
    readonly percpu_usage?: readonly number[] | null;
  };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

interface Stats {
  readonly id?: string;
  readonly name?: string;
  readonly pids_stats?: { readonly current?: number };
  readonly cpu_stats: Cpu;
  readonly precpu_stats: Cpu;
  readonly memory_stats: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?:
      readonly { readonly op: string; readonly value: number }[] | null;
  };
  readonly networks?: Readonly<
    Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>
  >;
}

const HEADERS = {
  Container: 'CONTAINER',
  Name: 'NAME',
  ID: 'CONTAINER ID',
  CPUPerc: 'CPU %',
  MemUsage: 'MEM USAGE / LIMIT',
  MemPerc: 'MEM %',
  NetIO: 'NET I/O',
  BlockIO: 'BLOCK I/O',
  PIDs: 'PIDS',
};

const TABLE = columns('ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc', 'NetIO', 'BlockIO', 'PIDs');
const INTERVAL_MS = 500;

export const runStats: Run = function* (cli, { flags, args }) {
  const source = flags.string('format');
  const format = source === '' || source === 'table' ? TABLE : source;
  const trunc = !flags.bool('no-trunc');
  const isOnce = flags.bool('no-stream');
  for (;;) {
    const refs = args.length > 0 ? args : yield* containerIDs(cli, flags.bool('all'));
    const rows: Row[] = [];
    const errors: string[] = [];
    for (const ref of refs) {
      try {
        const stats = yield* cli.client.json<Stats>('GET', `/containers/${segment(ref)}/stats`, {
          query: { stream: '0' },
        });
        rows.push(statsRow(ref, stats, trunc));
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        errors.push(error.message);
      }
    }
    if (errors.length > 0 && args.length > 0) throw new StatusError(errors.join('\n'));
    const text = formatList({
      format,
      typeName: '*container.statsContext',
      headers: HEADERS,
      rows,
    });
    // Each picture is drawn over the last.
    yield* cli.out(isOnce ? text : `\u001b[H\u001b[J${text}`);
    if (isOnce) return;
    yield* sleep(INTERVAL_MS);
  }
};

function* containerIDs(cli: DockerCli, isAll: boolean): Sys<readonly string[]> {
  const containers = yield* cli.client.json<{ Id: string }[]>('GET', '/containers/json', {
    query: { ...(isAll ? { all: '1' } : {}), filters: filtersQuery(new Map()) },
  });
  return containers.map((container) => container.Id);
}

function statsRow(ref: string, stats: Stats, trunc: boolean): Row {
  const usage = memoryUsed(stats);
  const limit = stats.memory_stats.limit ?? 0;
  const networks = Object.values(stats.networks ?? {});
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const block = stats.blkio_stats?.io_service_bytes_recursive ?? [];
  const blockBytes = (letter: string): number =>
    sum(block.filter(({ op }) => op[0]?.toLowerCase() === letter).map(({ value }) => value));
  return {
    Container: () => ref,
    Name: () => (stats.name ?? '').replace(/^\//, ''),
    ID: () => (trunc ? truncateID(stats.id ?? ref) : (stats.id ?? ref)),
    CPUPerc: () => `${cpuPercent(stats).toFixed(2)}%`,
    MemUsage: () => `${bytesSize(usage)} / ${bytesSize(limit)}`,
    MemPerc: () => `${(limit === 0 ? 0 : (usage / limit) * 100).toFixed(2)}%`,
    NetIO: () =>
      `${humanSize3(sum(networks.map((n) => n.rx_bytes)))} / ${humanSize3(sum(networks.map((n) => n.tx_bytes)))}`,
    BlockIO: () => `${humanSize3(blockBytes('r'))} / ${humanSize3(blockBytes('w'))}`,
    PIDs: () => String(stats.pids_stats?.current ?? 0),
  };
}

/** Without the page cache, which can be given back. */
function memoryUsed({ memory_stats: memory }: Stats): number {
  const usage = memory.usage ?? 0;
  const cache = memory.stats?.['total_inactive_file'] ?? memory.stats?.['inactive_file'] ?? 0;
  return cache < usage ? usage - cache : usage;
}

function cpuPercent({ cpu_stats: now, precpu_stats: before }: Stats): number {
  const cpu = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const system = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const count = now.online_cpus || (now.cpu_usage.percpu_usage ?? []).length;
  return cpu > 0 && system > 0 ? (cpu / system) * count * 100 : 0;
}
