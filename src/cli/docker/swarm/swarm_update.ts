import type { Swarm, SwarmSpec } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import type { Sys } from '../../process.ts';

export interface RotationFlags {
  readonly rotateWorkerToken?: boolean;
  readonly rotateManagerToken?: boolean;
  readonly rotateManagerUnlockKey?: boolean;
}

/** `POST /swarm/update` of the spec that was read before. */
export function* updateSwarm(
  cli: DockerCli,
  swarm: Swarm,
  options: { readonly spec?: SwarmSpec; readonly rotate?: RotationFlags } = {},
): Sys<void> {
  const { rotate = {} } = options;
  yield* cli.client.text('POST', '/swarm/update', {
    query: {
      version: String(swarm.Version.Index),
      rotateWorkerToken: String(rotate.rotateWorkerToken ?? false),
      rotateManagerToken: String(rotate.rotateManagerToken ?? false),
      rotateManagerUnlockKey: String(rotate.rotateManagerUnlockKey ?? false),
    },
    body: options.spec ?? swarm.Spec,
  });
}
