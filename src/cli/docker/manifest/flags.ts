import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker manifest`: usage lines, arguments and flags, as data. */
export const manifestTable = {
  annotate: {
    use: 'annotate [OPTIONS] MANIFEST_LIST MANIFEST',
    short: 'Add additional information to a local image manifest',
    args: ['exact', 2],
    flags: [
      { name: 'arch', type: 'string', usage: 'Set architecture' },
      { name: 'os', type: 'string', usage: 'Set operating system' },
      { name: 'os-features', type: 'strings', usage: 'Set operating system feature' },
      { name: 'os-version', type: 'string', usage: 'Set operating system version' },
      { name: 'variant', type: 'string', usage: 'Set architecture variant' },
    ],
  },
  create: {
    use: 'create MANIFEST_LIST MANIFEST [MANIFEST...]',
    short: 'Create a local manifest list for annotating and pushing to a registry',
    args: ['min', 2],
    flags: [
      { name: 'amend', short: 'a', type: 'bool', usage: 'Amend an existing manifest list' },
      { name: 'insecure', type: 'bool', usage: 'Allow communication with an insecure registry' },
    ],
  },
  inspect: {
    use: 'inspect [OPTIONS] [MANIFEST_LIST] MANIFEST',
    short: 'Display an image manifest, or manifest list',
    args: ['range', 1, 2],
    flags: [
      { name: 'insecure', type: 'bool', usage: 'Allow communication with an insecure registry' },
      {
        name: 'verbose',
        short: 'v',
        type: 'bool',
        usage: 'Output additional info including layers and platform',
      },
    ],
  },
  push: {
    use: 'push [OPTIONS] MANIFEST_LIST',
    short: 'Push a manifest list to a repository',
    args: ['exact', 1],
    flags: [
      { name: 'insecure', type: 'bool', usage: 'Allow push to an insecure registry' },
      {
        name: 'purge',
        short: 'p',
        type: 'bool',
        usage: 'Remove the local manifest list after push',
      },
    ],
  },
  rm: {
    use: 'rm MANIFEST_LIST [MANIFEST_LIST...]',
    short: 'Delete one or more manifest lists from local storage',
    args: ['min', 1],
    flags: [],
  },
} as const satisfies Record<string, CommandTable>;
