/**
 * `docker stack rm`.
 *
 * Real: docker/cli cli/command/stack/swarm/remove.go
 */
import type { DockerCli } from '../../cli.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { isOlder } from '../../client.ts';
import { sleep } from '../../process.ts';
import type { Sys } from '../../process.ts';
import {
  checkStackName,
  stackConfigs,
  stackNetworks,
  stackSecrets,
  stackServices,
  stackTasks,
} from './common.ts';

const POLL_MS = 500;

export const runRm: Run = function* (cli, { flags, args }) {
  for (const stack of args) checkStackName(stack);
  const version = yield* cli.client.negotiate();
  const errors: string[] = [];
  for (const stack of args) {
    const services = yield* stackServices(cli, stack);
    const networks = yield* stackNetworks(cli, stack);
    const secrets = isOlder(version, '1.25') ? [] : yield* stackSecrets(cli, stack);
    const configs = isOlder(version, '1.30') ? [] : yield* stackConfigs(cli, stack);
    if (services.length + networks.length + secrets.length + configs.length === 0) {
      yield* cli.err(`Nothing found in stack: ${stack}\n`);
      continue;
    }
    services.sort((a, b) => ((a.Spec.Name ?? '') < (b.Spec.Name ?? '') ? -1 : 1));
    const things = [
      ...services.map((one) => ['service', '/services', one.ID, one.Spec.Name ?? ''] as const),
      ...secrets.map((one) => ['secret', '/secrets', one.ID, one.Spec.Name] as const),
      ...configs.map((one) => ['config', '/configs', one.ID, one.Spec.Name] as const),
      ...networks.map((one) => ['network', '/networks', one.Id, one.Name] as const),
    ];
    let hasFailed = false;
    for (const [kind, path, id, name] of things) {
      yield* cli.out(`Removing ${kind} ${name}\n`);
      hasFailed = (yield* removeThing(cli, kind, `${path}/${id}`, id)) || hasFailed;
    }
    if (hasFailed) {
      errors.push(`failed to remove some resources from stack: ${stack}`);
      continue;
    }
    if (flags.changed('detach') && !flags.bool('detach')) yield* waitForTasks(cli, stack);
  }
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
};

/** True when it failed. */
function* removeThing(cli: DockerCli, kind: string, path: string, id: string): Sys<boolean> {
  try {
    yield* cli.client.text('DELETE', path);
    return false;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    yield* cli.err(`Failed to remove ${kind} ${id}: ${error.message}`);
    return true;
  }
}

/** Until no task of the stack runs any more. */
function* waitForTasks(cli: DockerCli, stack: string): Sys<void> {
  const over = ['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'];
  for (;;) {
    const tasks = yield* stackTasks(cli, stack);
    if (tasks.every((task) => over.includes(task.Status.State))) return;
    yield* sleep(POLL_MS);
  }
}
