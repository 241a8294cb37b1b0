import { Command } from '../../cobra/command.ts';
import { secretTable as table } from './flags.ts';
import { runCreate } from './create.ts';
import { runInspect } from './inspect.ts';
import { runLs } from './ls.ts';
import { runRm } from './rm.ts';

/** `docker secret`. */
export function newSecretCommand(): Command {
  return new Command({
    use: 'secret',
    short: 'Manage Swarm secrets',
    args: ['none'],
    since: '1.25',
    swarm: 'manager',
    flags: [],
  }).add(
    new Command(table.create, runCreate),
    new Command(table.inspect, runInspect),
    new Command(table.ls, runLs),
    new Command(table.rm, runRm),
  );
}
