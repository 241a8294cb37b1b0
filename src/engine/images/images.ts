/**
 * The images of one machine: what `docker image` does.
 *
 * Real: moby daemon/images/{service,images,image_inspect,image_history,image_tag}.go.
 */
import { hashHex, rfc3339Nano, type Machine } from '../../sim/index.ts';
import type {
  AuthConfig,
  ContainerConfig,
  ImageDeleteItem,
  ImageHistoryItem,
  ImageInspect,
  ImageSummary,
  JSONMessage,
} from '../api/types.ts';
import { badRequest, failed, fine, internal, notFound, type Done } from '../errors.ts';
import type { Events } from '../events.ts';
import type { EngineVersion } from '../versions.ts';
import { hasLabel } from '../volumes/volumes.ts';
import type { CatalogueRepository, ImageCatalogue } from './catalogue.ts';
import { imageBytes, pulledImage as pulledFrom, type Image } from './image.ts';
import { pull, push, pushGreeting, type TransferOptions } from './pull.ts';
import { familiarName, familiarString, parseReference, type Reference } from './reference.ts';
import { Hub, type Registry } from './registry.ts';
import { HttpRegistry } from './registryhttp.ts';
import {
  noSuchImage,
  pruneImages,
  removeImage,
  type ImageUser,
  type RemovalOptions,
} from './remove.ts';
import { ImageStore } from './store.ts';

export interface ImagesOptions {
  readonly machine: Machine;
  readonly version: EngineVersion;
  readonly events: Events;
  readonly catalogue: ImageCatalogue;
  readonly users: () => readonly ImageUser[];
}

export type Filters = ReadonlyMap<string, readonly string[]>;

export class Images {
  readonly store: ImageStore;
  readonly #options: ImagesOptions;
  readonly #hub: Hub;
  readonly #transfer: TransferOptions;
  readonly #removal: RemovalOptions;

  constructor(options: ImagesOptions) {
    this.#options = options;
    const { machine, events } = options;
    this.store = new ImageStore(machine.disk);
    this.#hub = new Hub(machine, options.catalogue);
    this.#transfer = {
      machine,
      store: this.store,
      events,
      registryOf: (reference) => this.#registryOf(reference),
    };
    this.#removal = {
      store: this.store,
      users: options.users,
      emit: (action, id) => events.emit({ type: 'image', action, id, attributes: { name: id } }),
    };
  }

  #registryOf(reference: Reference): Registry {
    return reference.domain === 'docker.io'
      ? this.#hub
      : new HttpRegistry(this.#options.machine, reference.domain);
  }

  /** The image that `text` means; `No such image: …` when there is none. */
  get(text: string): Image {
    const image = this.store.find(text);
    if (!image) throw noSuchImage(text);
    return image;
  }

  pull(
    text: string,
    auth: AuthConfig | undefined,
    tell: (message: JSONMessage) => void,
    done: Done<Image>,
  ): void {
    const parsed = parseReference(text);
    if (!parsed.ok) return done(failed(badRequest(parsed.error)));
    pull(this.#transfer, { reference: parsed.value, auth, tell }, done);
  }

  /** `name` without a tag, `tag` '' for `latest`. */
  push(
    name: string,
    tag: string,
    auth: AuthConfig | undefined,
    tell: (message: JSONMessage) => void,
    done: Done,
  ): void {
    const parsed = parseReference(tag === '' ? name : `${name}:${tag}`);
    if (!parsed.ok) return done(failed(badRequest(parsed.error)));
    const reference = parsed.value;
    tell(pushGreeting(reference));
    const tags = this.store
      .tagNames()
      .filter((one) => one.slice(0, one.lastIndexOf(':')) === familiarName(reference));
    if (tags.length === 0)
      return done(
        failed(
          internal(`An image does not exist locally with the tag: ${familiarName(reference)}`),
        ),
      );
    const wanted =
      tag === ''
        ? tags.map((one) => one.slice(one.lastIndexOf(':') + 1)).sort((a, b) => (a < b ? -1 : 1))
        : [reference.tag ?? 'latest'];
    const next = (): void => {
      const one = wanted.shift();
      if (one === undefined) return done(fine(undefined));
      push(this.#transfer, { reference: { ...reference, tag: one }, auth, tell }, (result) =>
        result.ok ? next() : done(result),
      );
    };
    next();
  }

  /** `sha256:...` of a reference in its registry: what a service pins. */
  resolveDigest(
    text: string,
    auth: AuthConfig | undefined,
    done: Done<{ readonly digest: string; readonly size: number; readonly architecture: string }>,
  ): void {
    const parsed = parseReference(text);
    if (!parsed.ok) return done(failed(badRequest(parsed.error)));
    this.#registryOf(parsed.value).manifest(
      { ...parsed.value, tag: parsed.value.tag ?? 'latest' },
      auth,
      (answer) =>
        done(
          answer.ok
            ? fine({
                digest: answer.value.digest,
                size: 735,
                architecture: answer.value.architecture ?? 'amd64',
              })
            : answer,
        ),
    );
  }

  /** Puts an image of the catalogue on the disk without a pull: a machine that had it from the beginning. */
  preload(text: string): void {
    const parsed = parseReference(text);
    if (!parsed.ok) return;
    const name = familiarName(parsed.value);
    const found = this.#options.catalogue.find(name, parsed.value.tag ?? 'latest');
    if (!found) return;
    this.store.add(pulledFrom(found));
    this.store.tag(
      familiarString({ ...parsed.value, tag: parsed.value.tag ?? 'latest' }),
      found.id,
      this.#options.machine.world.unixMs,
    );
    this.store.addDigest(`${name}@${found.digest}`, found.id);
  }

  tag(source: string, repository: string, tag: string): void {
    const image = this.get(source);
    const parsed = parseReference(tag === '' ? repository : `${repository}:${tag}`);
    if (!parsed.ok) throw badRequest(parsed.error);
    this.name(image, parsed.value);
  }

  name(image: Image, reference: Reference): void {
    const name = familiarString({ ...reference, digest: undefined });
    this.store.tag(name, image.id, this.#options.machine.world.unixMs);
    this.#options.events.emit({
      type: 'image',
      action: 'tag',
      id: image.id,
      attributes: { ...image.config.Labels, name },
    });
  }

  remove(
    text: string,
    flags: { readonly isForced: boolean; readonly keepsParents: boolean },
  ): readonly ImageDeleteItem[] {
    return removeImage(this.#removal, text, {
      isForced: flags.isForced,
      prunesParents: !flags.keepsParents,
    });
  }

  prune(filters: Filters): { readonly items: readonly ImageDeleteItem[]; readonly bytes: number } {
    const dangling = filters.get('dangling')?.[0] ?? 'true';
    const labels = filters.get('label') ?? [];
    const result = pruneImages(this.#removal, /^(0|f|false)$/i.test(dangling), (image) =>
      labels.every((label) => hasLabel(image.config.Labels, label)),
    );
    this.#options.events.emit({
      type: 'image',
      action: 'prune',
      id: '',
      attributes: { reclaimed: String(result.bytes) },
    });
    return result;
  }

  list(filters: Filters, all: boolean): readonly ImageSummary[] {
    const known = ['dangling', 'label', 'label!', 'before', 'since', 'reference', 'until'];
    const unknown = [...filters.keys()].find((key) => !known.includes(key));
    if (unknown !== undefined)
      throw badRequest(`${this.#options.version.traits.filterWord} filter '${unknown}'`);
    const images = [...this.store.all()].sort((a, b) => b.createdUnixMs - a.createdUnixMs);
    const parents = new Set(images.map((image) => image.parent));
    return images.flatMap((image) => {
      const summary = this.summary(image, filters.get('reference') ?? []);
      const isDangling =
        this.store.tagsOf(image.id).length + this.store.digestsOf(image.id).length === 0;
      if (!summary || !this.#passes(image, filters, isDangling && !parents.has(image.id)))
        return [];
      return isDangling && parents.has(image.id) && !all ? [] : [summary];
    });
  }

  #passes(image: Image, filters: Filters, isDangling: boolean): boolean {
    const dangling = filters.get('dangling')?.[0];
    if (dangling !== undefined && isDangling !== /^(1|t|true)$/i.test(dangling)) return false;
    for (const label of filters.get('label') ?? [])
      if (!hasLabel(image.config.Labels, label)) return false;
    for (const name of filters.get('before') ?? [])
      if (image.createdUnixMs >= this.get(name).createdUnixMs) return false;
    for (const name of filters.get('since') ?? [])
      if (image.createdUnixMs <= this.get(name).createdUnixMs) return false;
    return true;
  }

  /** One row; undefined when no name of it matches `patterns`. */
  summary(image: Image, patterns: readonly string[] = []): ImageSummary | undefined {
    const matches = (name: string): boolean =>
      patterns.length === 0 || patterns.some((pattern) => matchesReference(pattern, name));
    const tags = this.store.tagsOf(image.id).filter(matches);
    const digests = this.store.digestsOf(image.id).filter(matches);
    if (patterns.length > 0 && tags.length + digests.length === 0) return undefined;
    const size = imageBytes(image);
    const hasVirtual = this.#options.version.traits.hasVirtualSize;
    return {
      Containers: -1,
      Created: Math.floor(image.createdUnixMs / 1000),
      Id: image.id,
      Labels: image.config.Labels ?? null,
      ParentId: image.parent,
      RepoDigests:
        hasVirtual && digests.length === 0
          ? tags.length === 0
            ? ['<none>@<none>']
            : null
          : digests,
      RepoTags:
        hasVirtual && tags.length === 0 ? (digests.length === 0 ? ['<none>:<none>'] : null) : tags,
      SharedSize: -1,
      Size: size,
      ...(hasVirtual ? { VirtualSize: size } : {}),
    };
  }

  /** Bytes of an image that other images have too. */
  sharedBytes(image: Image): number {
    const others = new Set(
      this.store
        .all()
        .filter((one) => one.id !== image.id)
        .flatMap((one) => one.layers.map((layer) => layer.diffID)),
    );
    return image.layers.reduce(
      (sum, layer) => sum + (others.has(layer.diffID) ? layer.bytes : 0),
      0,
    );
  }

  /** Bytes of all layers, each once. */
  layersBytes(): number {
    const layers = new Map(
      this.store
        .all()
        .flatMap((image) => image.layers.map((layer) => [layer.diffID, layer.bytes] as const)),
    );
    return [...layers.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  inspect(text: string): ImageInspect {
    const image = this.store.find(text);
    const { traits } = this.#options.version;
    if (!image) {
      const { message } = noSuchImage(text);
      throw notFound(traits.hasVirtualSize ? `no such image: ${text}: ${message}` : message);
    }
    const size = imageBytes(image);
    const tagged = this.store.lastTaggedMs(image.id);
    return {
      Id: image.id,
      RepoTags: this.store.tagsOf(image.id),
      RepoDigests: this.store.digestsOf(image.id),
      Parent: image.parent,
      Comment: image.comment,
      Created: rfc3339Nano(image.createdUnixMs),
      ...(traits.hasVirtualSize
        ? { Container: image.container ?? '', ContainerConfig: inspectConfig(image, '') }
        : {}),
      DockerVersion: image.container === undefined ? '' : this.#options.version.text,
      Author: image.author,
      Config: inspectConfig(image, image.parent),
      Architecture: image.architecture,
      Os: 'linux',
      Size: size,
      ...(traits.hasVirtualSize ? { VirtualSize: size } : {}),
      GraphDriver: { Data: graphData(image), Name: 'overlay2' },
      RootFS: { Type: 'layers', Layers: image.layers.map((layer) => layer.diffID) },
      Metadata: {
        LastTagTime: tagged === undefined ? '0001-01-01T00:00:00Z' : rfc3339Nano(tagged),
      },
    };
  }

  history(text: string): readonly ImageHistoryItem[] {
    const image = this.get(text);
    return [...image.history].reverse().map((line, i) => {
      const id = i === 0 ? image.id : line.imageID;
      return {
        Comment: line.comment,
        Created: Math.floor(line.createdUnixMs / 1000),
        CreatedBy: line.createdBy,
        Id: id !== undefined && this.store.get(id) ? id : '<missing>',
        Size: line.bytes,
        Tags: id === undefined || this.store.tagsOf(id).length === 0 ? null : this.store.tagsOf(id),
      };
    });
  }

  search(term: string): readonly CatalogueRepository[] {
    return this.#hub.search(term);
  }
}

/** The name by which `docker ps` shows an image that has lost its own. */
export function shortImageID(id: string): string {
  return id.replace('sha256:', '').slice(0, 12);
}

function inspectConfig(image: Image, parent: string): ContainerConfig {
  const { config } = image;
  return {
    Hostname: '',
    Domainname: '',
    User: config.User ?? '',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ...(config.ExposedPorts ? { ExposedPorts: config.ExposedPorts } : {}),
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: config.Env ?? null,
    Cmd: config.Cmd ?? null,
    ...(config.Healthcheck ? { Healthcheck: config.Healthcheck } : {}),
    Image: parent,
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? '',
    Entrypoint: config.Entrypoint ?? null,
    OnBuild: config.OnBuild ?? null,
    Labels: config.Labels ?? null,
    ...(config.StopSignal ? { StopSignal: config.StopSignal } : {}),
    ...(config.Shell ? { Shell: config.Shell } : {}),
  };
}

function graphData(image: Image): Readonly<Record<string, string>> {
  const folder = (i: number): string =>
    `/var/lib/docker/overlay2/${hashHex(`layer ${image.layers[i]?.diffID ?? ''}`, 64)}`;
  const top = folder(image.layers.length - 1);
  const lower = image.layers
    .slice(0, -1)
    .map((_, i) => `${folder(i)}/diff`)
    .reverse();
  return {
    ...(lower.length > 0 ? { LowerDir: lower.join(':') } : {}),
    MergedDir: `${top}/merged`,
    UpperDir: `${top}/diff`,
    WorkDir: `${top}/work`,
  };
}

/** Go's path.Match against the name with and without its tag. */
export function matchesReference(pattern: string, name: string): boolean {
  const at = name.indexOf('@');
  const bare = at >= 0 ? name.slice(0, at) : name.slice(0, name.lastIndexOf(':'));
  const expression = globExpression(pattern);
  return expression.test(name) || expression.test(bare);
}

function globExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return /^$a/;
  }
}
