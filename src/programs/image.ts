/**
 * From a recipe (base, instructions, files) to images of the catalogue: layers, digests, history.
 *
 * Digests are names made from the recipe's words, the same in every lab; layers that images share have the same ones.
 * Real: docker-library/official-images.
 */
import type {
  CatalogueHistory,
  CatalogueImage,
  CatalogueLayer,
  ImageConfig,
} from '../engine/index.ts';
import { daysFromCivil, EPOCH_MS, hashHex, type DirectoryNode } from '../sim/index.ts';
import { stamp, TreeBuilder } from './tree.ts';

/** One line of `docker history`, with a layer when it weighs something. */
export interface Instruction {
  readonly by: string;
  readonly comment?: string;
  /** Unpacked size; absent: no layer. */
  readonly bytes?: number;
}

/** What an image begins with. */
export interface Base {
  /** `debian:bookworm`: names its layers. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
  readonly build: (tree: TreeBuilder) => void;
}

export interface Recipe {
  readonly repository: string;
  /** The first names the image; the others are the same one. */
  readonly tags: readonly string[];
  /** `2025-04-16`. */
  readonly built: string;
  readonly base?: Base;
  readonly instructions: readonly Instruction[];
  readonly config: ImageConfig;
  readonly build?: (tree: TreeBuilder) => void;
}

export const PATH_ENV = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
export const BUILDKIT = 'buildkit.dockerfile.v0';

export function imagesOf(recipe: Recipe): readonly CatalogueImage[] {
  const { repository, tags, base, config } = recipe;
  const name = `${repository}:${tags[0]}`;
  const createdUnixMs = unixMsOf(recipe.built);
  const layers: CatalogueLayer[] = [];
  const history: CatalogueHistory[] = [];
  const add = (owner: string, instructions: readonly Instruction[]): void => {
    for (const { by, comment, bytes } of instructions) {
      if (bytes !== undefined)
        layers.push({ digest: hashHex(`layer ${owner} ${layers.length} ${by}`, 64), bytes });
      history.push({
        createdBy: by,
        ...(comment === undefined ? {} : { comment }),
        ...(bytes === undefined ? {} : { layer: layers.length - 1 }),
      });
    }
  };
  if (base) add(base.name, base.instructions);
  add(name, recipe.instructions);
  let made: DirectoryNode | undefined;
  const root = (): DirectoryNode => (made ??= buildRoot(recipe, createdUnixMs));
  const shared = {
    repository,
    createdUnixMs,
    layers,
    history,
    config,
    root,
    digest: `sha256:${hashHex(`manifest ${name} ${recipe.built}`, 64)}`,
    id: `sha256:${hashHex(`config ${name} ${recipe.built}`, 64)}`,
  };
  return tags.map((tag) => ({ ...shared, tag }));
}

function buildRoot(recipe: Recipe, createdUnixMs: number): DirectoryNode {
  const tree = new TreeBuilder();
  recipe.base?.build(tree);
  recipe.build?.(tree);
  stamp(tree.root, createdUnixMs - EPOCH_MS);
  return tree.root;
}

function unixMsOf(date: string): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  // Official images are built in the night of the day after their base.
  return daysFromCivil(year, month, day) * 86_400_000 + 80_000_000;
}
