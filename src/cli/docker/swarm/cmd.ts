import { Command } from '../../cobra/command.ts';
import { swarmTable as table } from './flags.ts';
import { runCa } from './ca.ts';
import { runInit } from './init.ts';
import { runJoin } from './join.ts';
import { runJoinToken } from './join_token.ts';
import { runLeave } from './leave.ts';
import { runUnlock } from './unlock.ts';
import { runUnlockKey } from './unlock_key.ts';
import { runUpdate } from './update.ts';

/** `docker swarm`. */
export function newSwarmCommand(): Command {
  return new Command({
    use: 'swarm',
    short: 'Manage Swarm',
    args: ['none'],
    since: '1.24',
    swarm: '',
    flags: [],
  }).add(
    new Command(table.ca, runCa),
    new Command(table.init, runInit),
    new Command(table.join, runJoin),
    new Command(table['join-token'], runJoinToken),
    new Command(table.leave, runLeave),
    new Command(table.unlock, runUnlock),
    new Command(table['unlock-key'], runUnlockKey),
    new Command(table.update, runUpdate),
  );
}
