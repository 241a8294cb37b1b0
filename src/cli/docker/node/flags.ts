import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker node`: usage lines, arguments and flags, as data. */
export const nodeTable = {
  demote: {
    use: 'demote NODE [NODE...]',
    short: 'Demote one or more nodes from manager in the swarm',
    args: ['min', 1],
    flags: [],
  },
  inspect: {
    use: 'inspect [OPTIONS] self|NODE [NODE...]',
    short: 'Display detailed information on one or more nodes',
    args: ['min', 1],
    flags: [
      {
        name: 'format',
        short: 'f',
        type: 'string',
        usage:
          "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'pretty', type: 'bool', usage: 'Print the information in a human friendly format' },
    ],
  },
  ls: {
    use: 'ls [OPTIONS]',
    short: 'List nodes in the swarm',
    aliases: ['list'],
    args: ['none'],
    flags: [
      {
        name: 'filter',
        short: 'f',
        type: 'filter',
        usage: 'Filter output based on conditions provided',
      },
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only display IDs' },
    ],
  },
  promote: {
    use: 'promote NODE [NODE...]',
    short: 'Promote one or more nodes to manager in the swarm',
    args: ['min', 1],
    flags: [],
  },
  ps: {
    use: 'ps [OPTIONS] [NODE...]',
    short: 'List tasks running on one or more nodes, defaults to current node',
    args: ['min', 0],
    flags: [
      {
        name: 'filter',
        short: 'f',
        type: 'filter',
        usage: 'Filter output based on conditions provided',
      },
      { name: 'format', type: 'string', usage: 'Pretty-print tasks using a Go template' },
      { name: 'no-resolve', type: 'bool', usage: 'Do not map IDs to Names' },
      { name: 'no-trunc', type: 'bool', usage: 'Do not truncate output' },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only display task IDs' },
    ],
  },
  rm: {
    use: 'rm [OPTIONS] NODE [NODE...]',
    short: 'Remove one or more nodes from the swarm',
    aliases: ['remove'],
    args: ['min', 1],
    flags: [
      { name: 'force', short: 'f', type: 'bool', usage: 'Force remove a node from the swarm' },
    ],
  },
  update: {
    use: 'update [OPTIONS] NODE',
    short: 'Update a node',
    args: ['exact', 1],
    flags: [
      {
        name: 'availability',
        type: 'string',
        usage: 'Availability of the node ("active", "pause", "drain")',
      },
      { name: 'label-add', type: 'list', usage: 'Add or update a node label ("key=value")' },
      { name: 'label-rm', type: 'list', usage: 'Remove a node label if exists' },
      { name: 'role', type: 'string', usage: 'Role of the node ("worker", "manager")' },
    ],
  },
} as const satisfies Record<string, CommandTable>;
