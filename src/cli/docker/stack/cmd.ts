import { Command } from '../../cobra/command.ts';
import { stackTable as table } from './flags.ts';
import { runConfig } from './config.ts';
import { runDeploy } from './deploy.ts';
import { runLs } from './ls.ts';
import { runPs } from './ps.ts';
import { runRm } from './rm.ts';
import { runServices } from './services.ts';

/** `docker stack`. */
export function newStackCommand(): Command {
  return new Command({
    use: 'stack [OPTIONS]',
    short: 'Manage Swarm stacks',
    args: ['none'],
    since: '1.25',
    swarm: 'manager',
    flags: [
      {
        name: 'orchestrator',
        type: 'string',
        usage: 'Orchestrator to use (swarm|all)',
        hidden: true,
        persistent: true,
        deprecated: 'option will be ignored',
      },
    ],
  }).add(
    new Command(table.config, runConfig),
    new Command(table.deploy, runDeploy),
    new Command(table.ls, runLs),
    new Command(table.ps, runPs),
    new Command(table.rm, runRm),
    new Command(table.services, runServices),
  );
}
