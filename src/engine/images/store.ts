/**
 * The images of one machine and the names they go by. Both survive a power cut.
 *
 * Real: moby image/store.go, reference/store.go.
 */
import type { Disk } from '../../sim/index.ts';
import type { Image } from './image.ts';
import { familiarName, familiarString, parseReference, type Reference } from './reference.ts';

interface Saved {
  readonly images: readonly Image[];
  /** `nginx:1.10` to image ID. */
  readonly tags: readonly (readonly [string, string])[];
  /** `nginx@sha256:...` to image ID. */
  readonly digests: readonly (readonly [string, string])[];
  readonly taggedAtMs: readonly (readonly [string, number])[];
}

const KEY = 'docker/images';

export class ImageStore {
  readonly #disk: Disk;
  #images = new Map<string, Image>();
  #tags = new Map<string, string>();
  #digests = new Map<string, string>();
  #taggedAtMs = new Map<string, number>();

  constructor(disk: Disk) {
    this.#disk = disk;
    this.load();
  }

  load(): void {
    const saved = this.#disk.read(KEY) as Saved | undefined;
    this.#images = new Map((saved?.images ?? []).map((image) => [image.id, image]));
    this.#tags = new Map(saved?.tags ?? []);
    this.#digests = new Map(saved?.digests ?? []);
    this.#taggedAtMs = new Map(saved?.taggedAtMs ?? []);
  }

  all(): readonly Image[] {
    return [...this.#images.values()];
  }

  get(id: string): Image | undefined {
    return this.#images.get(id);
  }

  add(image: Image): void {
    if (!this.#images.has(image.id)) this.#images.set(image.id, image);
    this.#save();
  }

  delete(id: string): void {
    this.#images.delete(id);
    this.#taggedAtMs.delete(id);
    this.#save();
  }

  tag(name: string, id: string, nowUnixMs: number): void {
    this.#tags.set(name, id);
    this.#taggedAtMs.set(id, nowUnixMs);
    this.#save();
  }

  untag(name: string): void {
    this.#tags.delete(name);
    this.#digests.delete(name);
    this.#save();
  }

  addDigest(name: string, id: string): void {
    this.#digests.set(name, id);
    this.#save();
  }

  lastTaggedMs(id: string): number | undefined {
    return this.#taggedAtMs.get(id);
  }

  /** `nginx:1.10` ... of an image, sorted. */
  tagsOf(id: string): readonly string[] {
    return keysTo(this.#tags, id);
  }

  /** `nginx@sha256:...` of an image, sorted. */
  digestsOf(id: string): readonly string[] {
    return keysTo(this.#digests, id);
  }

  idOfTag(name: string): string | undefined {
    return this.#tags.get(name);
  }

  tagNames(): readonly string[] {
    return [...this.#tags.keys()];
  }

  /** The image of a reference, by tag or digest. */
  byReference(reference: Reference): Image | undefined {
    const id =
      reference.digest !== undefined
        ? this.#digests.get(`${familiarName(reference)}@${reference.digest}`)
        : this.#tags.get(familiarString(reference));
    return id === undefined ? undefined : this.#images.get(id);
  }

  /** The image that `text` means: an ID, the beginning of one, or a name. */
  find(text: string): Image | undefined {
    const exact = this.#images.get(text) ?? this.#images.get(`sha256:${text}`);
    if (exact) return exact;
    const parsed = parseReference(text);
    const named = parsed.ok ? this.byReference(parsed.value) : undefined;
    if (named) return named;
    const prefix = text.replace(/^sha256:/, '');
    if (!/^[0-9a-f]{1,64}$/.test(prefix)) return undefined;
    const hits = this.all().filter((image) => image.id.startsWith(`sha256:${prefix}`));
    return hits.length === 1 ? hits[0] : undefined;
  }

  #save(): void {
    const saved: Saved = {
      images: this.all(),
      tags: [...this.#tags],
      digests: [...this.#digests],
      taggedAtMs: [...this.#taggedAtMs],
    };
    this.#disk.write(KEY, saved);
  }
}

function keysTo(names: ReadonlyMap<string, string>, id: string): readonly string[] {
  return [...names]
    .filter(([, to]) => to === id)
    .map(([name]) => name)
    .sort((a, b) => (a < b ? -1 : 1));
}
