/**
 * `docker node promote`.
 *
 * Real: docker/cli cli/command/node/promote.go
 */
import type { Run } from '../../cobra/command.ts';
import { updateNodes } from './update_nodes.ts';

export const runPromote: Run = function* (cli, { args }) {
  yield* updateNodes(
    cli,
    args,
    function* (node, spec) {
      if (spec.Role === 'manager') {
        yield* cli.println(`Node ${node.ID} is already a manager.`);
        return false;
      }
      spec.Role = 'manager';
      return true;
    },
    (ref) => `Node ${ref} promoted to a manager in the swarm.`,
  );
};
