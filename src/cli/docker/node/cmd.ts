import { Command } from '../../cobra/command.ts';
import { nodeTable as table } from './flags.ts';
import { runDemote } from './demote.ts';
import { runInspect } from './inspect.ts';
import { runLs } from './ls.ts';
import { runPromote } from './promote.ts';
import { runPs } from './ps.ts';
import { runRm } from './rm.ts';
import { runUpdate } from './update.ts';

/** `docker node`. */
export function newNodeCommand(): Command {
  return new Command({
    use: 'node',
    short: 'Manage Swarm nodes',
    args: ['none'],
    since: '1.24',
    swarm: 'manager',
    flags: [],
  }).add(
    new Command(table.demote, runDemote),
    new Command(table.inspect, runInspect),
    new Command(table.ls, runLs),
    new Command(table.promote, runPromote),
    new Command(table.ps, runPs),
    new Command(table.rm, runRm),
    new Command(table.update, runUpdate),
  );
}
