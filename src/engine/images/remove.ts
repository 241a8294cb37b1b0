/**
 * `docker rmi` and `docker image prune`: which names and layers go, and what stands in the way.
 *
 * Real: moby daemon/images/image_delete.go, image_prune.go. The order of the checks is theirs.
 */
import type { ImageDeleteItem } from '../api/types.ts';
import { conflict, notFound, type EngineError } from '../errors.ts';
import type { Image } from './image.ts';
import { familiarName, familiarString, parseReference, type Reference } from './reference.ts';
import type { ImageStore } from './store.ts';

/** A container that refers to an image. */
export interface ImageUser {
  readonly id: string;
  readonly imageID: string;
  readonly isRunning: boolean;
}

export interface RemovalOptions {
  readonly store: ImageStore;
  readonly users: () => readonly ImageUser[];
  readonly emit: (action: 'untag' | 'delete', id: string) => void;
}

interface Flags {
  readonly isForced: boolean;
  readonly prunesParents: boolean;
}

/** Removes a name, or an image with all of it that nobody else needs. */
export function removeImage(
  options: RemovalOptions,
  text: string,
  flags: Flags,
): readonly ImageDeleteItem[] {
  const { store } = options;
  const image = store.find(text);
  if (!image) throw noSuchImage(text);
  const out: ImageDeleteItem[] = [];
  if (!isIDPrefix(image, text)) {
    const parsed = parseReference(text);
    if (!parsed.ok) throw noSuchImage(text);
    const user = options.users().find((one) => one.imageID === image.id);
    if (!flags.isForced && user && isSingleReference(store, image.id))
      throw conflict(
        `conflict: unable to remove repository reference "${text}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${short(image.id)}`,
      );
    untag(options, image, parsed.value, out);
    if (references(store, image.id).length > 0) return out;
    deleteImage(options, image, { ...flags, isQuiet: true }, out);
    return out;
  }
  if (isSingleReference(store, image.id)) {
    const problem = findConflict(options, image, flags.isForced, false);
    if (problem) throw problem.error;
    for (const name of references(store, image.id)) dropName(options, image, name, out);
  }
  deleteImage(options, image, { ...flags, isQuiet: false }, out);
  return out;
}

/** Takes one name away, and the digests of its repository with the last tag. */
function untag(
  options: RemovalOptions,
  image: Image,
  reference: Reference,
  out: ImageDeleteItem[],
): void {
  const { store } = options;
  dropName(options, image, familiarString(reference), out);
  if (reference.digest !== undefined) return;
  const name = familiarName(reference);
  const hasTag = store.tagsOf(image.id).some((tag) => tag.slice(0, tag.lastIndexOf(':')) === name);
  if (hasTag) return;
  for (const digest of store.digestsOf(image.id))
    if (digest.startsWith(`${name}@`)) dropName(options, image, digest, out);
}

function dropName(
  options: RemovalOptions,
  image: Image,
  name: string,
  out: ImageDeleteItem[],
): void {
  options.store.untag(name);
  options.emit('untag', image.id);
  out.push({ Untagged: name });
}

function deleteImage(
  options: RemovalOptions,
  image: Image,
  flags: Flags & { readonly isQuiet: boolean },
  out: ImageDeleteItem[],
): void {
  const { store } = options;
  const problem = findConflict(options, image, flags.isForced, true);
  if (problem) {
    const isDangling = references(store, image.id).length === 0 && !hasChildren(store, image.id);
    if (flags.isQuiet && (!isDangling || problem.isUse)) return;
    throw problem.error;
  }
  for (const name of references(store, image.id)) dropName(options, image, name, out);
  const parent = image.parent === '' ? undefined : store.get(image.parent);
  store.delete(image.id);
  options.emit('delete', image.id);
  out.push({ Deleted: image.id });
  for (const layer of orphanedLayers(store, image)) out.push({ Deleted: layer });
  if (flags.prunesParents && parent)
    deleteImage(options, parent, { isForced: false, prunesParents: true, isQuiet: true }, out);
}

interface Problem {
  readonly error: EngineError;
  readonly isUse: boolean;
}

function findConflict(
  options: RemovalOptions,
  image: Image,
  isForced: boolean,
  countsReferences: boolean,
): Problem | undefined {
  const { store } = options;
  const say = (force: string, why: string, isUse: boolean): Problem => ({
    error: conflict(`conflict: unable to delete ${short(image.id)} (${force}) - ${why}`),
    isUse,
  });
  if (hasChildren(store, image.id))
    return say('cannot be forced', 'image has dependent child images', false);
  const users = options.users().filter((one) => one.imageID === image.id);
  const running = users.find((one) => one.isRunning);
  if (running)
    return say(
      'cannot be forced',
      `image is being used by running container ${running.id.slice(0, 12)}`,
      true,
    );
  if (isForced) return undefined;
  if (
    countsReferences &&
    references(store, image.id).length > 0 &&
    !isSingleReference(store, image.id)
  )
    return say('must be forced', 'image is referenced in multiple repositories', false);
  const stopped = users[0];
  return stopped
    ? say(
        'must be forced',
        `image is being used by stopped container ${stopped.id.slice(0, 12)}`,
        true,
      )
    : undefined;
}

/** What `docker image prune` takes: images without a name (and without children), or with `all` each that no container uses. */
export function pruneImages(
  options: RemovalOptions,
  all: boolean,
  wanted: (image: Image) => boolean,
): { readonly items: readonly ImageDeleteItem[]; readonly bytes: number } {
  const { store } = options;
  const before = layerBytes(store);
  const items: ImageDeleteItem[] = [];
  // Real Docker goes through a map, in any order; here the last come first, as with containers.
  for (const image of [...store.all()].reverse()) {
    if (!store.get(image.id) || !wanted(image)) continue;
    const names = references(store, image.id);
    if (options.users().some((user) => user.imageID === image.id) || hasChildren(store, image.id))
      continue;
    if (names.length === 0)
      deleteImage(options, image, { isForced: false, prunesParents: true, isQuiet: true }, items);
    else if (all) {
      for (const name of names)
        if (store.idOfTag(name) !== undefined || store.find(name))
          items.push(...removeQuietly(options, name));
    }
  }
  let bytes = 0;
  const after = layerBytes(store);
  for (const [layer, size] of before) if (!after.has(layer)) bytes += size;
  return { items, bytes };
}

function removeQuietly(options: RemovalOptions, name: string): readonly ImageDeleteItem[] {
  return removeImage(options, name, { isForced: false, prunesParents: true });
}

function layerBytes(store: ImageStore): ReadonlyMap<string, number> {
  return new Map(
    store
      .all()
      .flatMap((image) =>
        chainIDs(image).map((id, i) => [id, image.layers[i]?.bytes ?? 0] as const),
      ),
  );
}

/** IDs of the stacks of layers, bottom first: equal bottoms are shared. */
function chainIDs(image: Image): readonly string[] {
  return image.layers.map((layer) => layer.diffID);
}

function orphanedLayers(store: ImageStore, image: Image): readonly string[] {
  const used = new Set(store.all().flatMap(chainIDs));
  return [...chainIDs(image)].reverse().filter((id) => !used.has(id));
}

function references(store: ImageStore, id: string): readonly string[] {
  return [...store.tagsOf(id), ...store.digestsOf(id)];
}

/** At most one tag, and all names within one repository. */
function isSingleReference(store: ImageStore, id: string): boolean {
  const tags = store.tagsOf(id);
  if (tags.length > 1) return false;
  const names = new Set([
    ...tags.map((tag) => tag.slice(0, tag.lastIndexOf(':'))),
    ...store.digestsOf(id).map((digest) => digest.slice(0, digest.indexOf('@'))),
  ]);
  return names.size <= 1;
}

function hasChildren(store: ImageStore, id: string): boolean {
  return store.all().some((image) => image.parent === id);
}

function isIDPrefix(image: Image, text: string): boolean {
  return image.id.startsWith(text) || image.id.slice('sha256:'.length).startsWith(text);
}

export function short(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** `No such image: nosuch:latest`. */
export function noSuchImage(text: string): EngineError {
  const parsed = parseReference(text);
  return notFound(`No such image: ${parsed.ok ? familiarString(parsed.value) : text}`);
}
