import { Command } from '../../cobra/command.ts';
import { serviceTable as table } from './flags.ts';
import { runCreate } from './create.ts';
import { runInspect } from './inspect.ts';
import { runLogs } from './logs.ts';
import { runLs } from './ls.ts';
import { runPs } from './ps.ts';
import { runRm } from './rm.ts';
import { runRollback } from './rollback.ts';
import { runScale } from './scale.ts';
import { runUpdate } from './update.ts';

/** `docker service`. */
export function newServiceCommand(): Command {
  return new Command({
    use: 'service',
    short: 'Manage Swarm services',
    args: ['none'],
    since: '1.24',
    swarm: 'manager',
    flags: [],
  }).add(
    new Command(table.create, runCreate),
    new Command(table.inspect, runInspect),
    new Command(table.logs, runLogs),
    new Command(table.ls, runLs),
    new Command(table.ps, runPs),
    new Command(table.rm, runRm),
    new Command(table.rollback, runRollback),
    new Command(table.scale, runScale),
    new Command(table.update, runUpdate),
  );
}
