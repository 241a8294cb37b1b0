/**
 * `docker node update`.
 *
 * Real: docker/cli cli/command/node/update.go
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { cut } from '../../opts/csv.ts';
import { updateNodes } from './update_nodes.ts';

export const runUpdate: Run = function* (cli, { flags, args }) {
  yield* updateNodes(
    cli,
    args,

    function* (_node, spec) {
      if (flags.changed('role')) spec.Role = flags.string('role');
      if (flags.changed('availability')) spec.Availability = flags.string('availability');
      const labels = new Map(Object.entries(spec.Labels ?? {}));
      for (const label of flags.list('label-add')) {
        const [key, value] = cut(label);
        labels.set(key, value);
      }
      for (const key of flags.list('label-rm')) {
        if (!labels.delete(key)) {
          throw new StatusError(`key ${key} doesn't exist in node's labels`);
        }
      }
      spec.Labels = Object.fromEntries(labels);
      return true;
    },
    (ref) => ref,
  );
};
