/**
 * `docker stack config`.
 *
 * Real: docker/cli cli/command/stack/config.go, cli/compose/types/types.go (the order of keys)
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { ramInBytes } from '../../formatter/units.ts';
import { loadCompose } from './compose/load.ts';
import type { ComposeConfig } from './compose/types.ts';
import { toYAML } from './compose/yaml.ts';

export const runConfig: Run = function* (cli, { flags }) {
  const files = flags.list('compose-file');
  if (files.length === 0) throw new StatusError('Specify a Compose file (with --compose-file)');
  const { config } = yield* loadCompose(cli, files, {
    skipsInterpolation: flags.bool('skip-interpolation'),
    forbiddenText: 'Configuration contains forbidden properties',
  });
  yield* cli.out(composeText(config));
};

/** Keys of services in the order of Docker's struct; what is not named here stands where it came. */
const DEPLOY_KEYS = [
  'mode',
  'replicas',
  'labels',
  'update_config',
  'rollback_config',
  'resources',
  'restart_policy',
  'placement',
  'endpoint_mode',
];

function composeText(config: ComposeConfig): string {
  const services = Object.entries(config.services).sort(([a], [b]) => (a < b ? -1 : 1));
  const sections: Record<string, unknown> = {
    services: Object.fromEntries(services.map(([name, service]) => [name, serviceOut(service)])),
  };
  for (const section of ['networks', 'volumes', 'secrets', 'configs'] as const) {
    if (Object.keys(config[section]).length > 0) sections[section] = config[section];
  }
  return `version: "${config.version}"\n${toYAML(sections)}`;
}

function serviceOut(service: object): object {
  const entries = Object.entries(service).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === 'deploy' ? deployOut(value as object) : value]),
  );
}

function deployOut(deploy: object): object {
  const fields = deploy as Readonly<Record<string, unknown>>;
  const known = DEPLOY_KEYS.filter((key) => fields[key] !== undefined && fields[key] !== null);
  return Object.fromEntries(
    known.map((key) => [key, key === 'resources' ? resourcesOut(fields[key]) : fields[key]]),
  );
}

/** Memory is shown in bytes. */
function resourcesOut(value: unknown): unknown {
  const parts = Object.entries(
    value as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  );
  return Object.fromEntries(
    parts.map(([part, limits]) => [
      part,
      typeof limits['memory'] === 'string'
        ? { ...limits, memory: String(ramInBytes(limits['memory'])) }
        : limits,
    ]),
  );
}
