/**
 * `docker system df -v`.
 *
 * Real: docker/cli cli/command/formatter/disk_usage.go (verboseWriteTable)
 */
import { columns, formatList } from '../../formatter/formatter.ts';
import { familiarName, parseReference } from '../../formatter/reference.ts';
import { humanSize } from '../../formatter/units.ts';
import { CONTAINER_HEADERS, containerRow } from '../container/formatter.ts';
import { IMAGE_HEADERS, imageRow, isDangling } from '../image/formatter.ts';
import { formatVolumes } from '../volume/formatter.ts';
import type { DiskUsage } from './df.ts';

export function verboseUsage(usage: DiskUsage, nowMs: number): string {
  const cache = usage.BuildCache ?? [];
  const cacheSize = cache.filter((one) => !one.Shared).reduce((size, one) => size + one.Size, 0);
  return [
    'Images space usage:\n\n',
    images(usage, nowMs),
    '\nContainers space usage:\n\n',
    formatList({
      format: columns(
        'ID',
        'Image',
        'Command',
        'LocalVolumes',
        'Size',
        'RunningFor',
        'Status',
        'Names',
      ),
      typeName: '*formatter.ContainerContext',
      headers: CONTAINER_HEADERS,
      rows: (usage.Containers ?? []).map((container) =>
        containerRow({ ...container, SizeRootFs: 0 }, { trunc: true, nowMs }),
      ),
    }),
    '\nLocal Volumes space usage:\n\n',
    formatVolumes(columns('Name', 'Links', 'Size'), usage.Volumes ?? []),
    `\nBuild cache usage: ${humanSize(cacheSize)}\n\n`,
    formatList({
      format: columns(
        'ID',
        'CacheType',
        'Size',
        'CreatedSince',
        'LastUsedSince',
        'UsageCount',
        'Shared',
      ),
      typeName: '*formatter.buildCacheContext',
      headers: {
        ID: 'CACHE ID',
        CacheType: 'CACHE TYPE',
        Size: 'SIZE',
        CreatedSince: 'CREATED',
        LastUsedSince: 'LAST USED',
        UsageCount: 'USAGE',
        Shared: 'SHARED',
      },
      rows: cache.map((one) => ({
        ID: () => one.ID,
        CacheType: () => one.Type,
        Size: () => humanSize(one.Size),
        CreatedSince: () => '',
        LastUsedSince: () => '',
        UsageCount: () => '',
        Shared: () => String(one.Shared),
      })),
    }),
  ].join('');
}

function images(usage: DiskUsage, nowMs: number): string {
  const rows = (usage.Images ?? []).map((image) => {
    const first = isDangling(image) ? undefined : parseReference(image.RepoTags?.[0] ?? '');
    const name = {
      repo: first?.tag === undefined ? '<none>' : familiarName(first),
      tag: first?.tag ?? '<none>',
      digest: '',
    };
    return imageRow(image, name, { trunc: true, digests: false, nowMs });
  });
  return formatList({
    format: columns(
      'Repository',
      'Tag',
      'ID',
      'CreatedSince',
      'Size',
      'SharedSize',
      'UniqueSize',
      'Containers',
    ),
    typeName: '*formatter.imageContext',
    headers: IMAGE_HEADERS,
    rows,
  });
}
