import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker stack`: usage lines, arguments and flags, as data. */
export const stackTable = {
  config: {
    use: 'config [OPTIONS]',
    short: 'Outputs the final config file, after doing merges and interpolations',
    args: ['none'],
    flags: [
      {
        name: 'compose-file',
        short: 'c',
        type: 'strings',
        usage: 'Path to a Compose file, or "-" to read from stdin',
      },
      {
        name: 'skip-interpolation',
        type: 'bool',
        usage: 'Skip interpolation and output only merged config',
      },
    ],
  },
  deploy: {
    use: 'deploy [OPTIONS] STACK',
    short: 'Deploy a new stack or update an existing stack',
    aliases: ['up'],
    args: ['exact', 1],
    flags: [
      {
        name: 'compose-file',
        short: 'c',
        type: 'strings',
        usage: 'Path to a Compose file, or "-" to read from stdin',
        since: '1.25',
      },
      {
        name: 'detach',
        short: 'd',
        type: 'bool',
        usage: 'Exit immediately instead of waiting for the stack services to converge',
        def: 'true',
      },
      {
        name: 'prune',
        type: 'bool',
        usage: 'Prune services that are no longer referenced',
        since: '1.27',
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Suppress progress output' },
      {
        name: 'resolve-image',
        type: 'string',
        usage:
          'Query the registry to resolve image digest and supported platforms ("always", "changed", "never")',
        def: 'always',
        since: '1.30',
      },
      {
        name: 'with-registry-auth',
        type: 'bool',
        usage: 'Send registry authentication details to Swarm agents',
      },
    ],
  },
  ls: {
    use: 'ls [OPTIONS]',
    short: 'List stacks',
    aliases: ['list'],
    args: ['none'],
    flags: [
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
    ],
  },
  ps: {
    use: 'ps [OPTIONS] STACK',
    short: 'List the tasks in the stack',
    args: ['exact', 1],
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
      { name: 'no-resolve', type: 'bool', usage: 'Do not map IDs to Names' },
      { name: 'no-trunc', type: 'bool', usage: 'Do not truncate output' },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only display task IDs' },
    ],
  },
  rm: {
    use: 'rm [OPTIONS] STACK [STACK...]',
    short: 'Remove one or more stacks',
    aliases: ['remove', 'down'],
    args: ['min', 1],
    flags: [
      {
        name: 'detach',
        short: 'd',
        type: 'bool',
        usage: 'Do not wait for stack removal',
        def: 'true',
      },
    ],
  },
  services: {
    use: 'services [OPTIONS] STACK',
    short: 'List the services in the stack',
    args: ['exact', 1],
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
} as const satisfies Record<string, CommandTable>;
