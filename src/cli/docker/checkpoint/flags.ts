import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker checkpoint`: usage lines, arguments and flags, as data. */
export const checkpointTable = {
  create: {
    use: 'create [OPTIONS] CONTAINER CHECKPOINT',
    short: 'Create a checkpoint from a running container',
    args: ['exact', 2],
    flags: [
      {
        name: 'checkpoint-dir',
        type: 'string',
        usage: 'Use a custom checkpoint storage directory',
      },
      {
        name: 'leave-running',
        type: 'bool',
        usage: 'Leave the container running after checkpoint',
      },
    ],
  },
  ls: {
    use: 'ls [OPTIONS] CONTAINER',
    short: 'List checkpoints for a container',
    aliases: ['list'],
    args: ['exact', 1],
    flags: [
      {
        name: 'checkpoint-dir',
        type: 'string',
        usage: 'Use a custom checkpoint storage directory',
      },
    ],
  },
  rm: {
    use: 'rm [OPTIONS] CONTAINER CHECKPOINT',
    short: 'Remove a checkpoint',
    aliases: ['remove'],
    args: ['exact', 2],
    flags: [
      {
        name: 'checkpoint-dir',
        type: 'string',
        usage: 'Use a custom checkpoint storage directory',
      },
    ],
  },
} as const satisfies Record<string, CommandTable>;
