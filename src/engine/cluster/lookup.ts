/**
 * The object that an argument means: by its whole ID, else by name, else by the beginning of its ID.
 *
 * Real: moby daemon/cluster/helpers.go
 */
import { badRequest, failed, fine, notFound, type Outcome } from './errors.ts';

export function findOne<T extends { readonly ID: string }>(
  kind: string,
  argument: string,
  objects: readonly T[],
  nameOf: (object: T) => string,
): Outcome<T> {
  const exact = objects.find((object) => object.ID === argument);
  if (exact) return fine(exact);
  const lower = argument.toLowerCase();
  let found =
    argument === '' ? [] : objects.filter((object) => nameOf(object).toLowerCase() === lower);
  if (found.length === 0 && argument !== '')
    found = objects.filter((object) => object.ID.startsWith(argument));
  const [first, second] = found;
  if (!first) return failed(notFound(`${kind} ${argument} not found`));
  if (second)
    return failed(badRequest(`${kind} ${argument} is ambiguous (${found.length} matches found)`));
  return fine(first);
}
