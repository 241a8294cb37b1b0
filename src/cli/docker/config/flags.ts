import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker config`: usage lines, arguments and flags, as data. */
export const configTable = {
  create: {
    use: 'create [OPTIONS] CONFIG file|-',
    short: 'Create a config from a file or STDIN',
    args: ['exact', 2],
    flags: [
      { name: 'label', short: 'l', type: 'list', usage: 'Config labels', check: 'label' },
      { name: 'template-driver', type: 'string', usage: 'Template driver', since: '1.37' },
    ],
  },
  inspect: {
    use: 'inspect [OPTIONS] CONFIG [CONFIG...]',
    short: 'Display detailed information on one or more configs',
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
    short: 'List configs',
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
  rm: {
    use: 'rm CONFIG [CONFIG...]',
    short: 'Remove one or more configs',
    aliases: ['remove'],
    args: ['min', 1],
    flags: [],
  },
} as const satisfies Record<string, CommandTable>;
