/**
 * `docker pull` and `docker push`: the conversation with a registry, told line by line.
 *
 * Real:     moby distribution/{pull,pull_v2,push_v2}.go, distribution/xfer.
 * Left out: manifest lists, content trust, resuming a download.
 */
import type { Machine } from '../../sim/index.ts';
import type { AuthConfig, JSONMessage } from '../api/types.ts';
import { failed, fine, internal, type Done } from '../errors.ts';
import type { Events } from '../events.ts';
import type { CatalogueImage } from './catalogue.ts';
import { pulledImage, type Image, type ImageLayer } from './image.ts';
import { familiarName, familiarString, fullName, type Reference } from './reference.ts';
import type { Registry } from './registry.ts';
import type { ImageStore } from './store.ts';

export interface TransferOptions {
  readonly machine: Machine;
  readonly store: ImageStore;
  readonly events: Events;
  readonly registryOf: (reference: Reference) => Registry;
}

export interface Transfer {
  readonly reference: Reference;
  readonly auth: AuthConfig | undefined;
  /** One line of progress. */
  readonly tell: (message: JSONMessage) => void;
}

/** Layers that are under way at the same time (`max-concurrent-downloads`). */
const CONCURRENT = 3;
/** Unpacked bytes that a disk takes in a millisecond. */
const EXTRACT_BYTES_PER_MS = 150_000;

export function pull(options: TransferOptions, transfer: Transfer, done: Done<Image>): void {
  const { reference, tell } = transfer;
  const registry = options.registryOf(reference);
  registry.manifest(reference, transfer.auth, (answer) => {
    if (!answer.ok) return done(answer);
    const source = answer.value;
    tell({
      status: `Pulling from ${reference.path}`,
      id: reference.tag ?? reference.digest ?? 'latest',
    });
    const known = options.store.get(source.id);
    if (known) return done(fine(finish(options, transfer, source, known)));
    fetchLayers(options, transfer, pulledImage(source), (result) => {
      if (!result.ok) return done(result);
      done(fine(finish(options, transfer, source, result.value)));
    });
  });
}

function finish(
  options: TransferOptions,
  { reference, tell }: Transfer,
  source: CatalogueImage,
  image: Image,
): Image {
  const { store, events, machine } = options;
  const name = familiarName(reference);
  const wanted =
    reference.digest === undefined
      ? { ...reference, tag: reference.tag ?? 'latest' }
      : { ...reference, tag: undefined };
  const isNew = store.byReference(wanted)?.id !== image.id;
  store.add(image);
  if (wanted.tag !== undefined) store.tag(familiarString(wanted), image.id, machine.world.unixMs);
  store.addDigest(`${name}@${source.digest}`, image.id);
  tell({ status: `Digest: ${source.digest}` });
  tell({
    status: `Status: ${isNew ? 'Downloaded newer image' : 'Image is up to date'} for ${familiarString(wanted)}`,
  });
  events.emit({
    type: 'image',
    action: 'pull',
    id: familiarString(wanted),
    attributes: { ...image.config.Labels, name },
  });
  return image;
}

function fetchLayers(
  options: TransferOptions,
  transfer: Transfer,
  image: Image,
  done: Done<Image>,
): void {
  const { tell } = transfer;
  const here = new Set(
    options.store.all().flatMap((one) => one.layers.map((layer) => layer.diffID)),
  );
  const missing = image.layers.filter((layer) => !here.has(layer.diffID));
  for (const layer of image.layers)
    tell({
      status: here.has(layer.diffID) ? 'Already exists' : 'Pulling fs layer',
      progressDetail: {},
      id: shortLayer(layer),
    });
  const registry = options.registryOf(transfer.reference);
  const fetched = new Set<ImageLayer>();
  let next = 0;
  let isOver = false;
  const begin = (): void => {
    const layer = missing[next++];
    if (!layer) return;
    const id = shortLayer(layer);
    const report = (current: number): void =>
      tell({
        status: 'Downloading',
        progressDetail: { current, total: layer.compressedBytes },
        id,
      });
    registry.layer(layer.compressedBytes, report, (result) => {
      if (isOver) return;
      if (!result.ok) {
        isOver = true;
        return done(result);
      }
      tell({ status: 'Verifying Checksum', progressDetail: {}, id });
      tell({ status: 'Download complete', progressDetail: {}, id });
      fetched.add(layer);
      begin();
      if (fetched.size === missing.length)
        extract(options, transfer, missing, () => done(fine(image)));
    });
  };
  if (missing.length === 0) return done(fine(image));
  for (let i = 0; i < CONCURRENT; i++) begin();
}

/** Layers are unpacked in their order, one after the other. */
function extract(
  options: TransferOptions,
  transfer: Transfer,
  layers: readonly ImageLayer[],
  done: () => void,
): void {
  const [layer, ...rest] = layers;
  if (!layer) return done();
  const id = shortLayer(layer);
  const total = layer.compressedBytes;
  transfer.tell({ status: 'Extracting', progressDetail: { current: total, total }, id });
  options.machine.world.schedule(
    10 + Math.ceil(layer.bytes / EXTRACT_BYTES_PER_MS),
    'extract',
    () => {
      if (!options.machine.isOn) return;
      transfer.tell({ status: 'Pull complete', progressDetail: {}, id });
      extract(options, transfer, rest, done);
    },
  );
}

function shortLayer(layer: ImageLayer): string {
  return (layer.digest || layer.diffID.replace('sha256:', '')).slice(0, 12);
}

/** Pushes one tag. `tell` has got the first line already. */
export function push(options: TransferOptions, transfer: Transfer, done: Done): void {
  const { reference, tell } = transfer;
  const tagged: Reference = { ...reference, tag: reference.tag ?? 'latest' };
  const image = options.store.byReference(tagged);
  if (!image) return done(failed(internal(`tag does not exist: ${familiarString(tagged)}`)));
  const layers = [...image.layers].reverse();
  for (const layer of layers)
    tell({ status: 'Preparing', progressDetail: {}, id: shortDiff(layer) });
  options.registryOf(reference).push(tagged, image, transfer.auth, (result) => {
    if (!result.ok) return done(result);
    for (const layer of layers)
      tell({ status: 'Pushed', progressDetail: {}, id: shortDiff(layer) });
    const { digest, bytes } = result.value;
    options.store.addDigest(`${familiarName(reference)}@${digest}`, image.id);
    tell({ status: `${tagged.tag}: digest: ${digest} size: ${bytes}` });
    tell({ progressDetail: {}, aux: { Tag: tagged.tag, Digest: digest, Size: bytes } });
    options.events.emit({
      type: 'image',
      action: 'push',
      id: familiarString(tagged),
      attributes: { ...image.config.Labels, name: familiarName(reference) },
    });
    done(fine(undefined));
  });
}

function shortDiff(layer: ImageLayer): string {
  return layer.diffID.replace('sha256:', '').slice(0, 12);
}

/** First line of a push. */
export function pushGreeting(reference: Reference): JSONMessage {
  return { status: `The push refers to repository [${fullName(reference)}]` };
}
