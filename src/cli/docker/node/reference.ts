import type { SystemInfo } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { StatusError } from '../../errors.ts';
import type { Sys } from '../../process.ts';

/** `self` is the node that this machine is. */
export function* nodeReference(cli: DockerCli, ref: string): Sys<string> {
  if (ref !== 'self') return ref;
  const info = yield* cli.client.json<SystemInfo>('GET', '/info');
  const id = info.Swarm?.NodeID ?? '';
  if (id !== '') return id;
  // A node without an ID is no manager: the swarm's own refusal says it best.
  yield* cli.client.text('GET', '/nodes');
  throw new StatusError(
    'node ID not found in /info. Make sure this node is part of a swarm and is a manager',
  );
}
