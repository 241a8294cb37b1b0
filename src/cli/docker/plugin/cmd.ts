import { Command } from '../../cobra/command.ts';
import { unsupported } from '../unsupported.ts';
import { pluginTable as table } from './flags.ts';
import { runLs } from './ls.ts';

/** `docker plugin`. */
export function newPluginCommand(): Command {
  return new Command({
    use: 'plugin',
    short: 'Manage plugins',
    args: ['none'],
    since: '1.25',
    flags: [],
  }).add(
    new Command(table.create, unsupported),
    new Command(table.disable, unsupported),
    new Command(table.enable, unsupported),
    new Command(table.inspect, unsupported),
    new Command(table.install, unsupported),
    new Command(table.ls, runLs),
    new Command(table.push, unsupported),
    new Command(table.rm, unsupported),
    new Command(table.set, unsupported),
    new Command(table.upgrade, unsupported),
  );
}
