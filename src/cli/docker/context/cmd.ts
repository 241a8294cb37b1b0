import { Command } from '../../cobra/command.ts';
import { unsupported } from '../unsupported.ts';
import { contextTable as table } from './flags.ts';
import { runInspect } from './inspect.ts';
import { runLs } from './ls.ts';
import { runShow } from './show.ts';

/** `docker context`. */
export function newContextCommand(): Command {
  return new Command({
    use: 'context',
    short: 'Manage contexts',
    args: ['none'],
    flags: [],
  }).add(
    new Command(table.create, unsupported),
    new Command(table.export, unsupported),
    new Command(table.import, unsupported),
    new Command(table.inspect, runInspect),
    new Command(table.ls, runLs),
    new Command(table.rm, unsupported),
    new Command(table.show, runShow),
    new Command(table.update, unsupported),
    new Command(table.use, unsupported),
  );
}
