import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker trust`: usage lines, arguments and flags, as data. */
export const trustTable = {
  key: {
    use: 'key COMMAND',
    short: 'Manage keys for signing Docker images',
    args: ['none'],
    flags: [],
  },
  'key generate': {
    use: 'generate NAME',
    short: 'Generate and load a signing key-pair',
    args: ['exact', 1],
    flags: [
      {
        name: 'dir',
        type: 'string',
        usage: 'Directory to generate key in, defaults to current directory',
      },
    ],
  },
  'key load': {
    use: 'load [OPTIONS] KEYFILE',
    short: 'Load a private key file for signing',
    args: ['exact', 1],
    flags: [{ name: 'name', type: 'string', usage: 'Name for the loaded key', def: 'signer' }],
  },
  signer: {
    use: 'signer COMMAND',
    short: 'Manage entities who can sign Docker images',
    args: ['none'],
    flags: [],
  },
  'signer add': {
    use: 'add OPTIONS NAME REPOSITORY [REPOSITORY...] ',
    short: 'Add a signer',
    args: ['min', 2],
    flags: [{ name: 'key', type: 'list', usage: "Path to the signer's public key file" }],
  },
  'signer remove': {
    use: 'remove [OPTIONS] NAME REPOSITORY [REPOSITORY...]',
    short: 'Remove a signer',
    args: ['min', 2],
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        usage: 'Do not prompt for confirmation before removing the most recent signer',
      },
    ],
  },
  inspect: {
    use: 'inspect IMAGE[:TAG] [IMAGE[:TAG]...]',
    short: 'Return low-level information about keys and signatures',
    args: ['min', 1],
    flags: [
      { name: 'pretty', type: 'bool', usage: 'Print the information in a human friendly format' },
    ],
  },
  revoke: {
    use: 'revoke [OPTIONS] IMAGE[:TAG]',
    short: 'Remove trust for an image',
    args: ['exact', 1],
    flags: [{ name: 'yes', short: 'y', type: 'bool', usage: 'Do not prompt for confirmation' }],
  },
  sign: {
    use: 'sign IMAGE:TAG',
    short: 'Sign an image',
    args: ['exact', 1],
    flags: [{ name: 'local', type: 'bool', usage: 'Sign a locally tagged image' }],
  },
} as const satisfies Record<string, CommandTable>;
