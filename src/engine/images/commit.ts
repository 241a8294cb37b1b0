/**
 * `docker commit`: an image of what a container has become.
 *
 * Real: moby daemon/commit.go, builder/dockerfile/dispatchers.go (the instructions of --change).
 */
import type { ContainerConfig } from '../api/types.ts';
import { layerBytes } from '../containers/changes.ts';
import type { Container } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { badRequest } from '../errors.ts';
import type { ImageConfig } from './catalogue.ts';
import { digestOf } from './digest.ts';
import type { Image } from './image.ts';
import { applyChange } from './changeinstruction.ts';
import { parseReference } from './reference.ts';

export interface CommitOptions {
  readonly repository: string;
  readonly tag: string;
  readonly comment: string;
  readonly author: string;
  readonly changes: readonly string[];
  readonly config: Partial<ContainerConfig>;
}

export function commitContainer(
  engine: Engine,
  container: Container,
  options: CommitOptions,
): Image {
  const { images, machine } = engine;
  let config = imageConfigOf(container.config);
  for (const change of options.changes) config = applyChange(config, change);
  const base = images.store.get(container.record.imageID);
  const bytes = layerBytes(container);
  const unixMs = machine.world.unixMs;
  const id = `sha256:${digestOf(`commit ${container.id} ${unixMs} ${JSON.stringify(config)}`)}`;
  const layer = {
    diffID: `sha256:${digestOf(`layer ${id}`)}`,
    bytes,
    digest: '',
    compressedBytes: Math.ceil((bytes * 2) / 5),
  };
  const last = base?.history[base.history.length - 1];
  const image: Image = {
    id,
    parent: container.record.imageID,
    createdUnixMs: unixMs,
    author: options.author,
    comment: options.comment,
    architecture: 'amd64',
    config,
    layers: [...(base?.layers ?? []), layer],
    history: [
      ...(base && last ? [...base.history.slice(0, -1), { ...last, imageID: base.id }] : []),
      {
        createdUnixMs: unixMs,
        createdBy: [container.record.path, ...container.record.args].join(' '),
        comment: options.comment,
        bytes,
      },
    ],
    root: container.record.tree.root,
    container: container.id,
  };
  freezeTree(container);
  images.store.add(image);
  if (options.repository !== '') {
    const parsed = parseReference(
      options.tag === '' ? options.repository : `${options.repository}:${options.tag}`,
    );
    if (!parsed.ok) throw badRequest(parsed.error);
    images.name(image, parsed.value);
  }
  engine.containers.emit(container, 'commit', {
    comment: options.comment,
    imageID: id,
    ...(options.repository === '' ? {} : { imageRef: options.repository }),
  });
  return image;
}

/** The nodes now belong to the image too: whoever writes on copies them first. */
function freezeTree(container: Container): void {
  disown(container.record.tree.root);
}

export function disown(node: Image['root']): void {
  node.owner = 0;
  for (const child of node.children.values()) {
    child.owner = 0;
    if (child.type === 'directory') disown(child);
  }
}

export function imageConfigOf(config: ContainerConfig): ImageConfig {
  return {
    ...(config.User ? { User: config.User } : {}),
    ...(config.ExposedPorts ? { ExposedPorts: config.ExposedPorts } : {}),
    ...(config.Env ? { Env: config.Env } : {}),
    Cmd: config.Cmd ?? null,
    Entrypoint: config.Entrypoint ?? null,
    ...(config.Volumes ? { Volumes: config.Volumes } : {}),
    WorkingDir: config.WorkingDir ?? '',
    Labels: config.Labels ?? {},
    ...(config.StopSignal ? { StopSignal: config.StopSignal } : {}),
    ...(config.Healthcheck ? { Healthcheck: config.Healthcheck } : {}),
    ...(config.Shell ? { Shell: config.Shell } : {}),
  };
}
