/**
 * `docker secret inspect`.
 *
 * Real: docker/cli cli/command/secret/inspect.go
 */
import type { Run } from '../../cobra/command.ts';
import { show } from '../swarmfile/swarmfile.ts';

export const runInspect: Run = (cli, { flags, args }) => show(cli, 'secret', flags, args);
