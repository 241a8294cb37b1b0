/**
 * `docker swarm init`.
 *
 * Real: docker/cli cli/command/swarm/init.go
 */
import type { SwarmSpec } from '../../api.ts';
import { ApiError } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { fetchUnlockKey, printJoinCommand, printUnlockCommand } from './join_command.ts';
import { availabilityOf, mergeSwarmSpec } from './opts.ts';

export const runInit: Run = function* (cli, { flags }) {
  const spec: SwarmSpec = {};
  mergeSwarmSpec(spec, flags, undefined);
  const availability = availabilityOf(flags);
  const body = {
    ListenAddr: flags.string('listen-addr'),
    AdvertiseAddr: flags.string('advertise-addr'),
    DataPathAddr: flags.string('data-path-addr'),
    DataPathPort: flags.number('data-path-port'),
    ForceNewCluster: flags.bool('force-new-cluster'),
    Spec: withZeroValues(spec),
    AutoLockManagers: flags.bool('autolock'),
    Availability: availability ?? '',
    DefaultAddrPool: flags.list('default-addr-pool'),
    SubnetSize: flags.number('default-addr-pool-mask-length'),
  };
  let nodeID: string;
  try {
    nodeID = yield* cli.client.json<string>('POST', '/swarm/init', { body });
  } catch (error) {
    throw withAdvice(error);
  }
  yield* cli.out(`Swarm initialized: current node (${nodeID}) is now a manager.\n\n`);
  yield* printJoinCommand(cli, nodeID, ['worker']);
  yield* cli.println(
    "To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.",
  );
  if (body.AutoLockManagers) yield* printUnlockCommand(cli, yield* fetchUnlockKey(cli));
};

function withAdvice(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const isAboutAddress =
    error.message.includes('could not choose an IP address to advertise') ||
    error.message.includes("could not find the system's IP address");
  return isAboutAddress
    ? new StatusError(`${error.message} - specify one with --advertise-addr`)
    : error;
}

/** Go sends every part of the spec, empty where nothing was asked for. */
function withZeroValues(spec: SwarmSpec): SwarmSpec {
  return {
    Labels: null,
    Orchestration: {},
    Raft: {},
    Dispatcher: {},
    CAConfig: {},
    TaskDefaults: {},
    EncryptionConfig: { AutoLockManagers: false },
    ...spec,
  };
}
