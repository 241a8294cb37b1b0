/**
 * `docker swarm join`.
 *
 * Real: docker/cli cli/command/swarm/join.go
 */
import type { SystemInfo } from '../../api.ts';
import type { Run } from '../../cobra/command.ts';
import { availabilityOf } from './opts.ts';

export const runJoin: Run = function* (cli, { flags, args }) {
  const body = {
    ListenAddr: flags.string('listen-addr'),
    AdvertiseAddr: flags.string('advertise-addr'),
    DataPathAddr: flags.string('data-path-addr'),
    RemoteAddrs: [args[0] ?? ''],
    JoinToken: flags.string('token'),
    Availability: availabilityOf(flags) ?? '',
  };
  yield* cli.client.text('POST', '/swarm/join', { body });
  const info = yield* cli.client.json<SystemInfo>('GET', '/info');
  const role = info.Swarm?.ControlAvailable === true ? 'manager' : 'worker';
  yield* cli.println(`This node joined a swarm as a ${role}.`);
};
