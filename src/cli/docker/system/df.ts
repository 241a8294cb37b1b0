/**
 * `docker system df`.
 *
 * Real:     docker/cli cli/command/system/df.go, formatter/disk_usage.go
 * Left out: --verbose with a template.
 */
import type { Run } from '../../cobra/command.ts';
import type { Row } from '../../formatter/formatter.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { humanSize } from '../../formatter/units.ts';
import type { ContainerSummary } from '../container/formatter.ts';
import type { ImageSummary } from '../image/formatter.ts';
import type { Volume } from '../volume/formatter.ts';
import { verboseUsage } from './df_verbose.ts';

export interface DiskUsage {
  readonly LayersSize?: number;
  readonly Images?: readonly ImageSummary[] | null;
  readonly Containers?: readonly ContainerSummary[] | null;
  readonly Volumes?: readonly Volume[] | null;
  readonly BuildCache?: readonly CacheRecord[] | null;
}

export interface CacheRecord {
  readonly ID: string;
  readonly Type: string;
  readonly InUse: boolean;
  readonly Shared: boolean;
  readonly Size: number;
}

export const runDf: Run = function* (cli, { flags }) {
  const usage = yield* cli.client.json<DiskUsage>('GET', '/system/df');
  if (flags.bool('verbose')) {
    yield* cli.out(verboseUsage(usage, cli.nowMs));
    return;
  }
  const source = flags.string('format');
  const table = columns('Type', 'TotalCount', 'Active', 'Size', 'Reclaimable');
  const raw =
    'type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n';
  yield* cli.out(
    formatList({
      format: source === '' || source === 'table' ? table : source === 'raw' ? raw : source,
      typeName: '*formatter.diskUsageImagesContext',
      headers: {
        Type: 'TYPE',
        TotalCount: 'TOTAL',
        Active: 'ACTIVE',
        Size: 'SIZE',
        Reclaimable: 'RECLAIMABLE',
      },
      rows: [images(usage), containers(usage), volumes(usage), buildCache(usage)],
    }),
  );
};

interface Totals {
  readonly type: string;
  readonly count: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
  readonly hasPercent: boolean;
}

function row(totals: Totals): Row {
  const { size, reclaimable } = totals;
  const percent =
    totals.hasPercent && size > 0 ? ` (${Math.trunc((reclaimable * 100) / size)}%)` : '';
  return {
    Type: () => totals.type,
    TotalCount: () => String(totals.count),
    Active: () => String(totals.active),
    Size: () => humanSize(size),
    Reclaimable: () => humanSize(reclaimable) + percent,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function images(usage: DiskUsage): Row {
  const all = usage.Images ?? [];
  const size = usage.LayersSize ?? 0;
  const inUse = all.filter((image) => image.Containers !== 0 && (image.SharedSize ?? -1) !== -1);
  const used = sum(inUse.map((image) => image.Size - (image.SharedSize ?? 0)));
  return row({
    type: 'Images',
    count: all.length,
    active: all.filter((image) => (image.Containers ?? 0) > 0).length,
    size,
    reclaimable: size - used,
    hasPercent: true,
  });
}

function containers(usage: DiskUsage): Row {
  const all = usage.Containers ?? [];
  const isActive = (one: ContainerSummary): boolean =>
    ['running', 'paused', 'restarting'].includes(one.State);
  const sizeOf = (list: readonly ContainerSummary[]): number =>
    sum(list.map((one) => one.SizeRw ?? 0));
  return row({
    type: 'Containers',
    count: all.length,
    active: all.filter(isActive).length,
    size: sizeOf(all),
    reclaimable: sizeOf(all.filter((one) => !isActive(one))),
    hasPercent: true,
  });
}

function volumes(usage: DiskUsage): Row {
  const all = usage.Volumes ?? [];
  const known = all.flatMap(({ UsageData }) =>
    UsageData && UsageData.Size !== -1 ? [UsageData] : [],
  );
  return row({
    type: 'Local Volumes',
    count: all.length,
    active: all.filter(({ UsageData }) => (UsageData?.RefCount ?? 0) > 0).length,
    size: sum(known.map((data) => data.Size)),
    reclaimable: sum(known.filter((data) => data.RefCount === 0).map((data) => data.Size)),
    hasPercent: true,
  });
}

function buildCache(usage: DiskUsage): Row {
  const all = usage.BuildCache ?? [];
  const size = sum(all.filter((one) => !one.Shared).map((one) => one.Size));
  const used = sum(all.filter((one) => one.InUse && !one.Shared).map((one) => one.Size));
  return row({
    type: 'Build Cache',
    count: all.length,
    active: all.filter((one) => one.InUse).length,
    size,
    reclaimable: size - used,
    hasPercent: false,
  });
}
