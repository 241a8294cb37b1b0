/**
 * Names of secrets and configs made into references.
 *
 * Real: docker/cli cli/command/service/parse.go
 */
import type { ConfigReference, SecretReference, SwarmFile } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { filtersQuery } from '../../client.ts';
import { StatusError } from '../../errors.ts';
import type { FileReference } from '../../opts/swarmopts.ts';
import type { Sys } from '../../process.ts';

/** The IDs of the named secrets or configs. */
function* idsOf(
  cli: DockerCli,
  kind: 'secret' | 'config',
  names: readonly string[],
): Sys<Map<string, string>> {
  const filters = filtersQuery(new Map([['name', [...new Set(names)]]]));
  const found = yield* cli.client.json<SwarmFile[]>('GET', `/${kind}s`, { query: { filters } });
  return new Map(found.map((item) => [item.Spec.Name, item.ID]));
}

function checkTargets(kind: string, references: readonly FileReference[]): void {
  const targets = new Set<string>();
  for (const { name, File } of references) {
    if (targets.has(File.Name)) {
      throw new StatusError(`duplicate ${kind} target for ${name} not allowed`);
    }
    targets.add(File.Name);
  }
}

function idIn(ids: ReadonlyMap<string, string>, kind: string, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new StatusError(`${kind} not found: ${name}`);
  return id;
}

export function* parseSecrets(
  cli: DockerCli,
  requested: readonly FileReference[],
): Sys<SecretReference[]> {
  if (requested.length === 0) return [];
  checkTargets('secret', requested);
  const ids = yield* idsOf(
    cli,
    'secret',
    requested.map((one) => one.name),
  );
  return requested.map(({ name, File }) => ({
    File,
    SecretID: idIn(ids, 'secret', name),
    SecretName: name,
  }));
}

/** `runtimeName` is the config that holds a credential spec, if there is one. */
export function* parseConfigs(
  cli: DockerCli,
  requested: readonly FileReference[],
  runtimeName?: string,
): Sys<ConfigReference[]> {
  const names = [...requested.map((one) => one.name), ...(runtimeName ? [runtimeName] : [])];
  if (names.length === 0) return [];
  checkTargets('config', requested);
  const ids = yield* idsOf(cli, 'config', names);
  const references: ConfigReference[] = requested.map(({ name, File }) => ({
    File,
    ConfigID: idIn(ids, 'config', name),
    ConfigName: name,
  }));
  if (runtimeName) {
    const ConfigID = idIn(ids, 'config', runtimeName);
    references.push({ Runtime: {}, ConfigID, ConfigName: runtimeName });
  }
  return references;
}
