import { Command } from '../../cobra/command.ts';
import { imageTable as table } from './flags.ts';
import { runBuild } from './build.ts';
import { runHistory } from './history.ts';
import { runImport } from './import.ts';
import { runInspect } from './inspect.ts';
import { runLoad } from './load.ts';
import { runLs } from './ls.ts';
import { runPrune } from './prune.ts';
import { runPull } from './pull.ts';
import { runPush } from './push.ts';
import { runRm } from './rm.ts';
import { runSave } from './save.ts';
import { runTag } from './tag.ts';

/** `docker image`. */
export function newImageCommand(): Command {
  return new Command({
    use: 'image',
    short: 'Manage images',
    args: ['none'],
    flags: [],
  }).add(
    new Command(table.build, runBuild),
    new Command(table.history, runHistory),
    new Command(table.import, runImport),
    new Command(table.inspect, runInspect),
    new Command(table.load, runLoad),
    new Command(table.ls, runLs),
    new Command(table.prune, runPrune),
    new Command(table.pull, runPull),
    new Command(table.push, runPush),
    new Command(table.rm, runRm),
    new Command(table.save, runSave),
    new Command(table.tag, runTag),
  );
}
