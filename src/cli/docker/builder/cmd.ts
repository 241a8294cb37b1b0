import { Command } from '../../cobra/command.ts';
import { builderTable as table } from './flags.ts';
import { runPrune } from './prune.ts';

/** `docker builder`. */
export function newBuilderCommand(): Command {
  return new Command({
    use: 'builder',
    short: 'Manage builds',
    args: ['none'],
    since: '1.31',
    flags: [],
  }).add(new Command(table.prune, runPrune));
}
