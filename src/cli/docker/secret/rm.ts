/**
 * `docker secret rm`.
 *
 * Real: docker/cli cli/command/secret/remove.go
 */
import type { Run } from '../../cobra/command.ts';
import { remove } from '../swarmfile/swarmfile.ts';

export const runRm: Run = (cli, { args }) => remove(cli, 'secret', args);
