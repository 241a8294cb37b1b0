/**
 * Flags of `swarm init`, `join`, `update` and `ca` as parts of requests.
 *
 * Real: docker/cli cli/command/swarm/opts.go
 */
import type { SwarmSpec } from '../../api.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import { StatusError } from '../../errors.ts';
import { goQuote } from '../../formatter/strconv.ts';
import type { ExternalCA } from '../../opts/value.ts';

/** `spec` with what the flags change. `caCert` is meant where an external CA has no certificate of its own. */
export function mergeSwarmSpec(spec: SwarmSpec, flags: FlagSet, caCert: string | undefined): void {
  if (flags.changed('task-history-limit')) {
    spec.Orchestration = {
      ...spec.Orchestration,
      TaskHistoryRetentionLimit: flags.number('task-history-limit'),
    };
  }
  if (flags.changed('dispatcher-heartbeat')) {
    spec.Dispatcher = { ...spec.Dispatcher, HeartbeatPeriod: flags.number('dispatcher-heartbeat') };
  }
  if (flags.changed('max-snapshots')) {
    spec.Raft = { ...spec.Raft, KeepOldSnapshots: flags.number('max-snapshots') };
  }
  if (flags.changed('snapshot-interval')) {
    spec.Raft = { ...spec.Raft, SnapshotInterval: flags.number('snapshot-interval') };
  }
  if (flags.changed('autolock')) {
    spec.EncryptionConfig = { AutoLockManagers: flags.bool('autolock') };
  }
  mergeCAConfig(spec, flags, caCert);
}

export function mergeCAConfig(spec: SwarmSpec, flags: FlagSet, caCert: string | undefined): void {
  if (flags.changed('cert-expiry')) {
    spec.CAConfig = { ...spec.CAConfig, NodeCertExpiry: flags.number('cert-expiry') };
  }
  if (flags.changed('external-ca')) {
    const given = flags.get('external-ca') as readonly ExternalCA[];
    const ExternalCAs = given.map((ca) => ({ ...ca, CACert: ca.CACert || (caCert ?? '') }));
    spec.CAConfig = { ...spec.CAConfig, ExternalCAs };
  }
}

/** `--availability`, or undefined when it was not given. */
export function availabilityOf(flags: FlagSet): string | undefined {
  if (!flags.changed('availability')) return undefined;
  const given = flags.string('availability');
  const availability = given.toLowerCase();
  if (['active', 'pause', 'drain'].includes(availability)) return availability;
  throw new StatusError(
    `invalid availability ${goQuote(given)}, only active, pause and drain are supported`,
  );
}
