/**
 * `docker inspect`: whatever has the name.
 *
 * Real: docker/cli cli/command/system/inspect.go
 */
import type { SystemInfo } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { ApiError } from '../../client.ts';
import { Command } from '../../cobra/command.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import type { Inspected } from '../../formatter/inspector.ts';
import { inspect } from '../../formatter/inspector.ts';
import { goQuote } from '../../formatter/strconv.ts';
import type { Sys } from '../../process.ts';
import { inspectRaw } from '../inspectraw.ts';
import type { RawSource } from '../inspectraw.ts';
import { systemTable as table } from './flags.ts';

interface Kind {
  readonly name: string;
  readonly isSwarm?: boolean;
  readonly source: (ref: string, size: boolean) => RawSource;
}

/** In the order in which they are tried. */
const KINDS: readonly Kind[] = [
  {
    name: 'container',
    source: (ref, size) => ({
      type: 'container.InspectResponse',
      path: '/containers',
      ref,
      suffix: '/json',
      ...(size ? { query: { size: '1' } } : {}),
    }),
  },
  {
    name: 'image',
    source: (ref) => ({ type: 'image.InspectResponse', path: '/images', ref, suffix: '/json' }),
  },
  { name: 'network', source: (ref) => ({ type: 'network.Inspect', path: '/networks', ref }) },
  { name: 'volume', source: (ref) => ({ type: 'volume.Volume', path: '/volumes', ref }) },
  {
    name: 'service',
    isSwarm: true,
    source: (ref) => ({
      type: 'swarm.Service',
      path: '/services',
      ref,
      query: { insertDefaults: 'true' },
    }),
  },
  { name: 'task', isSwarm: true, source: (ref) => ({ type: 'swarm.Task', path: '/tasks', ref }) },
  { name: 'node', isSwarm: true, source: (ref) => ({ type: 'swarm.Node', path: '/nodes', ref }) },
  {
    name: 'plugin',
    source: (ref) => ({ type: 'types.Plugin', path: '/plugins', ref, suffix: '/json' }),
  },
  {
    name: 'secret',
    isSwarm: true,
    source: (ref) => ({ type: 'swarm.Secret', path: '/secrets', ref }),
  },
  {
    name: 'config',
    isSwarm: true,
    source: (ref) => ({ type: 'swarm.Config', path: '/configs', ref }),
  },
];

const TYPES = [
  'config',
  'container',
  'image',
  'network',
  'node',
  'plugin',
  'secret',
  'service',
  'task',
  'volume',
];

export function newInspectCommand(): Command {
  return new Command(table.inspect, runInspect);
}

const runInspect: Run = function* (cli, { flags, args }) {
  const type = flags.string('type');
  const known = `must be one of "${TYPES.join('", "')}"`;
  if (flags.changed('type') && type === '') throw new StatusError(`type is empty: ${known}`);
  if (type !== '' && !TYPES.includes(type)) {
    throw new StatusError(`unknown type: ${goQuote(type)}: ${known}`);
  }
  yield* inspect(cli, args, {
    format: flags.string('format'),
    getRef: (ref) => find(cli, { ref, type, size: flags.bool('size') }),
  });
};

interface Search {
  readonly ref: string;
  readonly type: string;
  readonly size: boolean;
}

function* find(cli: DockerCli, { ref, type, size }: Search): Sys<Inspected> {
  let isManager: boolean | undefined;
  for (const kind of KINDS) {
    if (type !== '' && kind.name !== type) continue;
    if (type === '' && kind.isSwarm === true) {
      isManager ??= yield* isSwarmManager(cli);
      if (!isManager) continue;
    }
    try {
      const found = yield* inspectRaw(cli, kind.source(ref, size));
      if (size && kind.name !== 'container') {
        yield* cli.err(`WARNING: --size ignored for ${kind.name}\n`);
      }
      return found;
    } catch (error) {
      if (!(error instanceof ApiError) || type !== '' || !isSkippable(error)) throw error;
    }
  }
  throw new StatusError(`Error: No such object: ${ref}`);
}

function isSkippable(error: ApiError): boolean {
  return (
    error.isNotFound ||
    error.message.includes('not supported') ||
    error.message.includes('invalid reference format')
  );
}

function* isSwarmManager(cli: DockerCli): Sys<boolean> {
  const info = yield* cli.client.json<SystemInfo>('GET', '/info');
  return info.Swarm?.ControlAvailable ?? false;
}
