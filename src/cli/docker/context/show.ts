/**
 * `docker context show`.
 *
 * Real: docker/cli cli/command/context/show.go
 */
import type { Run } from '../../cobra/command.ts';

export const runShow: Run = (cli) => cli.println(cli.options.context);
