import { Command } from '../../cobra/command.ts';
import { unsupported } from '../unsupported.ts';
import { checkpointTable as table } from './flags.ts';

/** `docker checkpoint`. */
export function newCheckpointCommand(): Command {
  return new Command({
    use: 'checkpoint',
    short: 'Manage checkpoints',
    args: ['none'],
    since: '1.25',
    experimental: true,
    flags: [],
  }).add(
    new Command(table.create, unsupported),
    new Command(table.ls, unsupported),
    new Command(table.rm, unsupported),
  );
}
