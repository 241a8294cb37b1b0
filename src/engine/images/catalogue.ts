/**
 * What a registry has to offer: repositories, tags, and for each the layers, the configuration and the files of an image.
 *
 * The content comes from `programs` (the lab wires it in); this file only says what it looks like.
 *
 * Real: distribution/manifest/schema2, opencontainers/image-spec specs-go/v1/config.go, moby api/types/container.Config.
 */
import type { DirectoryNode } from '../../sim/index.ts';
import type { HealthConfig } from '../../swarm/api/index.ts';

/** What an image says about its containers. Spelled as in the image's JSON. */
export interface ImageConfig {
  readonly User?: string;
  /** `{"80/tcp": {}}`. */
  readonly ExposedPorts?: Readonly<Record<string, Readonly<Record<string, never>>>>;
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Volumes?: Readonly<Record<string, Readonly<Record<string, never>>>> | null;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  /** `SIGQUIT`; absent: SIGTERM. */
  readonly StopSignal?: string;
  readonly Healthcheck?: HealthConfig;
  readonly Shell?: readonly string[];
  readonly OnBuild?: readonly string[] | null;
}

/** One line of `docker history`, oldest first. */
export interface CatalogueHistory {
  /** `/bin/sh -c #(nop)  CMD ["nginx" "-g" "daemon off;"]`. */
  readonly createdBy: string;
  readonly comment?: string;
  /** Absent: this line made no layer (`EXPOSE`, `CMD`). Else an index into `layers`. */
  readonly layer?: number;
}

export interface CatalogueLayer {
  /** 64 hexadecimal digits: equal in images that share the layer. */
  readonly digest: string;
  /** Unpacked, as `docker history` counts it. */
  readonly bytes: number;
  /** As it crosses the wire; absent: two fifths of `bytes`. */
  readonly compressedBytes?: number;
}

/** One image of a registry. */
export interface CatalogueImage {
  /** As users type it: `nginx`, `dockersamples/visualizer`, `registry.example.com/app`. */
  readonly repository: string;
  readonly tag: string;
  /** Manifest digest, `sha256:` and 64 digits; the same digest under two tags is the same image. */
  readonly digest: string;
  /** Image ID (digest of the configuration), `sha256:` and 64 digits. */
  readonly id: string;
  /** When it was built, ms since 1970. */
  readonly createdUnixMs: number;
  readonly author?: string;
  /** `amd64` when absent. */
  readonly architecture?: string;
  readonly layers: readonly CatalogueLayer[];
  /** Absent: one line for each layer. */
  readonly history?: readonly CatalogueHistory[];
  readonly config: ImageConfig;
  /** The files of all layers together. May give the same nodes each time: containers copy on write. */
  readonly root: () => DirectoryNode;
}

/** One line of `docker search`. */
export interface CatalogueRepository {
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly isOfficial: boolean;
}

/** A registry's content. */
export interface ImageCatalogue {
  /** The image of a repository by tag or by manifest digest (`sha256:...`), or undefined. */
  find(repository: string, reference: string): CatalogueImage | undefined;
  /** Whether the repository exists at all, in whatever tag. */
  has(repository: string): boolean;
  /** Whether the real registry has it and the lab has not: the pull says so. */
  isElsewhere?(repository: string): boolean;
  /** Repositories for `docker search`, best first. */
  search(term: string): readonly CatalogueRepository[];
}

/** A catalogue of a list of images. */
export function catalogueOf(
  images: readonly CatalogueImage[],
  repositories: readonly CatalogueRepository[] = [],
): ImageCatalogue {
  const byReference = new Map<string, CatalogueImage>();
  const names = new Set<string>();
  for (const image of images) {
    names.add(image.repository);
    byReference.set(`${image.repository}:${image.tag}`, image);
    if (!byReference.has(`${image.repository}@${image.digest}`))
      byReference.set(`${image.repository}@${image.digest}`, image);
  }
  return {
    find: (repository, reference) =>
      byReference.get(
        reference.startsWith('sha256:')
          ? `${repository}@${reference}`
          : `${repository}:${reference}`,
      ),
    has: (repository) => names.has(repository),
    search: (term) =>
      repositories.filter(
        (one) =>
          one.name.includes(term) || one.description.toLowerCase().includes(term.toLowerCase()),
      ),
  };
}
