import { Command } from '../../cobra/command.ts';
import { systemTable as table } from './flags.ts';
import { runDf } from './df.ts';
import { runEvents } from './events.ts';
import { runInfo } from './info.ts';
import { runPrune } from './prune.ts';

/** `docker system`. */
export function newSystemCommand(): Command {
  return new Command({
    use: 'system',
    short: 'Manage Docker',
    args: ['none'],
    flags: [],
  }).add(
    new Command(table.df, runDf),
    new Command(table.events, runEvents),
    new Command(table.info, runInfo),
    new Command(table.prune, runPrune),
  );
}
