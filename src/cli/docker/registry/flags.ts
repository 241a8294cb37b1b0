import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker login`, `logout` and `search`, as data. */
export const registryTable = {
  login: {
    use: 'login [OPTIONS] [SERVER]',
    short: 'Authenticate to a registry',
    long: 'Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.',
    args: ['max', 1],
    flags: [
      {
        name: 'password',
        short: 'p',
        type: 'string',
        usage: 'Password or Personal Access Token (PAT)',
      },
      {
        name: 'password-stdin',
        type: 'bool',
        usage: 'Take the Password or Personal Access Token (PAT) from stdin',
      },
      { name: 'username', short: 'u', type: 'string', usage: 'Username' },
    ],
  },
  logout: {
    use: 'logout [SERVER]',
    short: 'Log out from a registry',
    long: 'Log out from a registry.\nIf no server is specified, the default is defined by the daemon.',
    args: ['max', 1],
    flags: [],
  },
  search: {
    use: 'search [OPTIONS] TERM',
    short: 'Search Docker Hub for images',
    args: ['exact', 1],
    flags: [
      {
        name: 'filter',
        short: 'f',
        type: 'filter',
        usage: 'Filter output based on conditions provided',
      },
      { name: 'format', type: 'string', usage: 'Pretty-print search using a Go template' },
      { name: 'limit', type: 'int', usage: 'Max number of search results' },
      { name: 'no-trunc', type: 'bool', usage: "Don't truncate output" },
    ],
  },
} as const satisfies Record<string, CommandTable>;
