/**
 * `docker node demote`.
 *
 * Real: docker/cli cli/command/node/demote.go
 */
import type { Run } from '../../cobra/command.ts';
import { updateNodes } from './update_nodes.ts';

export const runDemote: Run = function* (cli, { args }) {
  yield* updateNodes(
    cli,
    args,
    function* (node, spec) {
      if (spec.Role === 'worker') {
        yield* cli.println(`Node ${node.ID} is already a worker.`);
        return false;
      }
      spec.Role = 'worker';
      return true;
    },
    (ref) => `Manager ${ref} demoted in the swarm.`,
  );
};
