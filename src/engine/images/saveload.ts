/**
 * `docker save`, `load` and `import`: images as archives.
 *
 * The archive has the folders and files of Docker's (`manifest.json`, a configuration per image, layers); all files of an image lie in its last layer.
 *
 * Real: moby image/tarexport/{save,load}.go, daemon/images/image_import.go.
 */
import {
  archiveBytes,
  entriesOf,
  file,
  readTar,
  treeOf,
  writeTar,
  type DirectoryNode,
  type TarEntry,
} from '../../sim/index.ts';
import type { JSONMessage } from '../api/types.ts';
import type { Engine } from '../engine.ts';
import {
  attempt,
  badRequest,
  EngineError,
  failed,
  fine,
  internal,
  notFound,
  type Outcome,
} from '../errors.ts';
import { applyChange } from './changeinstruction.ts';
import { digestOf } from './digest.ts';
import type { Image } from './image.ts';
import { parseReference } from './reference.ts';

interface ManifestEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

type SavedImage = Omit<Image, 'root'>;

export function saveImages(engine: Engine, names: readonly string[]): string {
  const { images } = engine;
  const manifest: ManifestEntry[] = [];
  const entries: TarEntry[] = [];
  for (const name of names) {
    const image = images.get(name);
    const hex = image.id.replace('sha256:', '');
    const parsed = parseReference(name);
    const tags =
      image.id.includes(name) || !parsed.ok
        ? images.store.tagsOf(image.id)
        : images.store
            .tagsOf(image.id)
            .filter(
              (tag) => tag === name || tag === `${name}:latest` || tag.startsWith(`${name}:`),
            );
    const layers = image.layers.map((layer) => `${layer.diffID.replace('sha256:', '')}/layer.tar`);
    manifest.push({
      Config: `${hex}.json`,
      RepoTags: tags.length > 0 ? tags : null,
      Layers: layers,
    });
    const { root, ...saved } = image;
    entries.push({ path: `${hex}.json`, node: file(JSON.stringify(saved)) });
    layers.forEach((path, i) =>
      entries.push({
        path,
        node: file(i === layers.length - 1 ? writeTar(entriesOf('', root)) : writeTar([])),
      }),
    );
  }
  return writeTar([...entries, { path: 'manifest.json', node: file(JSON.stringify(manifest)) }]);
}

export function loadImages(
  engine: Engine,
  text: string,
  progress: (message: JSONMessage) => void,
  tell: (message: JSONMessage) => void,
): Outcome<void> {
  return attempt(() => {
    const entries = readTar(text);
    const files = new Map(
      (entries ?? []).map(
        ({ path, node }) =>
          [
            path,
            node.type === 'file' && typeof node.content === 'string' ? node.content : undefined,
          ] as const,
      ),
    );
    const manifest = parse(files.get('manifest.json')) as readonly ManifestEntry[] | undefined;
    if (!entries || !manifest)
      throw internal(
        'open /var/lib/docker/tmp/docker-import/repositories: no such file or directory',
      );
    for (const one of manifest) loadOne(engine, one, files, progress, tell);
  });
}

function loadOne(
  engine: Engine,
  entry: ManifestEntry,
  files: ReadonlyMap<string, string | undefined>,
  progress: (message: JSONMessage) => void,
  tell: (message: JSONMessage) => void,
): void {
  const { images, machine } = engine;
  const saved = parse(files.get(entry.Config)) as SavedImage | undefined;
  const top = readTar(files.get(entry.Layers[entry.Layers.length - 1] ?? '') ?? '');
  if (!saved || !top) throw badRequest('invalid archive');
  const here = new Set(
    images.store.all().flatMap((image) => image.layers.map((layer) => layer.diffID)),
  );
  for (const layer of saved.layers) {
    if (here.has(layer.diffID)) continue;
    progress({
      status: 'Loading layer',
      progressDetail: { current: layer.bytes, total: layer.bytes },
      id: layer.diffID.replace('sha256:', '').slice(0, 12),
    });
  }
  images.store.add({ ...saved, root: treeOf(top) });
  for (const tag of entry.RepoTags ?? []) {
    images.store.tag(tag, saved.id, machine.world.unixMs);
    tell({ stream: `Loaded image: ${tag}\n` });
  }
  if ((entry.RepoTags ?? []).length === 0) tell({ stream: `Loaded image ID: ${saved.id}\n` });
  engine.events.emit({
    type: 'image',
    action: 'load',
    id: saved.id,
    attributes: { name: saved.id },
  });
}

export interface ImportOptions {
  readonly repository: string;
  readonly tag: string;
  readonly message: string;
  readonly changes: string;
}

export function importImage(
  engine: Engine,
  text: string,
  options: ImportOptions,
  tell: (message: JSONMessage) => void,
): Outcome<void> {
  const entries = readTar(text);
  if (!entries) return failed(internal('archive/tar: invalid tar header'));
  try {
    let config: Image['config'] = {};
    for (const change of options.changes.split('\n').filter(Boolean))
      config = applyChange(config, change);
    const root: DirectoryNode = treeOf(entries);
    const unixMs = engine.machine.world.unixMs;
    const bytes = archiveBytes(entries);
    const id = `sha256:${digestOf(`import ${unixMs} ${text.length} ${options.changes}`)}`;
    engine.images.store.add({
      id,
      parent: '',
      createdUnixMs: unixMs,
      author: '',
      comment: options.message || 'Imported from -',
      architecture: 'amd64',
      config,
      layers: [
        { diffID: `sha256:${digestOf(`layer ${id}`)}`, bytes, digest: '', compressedBytes: bytes },
      ],
      history: [
        {
          createdUnixMs: unixMs,
          createdBy: '',
          comment: options.message || 'Imported from -',
          bytes,
        },
      ],
      root,
    });
    if (options.repository !== '') {
      const parsed = parseReference(
        options.tag === '' ? options.repository : `${options.repository}:${options.tag}`,
      );
      if (!parsed.ok) throw notFound(parsed.error);
      engine.images.name(engine.images.get(id), parsed.value);
    }
    tell({ status: id });
    return fine(undefined);
  } catch (error) {
    if (error instanceof EngineError) return failed(error);
    throw error;
  }
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
