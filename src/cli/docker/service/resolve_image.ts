/**
 * The image of a service made exact before it is sent: tagged, and pinned to what its registry holds now.
 *
 * Real: docker/docker client/{service_create,service_update,distribution_inspect}.go
 */
import type { TaskSpec } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { ApiError, segment } from '../../client.ts';
import { familiarString, parseReference } from '../../formatter/reference.ts';
import type { Sys } from '../../process.ts';

interface Distribution {
  readonly Descriptor: { readonly digest: string };
  readonly Platforms?: readonly { readonly architecture?: string; readonly os?: string }[] | null;
}

/** `nginx` as `nginx:latest`; a name that cannot be read stays as it is. */
export function withTag(image: string): string {
  const reference = parseReference(image);
  if (reference === undefined) return image;
  const needsTag = reference.tag === undefined && reference.digest === undefined;
  return familiarString(needsTag ? { ...reference, tag: 'latest' } : reference);
}

/** Pins the image in `task`; returns the warning when its registry did not answer. */
export function* pinImage(
  cli: DockerCli,
  task: TaskSpec,
  auth: string | undefined,
): Sys<string | undefined> {
  const spec = task.ContainerSpec;
  if (spec === undefined) return undefined;
  spec.Image = withTag(spec.Image ?? '');
  const image = spec.Image;
  try {
    const found = yield* cli.client.json<Distribution>(
      'GET',
      `/distribution/${image.split('/').map(segment).join('/')}/json`,
      auth === undefined ? {} : { headers: { 'X-Registry-Auth': auth } },
    );
    const reference = parseReference(image);
    if (reference !== undefined && reference.digest === undefined) {
      spec.Image = familiarString({ ...reference, digest: found.Descriptor.digest });
    }
    const platforms = (found.Platforms ?? []).map(({ architecture = '', os = '' }) => ({
      ...(architecture === '' || architecture.toLowerCase() === 'arm'
        ? {}
        : { Architecture: architecture }),
      ...(os === '' ? {} : { OS: os }),
    }));
    if (platforms.length > 0) task.Placement = { ...task.Placement, Platforms: platforms };
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return (
      `image ${image} could not be accessed on a registry to record\n` +
      `its digest. Each node will access ${image} independently,\n` +
      'possibly leading to different nodes running different\n' +
      'versions of the image.\n'
    );
  }
}
