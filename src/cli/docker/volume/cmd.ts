import { Command } from '../../cobra/command.ts';
import { volumeTable as table } from './flags.ts';
import { runCreate } from './create.ts';
import { runInspect } from './inspect.ts';
import { runLs } from './ls.ts';
import { runPrune } from './prune.ts';
import { runRm } from './rm.ts';
import { runUpdate } from './update.ts';

/** `docker volume`. */
export function newVolumeCommand(): Command {
  return new Command({
    use: 'volume COMMAND',
    short: 'Manage volumes',
    args: ['none'],
    since: '1.21',
    flags: [],
  }).add(
    new Command(table.create, runCreate),
    new Command(table.inspect, runInspect),
    new Command(table.ls, runLs),
    new Command(table.prune, runPrune),
    new Command(table.rm, runRm),
    new Command(table.update, runUpdate),
  );
}
