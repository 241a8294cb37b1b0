/**
 * How images are listed.
 *
 * Real: docker/cli cli/command/formatter/image.go
 */
import { truncateID } from '../../formatter/displayutils.ts';
import type { Row } from '../../formatter/formatter.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { unixTimeText } from '../../formatter/govalue.ts';
import { familiarName, parseReference } from '../../formatter/reference.ts';
import { humanDuration, humanSize, humanSize3 } from '../../formatter/units.ts';

export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Created: number;
  readonly Size: number;
  readonly SharedSize?: number;
  readonly Containers?: number;
}

export const IMAGE_HEADERS = {
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  Digest: 'DIGEST',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  Size: 'SIZE',
  Containers: 'CONTAINERS',
  VirtualSize: 'SIZE',
  SharedSize: 'SHARED SIZE',
  UniqueSize: 'UNIQUE SIZE',
};

export function imageListFormat(source: string, quiet: boolean, digests: boolean): string {
  if (source === '' || source === 'table') {
    if (quiet) return '{{.ID}}';
    const names = [
      'Repository',
      'Tag',
      ...(digests ? ['Digest'] : []),
      'ID',
      'CreatedSince',
      'Size',
    ];
    const table = columns(...names);
    return table.replace(
      '{{.CreatedSince}}',
      '{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}',
    );
  }
  if (source === 'raw') {
    if (quiet) return 'image_id: {{.ID}}';
    const digest = digests ? 'digest: {{.Digest}}\\n' : '';
    return `repository: {{ .Repository }}\\ntag: {{.Tag}}\\n${digest}image_id: {{.ID}}\\ncreated_at: {{.CreatedAt}}\\nvirtual_size: {{.Size}}\\n`;
  }
  return source;
}

export interface ImageRowOptions {
  readonly trunc: boolean;
  readonly digests: boolean;
  readonly nowMs: number;
}

export function formatImages(
  format: string,
  images: readonly ImageSummary[],
  options: ImageRowOptions,
): string {
  const wantsDigest = options.digests || format.includes('{{.Digest}}');
  return formatList({
    format,
    typeName: '*formatter.imageContext',
    headers: IMAGE_HEADERS,
    rows: images.flatMap((image) =>
      namesOf(image, wantsDigest, options.digests).map((name) => imageRow(image, name, options)),
    ),
  });
}

interface ImageName {
  readonly repo: string;
  readonly tag: string;
  readonly digest: string;
}

export function isDangling(image: ImageSummary): boolean {
  const tags = image.RepoTags ?? [];
  const digests = image.RepoDigests ?? [];
  if (tags.length === 0 && digests.length === 0) return true;
  return tags.join() === '<none>:<none>' && digests.join() === '<none>@<none>';
}

/** A row for each tag; for a digest only where nothing else names the image. */
function namesOf(image: ImageSummary, wantsDigest: boolean, showsDigests: boolean): ImageName[] {
  if (isDangling(image)) {
    const digest = image.RepoDigests?.[0]?.split('@')[1] ?? '<none>';
    return [{ repo: '<none>', tag: '<none>', digest }];
  }
  const digestsOf = new Map<string, string[]>();
  for (const text of image.RepoDigests ?? []) {
    const reference = parseReference(text);
    if (reference?.digest === undefined) continue;
    const repo = familiarName(reference);
    digestsOf.set(repo, [...(digestsOf.get(repo) ?? []), reference.digest]);
  }
  const names: ImageName[] = [];
  const tagged = new Set<string>();
  for (const text of image.RepoTags ?? []) {
    const reference = parseReference(text);
    if (reference?.tag === undefined) continue;
    const repo = familiarName(reference);
    tagged.add(repo);
    const digests = wantsDigest ? (digestsOf.get(repo) ?? []) : [];
    for (const digest of digests.length === 0 ? ['<none>'] : digests) {
      names.push({ repo, tag: reference.tag, digest });
    }
  }
  for (const [repo, digests] of digestsOf) {
    if (tagged.has(repo)) continue;
    if (showsDigests) names.push(...digests.map((digest) => ({ repo, tag: '<none>', digest })));
    else names.push({ repo, tag: '<none>', digest: '' });
  }
  return names;
}

export function imageRow(image: ImageSummary, name: ImageName, options: ImageRowOptions): Row {
  const shared = image.SharedSize ?? -1;
  const containers = image.Containers ?? -1;
  return {
    ID: () => (options.trunc ? truncateID(image.Id) : image.Id),
    Repository: () => name.repo,
    Tag: () => name.tag,
    Digest: () => name.digest,
    CreatedSince: () => `${humanDuration(options.nowMs - image.Created * 1000)} ago`,
    CreatedAt: () => unixTimeText(image.Created),
    Size: () => humanSize3(image.Size),
    Containers: () => (containers === -1 ? 'N/A' : String(containers)),
    VirtualSize: () => humanSize(image.Size),
    SharedSize: () => (shared === -1 ? 'N/A' : humanSize(shared)),
    UniqueSize: () => (shared === -1 || image.Size === -1 ? 'N/A' : humanSize(image.Size - shared)),
  };
}
