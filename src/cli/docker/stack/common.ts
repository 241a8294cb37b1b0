/**
 * What belongs to a stack: everything that carries its label.
 *
 * Real: docker/cli cli/command/stack/swarm/common.go, cli/compose/convert
 */
import type { Network, Service, SwarmFile, Task } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { filtersQuery } from '../../client.ts';
import { StatusError } from '../../errors.ts';
import { goQuote } from '../../formatter/strconv.ts';
import type { Sys } from '../../process.ts';

export const NAMESPACE_LABEL = 'com.docker.stack.namespace';
export const IMAGE_LABEL = 'com.docker.stack.image';

/** Refuses names that are nothing but blanks and quotes. */
export function checkStackName(name: string): void {
  if (/^['"\s]*$/.test(name)) throw new StatusError(`invalid stack name: ${goQuote(name)}`);
}

export function stackFilter(
  stack: string,
  more: ReadonlyMap<string, readonly string[]> = new Map(),
): ReadonlyMap<string, readonly string[]> {
  const labels = [...(more.get('label') ?? []), `${NAMESPACE_LABEL}=${stack}`];
  return new Map([...more, ['label', labels]]);
}

function listOf<T>(cli: DockerCli, path: string, stack: string): Sys<T[]> {
  return cli.client.json<T[]>('GET', path, {
    query: { filters: filtersQuery(stackFilter(stack)) },
  });
}

export const stackServices = (cli: DockerCli, stack: string): Sys<Service[]> =>
  listOf<Service>(cli, '/services', stack);
export const stackNetworks = (cli: DockerCli, stack: string): Sys<Network[]> =>
  listOf<Network>(cli, '/networks', stack);
export const stackSecrets = (cli: DockerCli, stack: string): Sys<SwarmFile[]> =>
  listOf<SwarmFile>(cli, '/secrets', stack);
export const stackConfigs = (cli: DockerCli, stack: string): Sys<SwarmFile[]> =>
  listOf<SwarmFile>(cli, '/configs', stack);
export const stackTasks = (cli: DockerCli, stack: string): Sys<Task[]> =>
  listOf<Task>(cli, '/tasks', stack);
