/**
 * An image on this machine, and how it came about.
 *
 * Real: moby image/image.go, layer/layer.go. Layers are one shared tree here: who writes copies (sim/files).
 */
import type { DirectoryNode } from '../../sim/index.ts';
import type { CatalogueImage, ImageConfig } from './catalogue.ts';

export interface ImageLayer {
  /** `sha256:` and 64 digits: the digest of what it changes (DiffID). */
  readonly diffID: string;
  readonly bytes: number;
  /** Digest in the registry, 64 digits; '' for layers that were made here. */
  readonly digest: string;
  readonly compressedBytes: number;
}

export interface ImageHistory {
  readonly createdUnixMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly bytes: number;
  /** The image that this line made here; absent: `<missing>`. */
  readonly imageID?: string;
}

export interface Image {
  /** `sha256:` and 64 digits. */
  readonly id: string;
  /** The image it was built on, if that is known here. */
  readonly parent: string;
  readonly createdUnixMs: number;
  readonly author: string;
  readonly comment: string;
  readonly architecture: string;
  readonly config: ImageConfig;
  /** Oldest first. */
  readonly layers: readonly ImageLayer[];
  /** Oldest first. */
  readonly history: readonly ImageHistory[];
  readonly root: DirectoryNode;
  /** The container that it was committed from. */
  readonly container?: string;
  /** What the build cache compares: the instruction that made it from its parent. */
  readonly cacheKey?: string;
}

export function imageBytes(image: Image): number {
  return image.layers.reduce((sum, layer) => sum + layer.bytes, 0);
}

/** The image as it is after a pull. */
export function pulledImage(source: CatalogueImage): Image {
  const layers = source.layers.map((layer) => ({
    diffID: `sha256:${[...layer.digest].reverse().join('')}`,
    bytes: layer.bytes,
    digest: layer.digest,
    compressedBytes: layer.compressedBytes ?? Math.ceil((layer.bytes * 2) / 5),
  }));
  const lines =
    source.history ??
    source.layers.map((_, i) => ({
      createdBy: `/bin/sh -c #(nop) ADD file:${source.layers[i]?.digest.slice(0, 16) ?? ''} in / `,
      layer: i,
    }));
  return {
    id: source.id,
    parent: '',
    createdUnixMs: source.createdUnixMs,
    author: source.author ?? '',
    comment: '',
    architecture: source.architecture ?? 'amd64',
    config: source.config,
    layers,
    history: lines.map((line) => ({
      createdUnixMs: source.createdUnixMs,
      createdBy: line.createdBy,
      comment: 'comment' in line ? (line.comment ?? '') : '',
      bytes: line.layer === undefined ? 0 : (layers[line.layer]?.bytes ?? 0),
    })),
    root: source.root(),
  };
}
