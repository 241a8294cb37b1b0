/**
 * The registry's content: finds images by name and tag or digest, and repositories by words (`docker search`).
 *
 * Real: Docker Hub.
 */
import { isElsewhere } from './elsewhere.ts';
import type { CatalogueImage, CatalogueRepository, ImageCatalogue } from '../engine/index.ts';

export function catalogueFrom(
  images: readonly CatalogueImage[],
  repositories: readonly CatalogueRepository[],
): ImageCatalogue {
  const byReference = new Map<string, CatalogueImage>();
  const names = new Set<string>();
  for (const image of images) {
    names.add(image.repository);
    byReference.set(`${image.repository}:${image.tag}`, image);
    const pinned = `${image.repository}@${image.digest}`;
    if (!byReference.has(pinned)) byReference.set(pinned, image);
  }
  return {
    find: (repository, reference) =>
      byReference.get(`${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`),
    has: (repository) => names.has(repository),
    isElsewhere,
    search: (term) => repositories.filter((one) => matches(one, term.toLowerCase())),
  };
}

function matches({ name, description }: CatalogueRepository, term: string): boolean {
  return name.includes(term) || description.toLowerCase().includes(term);
}
