/**
 * `docker secret ls`.
 *
 * Real: docker/cli cli/command/secret/ls.go
 */
import type { Run } from '../../cobra/command.ts';
import { list } from '../swarmfile/swarmfile.ts';

export const runLs: Run = (cli, { flags }) => list(cli, 'secret', flags);
