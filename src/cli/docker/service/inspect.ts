/**
 * `docker service inspect`.
 *
 * Real: docker/cli cli/command/service/inspect.go
 */
import type { Service } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { ApiError, segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { inspect } from '../../formatter/inspector.ts';
import type { Sys } from '../../process.ts';
import { getService } from './api.ts';
import { prettyService } from './pretty.ts';

export const runInspect: Run = function* (cli, { flags, args }) {
  const isPretty = flags.bool('pretty');
  const given = flags.string('format');
  if (isPretty && given !== '') {
    throw new StatusError('--format is incompatible with human friendly format');
  }
  if (given.startsWith('pretty') && given !== 'pretty') {
    throw new StatusError('cannot supply extra formatting options to the pretty template');
  }
  if (!isPretty && given !== 'pretty') {
    yield* inspect(cli, args, {
      format: given,
      badTemplateCode: 1,
      getRef: function* (ref) {
        return { type: 'swarm.Service', json: yield* findService(cli, ref) };
      },
    });
    return;
  }
  let text = '';
  for (const ref of args) {
    const service = yield* findService(cli, ref);
    text += prettyService(service, yield* networkNames(cli, service), cli.nowMs);
  }
  yield* cli.out(text);
};

function* findService(cli: DockerCli, ref: string): Sys<Service> {
  try {
    return yield* getService(cli, ref, { insertDefaults: true });
  } catch (error) {
    if (!(error instanceof ApiError) || !error.isNotFound) throw error;
    throw new StatusError(`Error: no such service: ${ref}`);
  }
}

/** Names of the networks that the service attaches to. */
function* networkNames(cli: DockerCli, service: Service): Sys<string[]> {
  const attached = service.Spec.TaskTemplate.Networks ?? service.Spec.Networks ?? [];
  const names: string[] = [];
  for (const { Target = '' } of attached) {
    try {
      const network = yield* cli.client.json<{ Name: string }>(
        'GET',
        `/networks/${segment(Target)}`,
      );
      names.push(network.Name);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      names.push(Target);
    }
  }
  return names;
}
