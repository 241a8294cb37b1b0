/**
 * `docker network rm`.
 *
 * Real: docker/cli cli/command/network/remove.go
 */
import type { Network } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { isNotFound, segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import type { Sys } from '../../process.ts';
import { confirm } from '../prompt.ts';

const INGRESS_WARNING =
  'WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker engine version. ' +
  'Otherwise, removal may not be effective and functionality of newly create ingress networks will be impaired.\n' +
  'Are you sure you want to continue?';

export const runRm: Run = function* (cli, { flags, args }) {
  let hasFailed = false;
  for (const name of args) {
    if ((yield* isIngress(cli, name)) && !(yield* confirm(cli, INGRESS_WARNING))) continue;
    try {
      yield* cli.client.text('DELETE', `/networks/${segment(name)}`);
      yield* cli.println(name);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (flags.bool('force') && isNotFound(error)) continue;
      yield* cli.err(`${error.message}\n`);
      hasFailed = true;
    }
  }
  if (hasFailed) throw new StatusError('exit status 1');
};

function* isIngress(cli: DockerCli, name: string): Sys<boolean> {
  try {
    return (yield* cli.client.json<Network>('GET', `/networks/${segment(name)}`)).Ingress;
  } catch (error) {
    if (error instanceof StatusError) return false;
    throw error;
  }
}
