import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker system`: usage lines, arguments and flags, as data. */
export const systemTable = {
  version: {
    use: 'version [OPTIONS]',
    short: 'Show the Docker version information',
    args: ['none'],
    flags: [
      {
        name: 'format',
        short: 'f',
        type: 'string',
        usage:
          "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
    ],
  },
  df: {
    use: 'df [OPTIONS]',
    short: 'Show docker disk usage',
    args: ['none'],
    since: '1.25',
    flags: [
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      {
        name: 'verbose',
        short: 'v',
        type: 'bool',
        usage: 'Show detailed information on space usage',
      },
    ],
  },
  events: {
    use: 'events [OPTIONS]',
    short: 'Get real time events from the server',
    aliasLine: 'docker system events, docker events',
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
          "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'since', type: 'string', usage: 'Show all events created since timestamp' },
      { name: 'until', type: 'string', usage: 'Stream events until this timestamp' },
    ],
  },
  info: {
    use: 'info [OPTIONS]',
    short: 'Display system-wide information',
    aliasLine: 'docker system info, docker info',
    args: ['none'],
    flags: [
      {
        name: 'format',
        short: 'f',
        type: 'string',
        usage:
          "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
    ],
  },
  prune: {
    use: 'prune [OPTIONS]',
    short: 'Remove unused data',
    args: ['none'],
    since: '1.25',
    flags: [
      {
        name: 'all',
        short: 'a',
        type: 'bool',
        usage: 'Remove all unused images not just dangling ones',
      },
      {
        name: 'filter',
        type: 'filter',
        usage: 'Provide filter values (e.g. "label=<key>=<value>")',
        since: '1.28',
      },
      { name: 'force', short: 'f', type: 'bool', usage: 'Do not prompt for confirmation' },
      { name: 'volumes', type: 'bool', usage: 'Prune anonymous volumes' },
    ],
  },
  inspect: {
    use: 'inspect [OPTIONS] NAME|ID [NAME|ID...]',
    short: 'Return low-level information on Docker objects',
    args: ['min', 1],
    flags: [
      {
        name: 'format',
        short: 'f',
        type: 'string',
        usage:
          "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      {
        name: 'size',
        short: 's',
        type: 'bool',
        usage: 'Display total file sizes if the type is container',
      },
      { name: 'type', type: 'string', usage: 'Only inspect objects of the given type' },
    ],
  },
} as const satisfies Record<string, CommandTable>;
