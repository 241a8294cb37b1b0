/**
 * `docker update`.
 *
 * Real: docker/cli cli/command/container/update.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { restartPolicy } from './opts.ts';

const FIELDS = [
  ['blkio-weight', 'BlkioWeight'],
  ['cpuset-cpus', 'CpusetCpus'],
  ['cpuset-mems', 'CpusetMems'],
  ['cpu-shares', 'CpuShares'],
  ['memory', 'Memory'],
  ['memory-reservation', 'MemoryReservation'],
  ['memory-swap', 'MemorySwap'],
  ['kernel-memory', 'KernelMemory'],
  ['cpu-period', 'CpuPeriod'],
  ['cpu-quota', 'CpuQuota'],
  ['cpu-rt-period', 'CpuRealtimePeriod'],
  ['cpu-rt-runtime', 'CpuRealtimeRuntime'],
  ['cpus', 'NanoCpus'],
  ['pids-limit', 'PidsLimit'],
] as const;

export const runUpdate: Run = function* (cli, { flags, args }) {
  if (!flags.anyChanged()) {
    throw new StatusError('you must provide one or more flags when using this command');
  }
  const changed = FIELDS.filter(([flag]) => flags.changed(flag));
  const policy = flags.string('restart');
  const body = {
    ...Object.fromEntries(changed.map(([flag, field]) => [field, flags.get(flag)])),
    ...(policy === '' ? {} : { RestartPolicy: restartPolicy(policy) }),
  };
  const warnings: string[] = [];
  const errors: string[] = [];
  for (const name of args) {
    try {
      const answer = yield* cli.client.json<{ Warnings?: readonly string[] | null }>(
        'POST',
        `/containers/${segment(name)}/update`,
        { body },
      );
      yield* cli.println(name);
      warnings.push(...(answer.Warnings ?? []));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      errors.push(error.message);
    }
  }
  if (warnings.length > 0) yield* cli.println(warnings.join('\n'));
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
};
