import { Command } from '../../cobra/command.ts';
import { registryTable as table } from './flags.ts';
import { runLogin } from './login.ts';
import { runLogout } from './logout.ts';
import { runSearch } from './search.ts';

/** `docker login`, `logout` and `search`. */
export function newRegistryCommands(): Command[] {
  return [
    new Command(table.login, runLogin),
    new Command(table.logout, runLogout),
    new Command(table.search, runSearch),
  ];
}
