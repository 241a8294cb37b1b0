import { Command } from '../../cobra/command.ts';
import { networkTable as table } from './flags.ts';
import { runConnect } from './connect.ts';
import { runCreate } from './create.ts';
import { runDisconnect } from './disconnect.ts';
import { runInspect } from './inspect.ts';
import { runLs } from './ls.ts';
import { runPrune } from './prune.ts';
import { runRm } from './rm.ts';

/** `docker network`. */
export function newNetworkCommand(): Command {
  return new Command({
    use: 'network',
    short: 'Manage networks',
    args: ['none'],
    since: '1.21',
    flags: [],
  }).add(
    new Command(table.connect, runConnect),
    new Command(table.create, runCreate),
    new Command(table.disconnect, runDisconnect),
    new Command(table.inspect, runInspect),
    new Command(table.ls, runLs),
    new Command(table.prune, runPrune),
    new Command(table.rm, runRm),
  );
}
