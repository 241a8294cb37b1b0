import { complete } from '../cli/index.ts';
import type { CommandCompleter } from '../shell/index.ts';
import { httpRequest, readAll, SystemError, type Process, type Sys } from '../sim/index.ts';

type Kind =
  'container' | 'image' | 'network' | 'volume' | 'service' | 'node' | 'stack' | 'config' | 'secret';
type Item = Readonly<Record<string, unknown>>;

/** A part of a listed object, if it has it. */
const part = (item: Item | undefined, name: string): Item | undefined =>
  item?.[name] as Item | undefined;
const textAt = (item: Item | undefined, name: string): string =>
  typeof item?.[name] === 'string' ? item[name] : '';

const SOCKET = '/var/run/docker.sock';
const STACK_LABEL = 'com.docker.stack.namespace';

interface Listing {
  readonly target: string;
  readonly names: (item: Item) => readonly string[];
}

const specName = (item: Item): readonly string[] => [textAt(part(item, 'Spec'), 'Name')];
const plainName = (item: Item): readonly string[] => [textAt(item, 'Name')];

const LISTINGS: Readonly<Record<Kind, Listing>> = {
  container: {
    target: '/containers/json?all=1',
    names: (item) => ((item['Names'] ?? []) as string[]).map((name) => name.replace(/^\//, '')),
  },
  image: { target: '/images/json', names: (item) => (item['RepoTags'] ?? []) as string[] },
  network: { target: '/networks', names: plainName },
  volume: { target: '/volumes', names: plainName },
  service: { target: '/services', names: specName },
  node: { target: '/nodes', names: (item) => [textAt(part(item, 'Description'), 'Hostname')] },
  config: { target: '/configs', names: specName },
  secret: { target: '/secrets', names: specName },
  stack: {
    target: '/services',
    names: (item) => [textAt(part(part(item, 'Spec'), 'Labels'), STACK_LABEL)],
  },
};

/** Tab after `docker`: commands and flags, and the names of things, asked of the machine's engine as the real completion does. */
export const completeDocker: CommandCompleter = function* (process, words) {
  const asked = new Set<Kind>();
  complete(words.slice(1), { names: (kind) => (asked.add(kind), []) });
  const known = new Map<Kind, readonly string[]>();
  for (const kind of asked) known.set(kind, yield* namesOf(process, LISTINGS[kind]));
  const offered = complete(words.slice(1), { names: (kind) => known.get(kind) ?? [] });
  return offered.length > 0 ? offered : undefined;
};

function* namesOf(process: Process, listing: Listing): Sys<readonly string[]> {
  try {
    const response = yield* httpRequest(process, {
      to: { socketPath: SOCKET },
      method: 'GET',
      target: listing.target,
      headers: { host: 'docker' },
    });
    const body = yield* readAll(response.body);
    if (response.status !== 200) return [];
    const parsed = JSON.parse(body) as
      readonly Item[] | { readonly Volumes?: readonly Item[] | null } | null;
    const items = Array.isArray(parsed)
      ? (parsed as readonly Item[])
      : ((parsed as { Volumes?: readonly Item[] | null } | null)?.Volumes ?? []);
    return [...new Set(items.flatMap(listing.names).filter((name) => name !== ''))];
  } catch (error) {
    // A daemon that does not answer offers no names.
    if (error instanceof SystemError || error instanceof SyntaxError) return [];
    throw error;
  }
}
