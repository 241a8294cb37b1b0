import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker builder`: usage lines, arguments and flags, as data. */
export const builderTable = {
  prune: {
    use: 'prune',
    short: 'Remove build cache',
    args: ['none'],
    since: '1.39',
    flags: [
      {
        name: 'all',
        short: 'a',
        type: 'bool',
        usage: 'Remove all unused build cache, not just dangling ones',
      },
      { name: 'filter', type: 'filter', usage: 'Provide filter values (e.g. "until=24h")' },
      { name: 'force', short: 'f', type: 'bool', usage: 'Do not prompt for confirmation' },
      { name: 'keep-storage', type: 'bytes', usage: 'Amount of disk space to keep for cache' },
    ],
  },
} as const satisfies Record<string, CommandTable>;
