import { Command } from '../../cobra/command.ts';
import { configTable as table } from './flags.ts';
import { runCreate } from './create.ts';
import { runInspect } from './inspect.ts';
import { runLs } from './ls.ts';
import { runRm } from './rm.ts';

/** `docker config`. */
export function newConfigCommand(): Command {
  return new Command({
    use: 'config',
    short: 'Manage Swarm configs',
    args: ['none'],
    since: '1.30',
    swarm: 'manager',
    flags: [],
  }).add(
    new Command(table.create, runCreate),
    new Command(table.inspect, runInspect),
    new Command(table.ls, runLs),
    new Command(table.rm, runRm),
  );
}
