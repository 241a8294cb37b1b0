import { Command } from '../../cobra/command.ts';
import { unsupported } from '../unsupported.ts';
import { trustTable as table } from './flags.ts';

/** `docker trust`. */
export function newTrustCommand(): Command {
  return new Command({
    use: 'trust',
    short: 'Manage trust on Docker images',
    args: ['none'],
    flags: [],
  }).add(
    new Command({
      use: 'key',
      short: 'Manage keys for signing Docker images',
      args: ['none'],
      flags: [],
    }).add(
      new Command(table['key generate'], unsupported),
      new Command(table['key load'], unsupported),
    ),
    new Command({
      use: 'signer',
      short: 'Manage entities who can sign Docker images',
      args: ['none'],
      flags: [],
    }).add(
      new Command(table['signer add'], unsupported),
      new Command(table['signer remove'], unsupported),
    ),
    new Command(table.inspect, unsupported),
    new Command(table.revoke, unsupported),
    new Command(table.sign, unsupported),
  );
}
