/**
 * Limits: what the daemon refuses, and what it takes with a warning.
 *
 * Real: moby daemon/daemon_unix.go (verifyPlatformContainerResources), daemon/container.go (validateRestartPolicy).
 */
import type { Machine } from '../../sim/index.ts';
import type { ContainerResources, RestartPolicyConfig } from '../api/types.ts';
import { badRequest, internal } from '../errors.ts';
import type { EngineVersion } from '../versions.ts';

const MIN_MEMORY = 6 * 1024 * 1024;

/** Throws what is refused; returns warnings. `isUpdate`: the rules for an existing container are laxer. */
export function verifyResources(
  resources: ContainerResources,
  machine: Machine,
  version: EngineVersion,
  isUpdate = false,
): readonly string[] {
  const warnings: string[] = [];
  verifyMemory(resources, isUpdate);
  verifyCpu(resources, machine.cpus);
  if (version.cgroupVersion === '1' && (resources.BlkioWeight ?? 0) > 0)
    warnings.push(
      'Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.',
    );
  else if (
    (resources.BlkioWeight ?? 0) > 0 &&
    ((resources.BlkioWeight ?? 0) < 10 || (resources.BlkioWeight ?? 0) > 1000)
  )
    throw badRequest('Range of blkio weight is from 10 to 1000');
  if (resources.OomKillDisable === true && !resources.Memory)
    warnings.push(
      'OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.',
    );
  return warnings;
}

function verifyMemory(resources: ContainerResources, isUpdate: boolean): void {
  const {
    Memory: memory = 0,
    MemorySwap: swap = 0,
    MemoryReservation: reservation = 0,
  } = resources;
  if (memory > 0 && memory < MIN_MEMORY) throw badRequest('Minimum memory limit allowed is 6MB');
  if (memory > 0 && swap > 0 && swap < memory)
    throw badRequest('Minimum memoryswap limit should be larger than memory limit, see usage');
  if (memory === 0 && swap > 0 && !isUpdate)
    throw badRequest(
      'You should always set the Memory limit when using Memoryswap limit, see usage',
    );
  const swappiness = resources.MemorySwappiness;
  if (swappiness !== undefined && swappiness !== null && (swappiness < -1 || swappiness > 100))
    throw badRequest(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`);
  if (reservation > 0 && reservation < MIN_MEMORY)
    throw badRequest('Minimum memory reservation allowed is 6MB');
  if (memory > 0 && reservation > memory)
    throw badRequest(
      'Minimum memory limit can not be less than memory reservation limit, see usage',
    );
}

function verifyCpu(resources: ContainerResources, cpus: number): void {
  const { NanoCpus: nano = 0, CpuPeriod: period = 0, CpuQuota: quota = 0 } = resources;
  if (nano > 0 && period > 0)
    throw badRequest('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  if (nano > 0 && quota > 0)
    throw badRequest('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  if (nano < 0 || nano > cpus * 1e9)
    throw badRequest(
      `Range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`,
    );
  if (period !== 0 && (period < 1000 || period > 1_000_000))
    throw badRequest(
      'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
    );
  if (quota > 0 && quota < 1000)
    throw badRequest('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  const cpuset = resources.CpusetCpus ?? '';
  if (cpuset === '') return;
  const wanted = parseCpuset(cpuset);
  if (!wanted) throw badRequest(`Invalid value ${cpuset} for cpuset cpus`);
  if (wanted.some((cpu) => cpu >= cpus))
    throw badRequest(
      `Requested CPUs are not available - requested ${cpuset}, available: ${cpus === 1 ? '0' : `0-${cpus - 1}`}`,
    );
}

/** `0-2,4` as numbers. */
export function parseCpuset(text: string): readonly number[] | undefined {
  const out: number[] = [];
  for (const part of text.split(',')) {
    const m = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (!m) return undefined;
    for (let cpu = Number(m[1]); cpu <= Number(m[2] ?? m[1]); cpu++) out.push(cpu);
  }
  return out;
}

const POLICIES = new Set(['', 'no', 'always', 'unless-stopped', 'on-failure']);

export function verifyRestartPolicy(
  policy: RestartPolicyConfig | undefined,
  version: EngineVersion,
): void {
  if (!policy) return;
  const isLong = version.traits.hasLongRestartPolicyError;
  if (!POLICIES.has(policy.Name))
    throw badRequest(
      isLong
        ? `invalid restart policy: unknown policy '${policy.Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`
        : `invalid restart policy '${policy.Name}'`,
    );
  if (policy.Name === 'on-failure') {
    if (policy.MaximumRetryCount < 0)
      throw badRequest(
        isLong
          ? 'invalid restart policy: maximum retry count cannot be negative'
          : 'maximum retry count cannot be negative',
      );
  } else if (policy.MaximumRetryCount !== 0)
    throw badRequest(
      isLong
        ? "invalid restart policy: maximum retry count can only be used with 'on-failure'"
        : `maximum retry count cannot be used with restart policy '${policy.Name}'`,
    );
}

/** What only shows when the container starts: devices of throttles must exist, runc wants two shares at least. */
export function verifyDevices(
  resources: ContainerResources,
  machine: Machine,
  version: EngineVersion,
): void {
  if (resources.CpuShares === 1 && version.cgroupVersion === '1')
    throw badRequest(
      `${version.traits.hasTaskPrefix ? 'failed to create task for container: ' : ''}failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error setting cgroup config for procHooks process: the minimum allowed cpu-shares is 2: unknown`,
    );
  const all = [
    resources.BlkioDeviceReadBps,
    resources.BlkioDeviceWriteBps,
    resources.BlkioDeviceReadIOps,
    resources.BlkioDeviceWriteIOps,
    resources.BlkioWeightDevice,
  ];
  for (const list of all)
    for (const device of list ?? [])
      if (!machine.files.exists(device.Path))
        throw internal(`stat ${device.Path}: no such file or directory`);
}
