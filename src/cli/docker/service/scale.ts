/**
 * `docker service scale`.
 *
 * Real: docker/cli cli/command/service/scale.go
 */
import type { DockerCli } from '../../cli.ts';
import type { Command, Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { parseUnsigned } from '../../formatter/strconv.ts';
import { cut } from '../../opts/csv.ts';
import type { Sys } from '../../process.ts';
import { getService, updateService } from './api.ts';
import { waitOnService } from './wait.ts';

export const runScale: Run = function* (cli, { command, flags, args }) {
  checkSpecifiers(command, args);
  const errors: string[] = [];
  const scaled: string[] = [];
  const attempt = function* (ref: string, act: () => Sys<void>): Sys<void> {
    try {
      yield* act();
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      errors.push(`${ref}: ${error.message}`);
    }
  };
  for (const arg of args) {
    const [ref, text] = cut(arg);
    yield* attempt(ref, function* () {
      const replicas = replicasOf(text);
      for (const warning of yield* scaleService(cli, ref, replicas)) {
        yield* cli.err(`${warning}\n`);
      }
      yield* cli.println(`${ref} scaled to ${replicas}`);
      scaled.push(ref);
    });
  }
  if (!flags.bool('detach')) {
    for (const ref of scaled) yield* attempt(ref, () => waitOnService(cli, ref, false));
  }
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
};

function checkSpecifiers(command: Command, args: readonly string[]): void {
  for (const arg of args) {
    const [ref, replicas] = cut(arg);
    if (ref !== '' && replicas !== '') continue;
    throw new StatusError(
      `invalid scale specifier '${arg}'.\nSee '${command.path} --help'.\n\nUsage:  ${command.useLine}\n\n${command.table.short}`,
    );
  }
}

function replicasOf(text: string): number {
  try {
    return parseUnsigned(text, 10);
  } catch (error) {
    throw new StatusError(
      `invalid replicas value ${text}: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

function* scaleService(cli: DockerCli, ref: string, replicas: number): Sys<readonly string[]> {
  const service = yield* getService(cli, ref);
  const mode = service.Spec.Mode ?? {};
  if (mode.Replicated !== undefined) mode.Replicated.Replicas = replicas;
  else if (mode.ReplicatedJob !== undefined) mode.ReplicatedJob.TotalCompletions = replicas;
  else throw new StatusError('scale can only be used with replicated or replicated-job mode');
  return yield* updateService(cli, service);
}
