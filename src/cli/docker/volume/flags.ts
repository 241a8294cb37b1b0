import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker volume`: usage lines, arguments and flags, as data. */
export const volumeTable = {
  create: {
    use: 'create [OPTIONS] [VOLUME]',
    short: 'Create a volume',
    args: ['max', 1],
    flags: [
      {
        name: 'availability',
        type: 'string',
        usage: 'Cluster Volume availability ("active", "pause", "drain")',
        def: 'active',
        since: '1.42',
        swarm: 'manager',
      },
      {
        name: 'driver',
        short: 'd',
        type: 'string',
        usage: 'Specify volume driver name',
        def: 'local',
      },
      {
        name: 'group',
        type: 'string',
        usage: 'Cluster Volume group (cluster volumes)',
        since: '1.42',
        swarm: 'manager',
      },
      { name: 'label', type: 'list', usage: 'Set metadata for a volume', check: 'label' },
      {
        name: 'limit-bytes',
        type: 'bytes',
        usage: 'Minimum size of the Cluster Volume in bytes',
        since: '1.42',
        swarm: 'manager',
      },
      { name: 'name', type: 'string', usage: 'Specify volume name', hidden: true },
      { name: 'opt', short: 'o', type: 'map', usage: 'Set driver specific options', def: 'map[]' },
      {
        name: 'required-bytes',
        type: 'bytes',
        usage: 'Maximum size of the Cluster Volume in bytes',
        since: '1.42',
        swarm: 'manager',
      },
      {
        name: 'scope',
        type: 'string',
        usage: 'Cluster Volume access scope ("single", "multi")',
        def: 'single',
        since: '1.42',
        swarm: 'manager',
      },
      {
        name: 'secret',
        type: 'map',
        usage: 'Cluster Volume secrets',
        def: 'map[]',
        since: '1.42',
        swarm: 'manager',
      },
      {
        name: 'sharing',
        type: 'string',
        usage: 'Cluster Volume access sharing ("none", "readonly", "onewriter", "all")',
        def: 'none',
        since: '1.42',
        swarm: 'manager',
      },
      {
        name: 'topology-preferred',
        type: 'list',
        usage: 'A topology that the Cluster Volume would be preferred in',
        since: '1.42',
        swarm: 'manager',
      },
      {
        name: 'topology-required',
        type: 'list',
        usage: 'A topology that the Cluster Volume must be accessible from',
        since: '1.42',
        swarm: 'manager',
      },
      {
        name: 'type',
        type: 'string',
        usage: 'Cluster Volume access type ("mount", "block")',
        def: 'block',
        since: '1.42',
        swarm: 'manager',
      },
    ],
  },
  inspect: {
    use: 'inspect [OPTIONS] VOLUME [VOLUME...]',
    short: 'Display detailed information on one or more volumes',
    args: ['min', 1],
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
  ls: {
    use: 'ls [OPTIONS]',
    short: 'List volumes',
    aliases: ['list'],
    args: ['none'],
    flags: [
      {
        name: 'cluster',
        type: 'bool',
        usage: 'Display only cluster volumes, and use cluster volume list formatting',
        since: '1.42',
        swarm: 'manager',
      },
      {
        name: 'filter',
        short: 'f',
        type: 'filter',
        usage: 'Provide filter values (e.g. "dangling=true")',
      },
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only display volume names' },
    ],
  },
  prune: {
    use: 'prune [OPTIONS]',
    short: 'Remove unused local volumes',
    args: ['none'],
    since: '1.25',
    flags: [
      {
        name: 'all',
        short: 'a',
        type: 'bool',
        usage: 'Remove all unused volumes, not just anonymous ones',
        since: '1.42',
      },
      { name: 'filter', type: 'filter', usage: 'Provide filter values (e.g. "label=<label>")' },
      { name: 'force', short: 'f', type: 'bool', usage: 'Do not prompt for confirmation' },
    ],
  },
  rm: {
    use: 'rm [OPTIONS] VOLUME [VOLUME...]',
    short: 'Remove one or more volumes',
    long: 'Remove one or more volumes. You cannot remove a volume that is in use by a container.',
    aliases: ['remove'],
    args: ['min', 1],
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        usage: 'Force the removal of one or more volumes',
        since: '1.25',
      },
    ],
  },
  update: {
    use: 'update [OPTIONS] [VOLUME]',
    short: 'Update a volume (cluster volumes only)',
    args: ['exact', 1],
    since: '1.42',
    swarm: 'manager',
    flags: [
      {
        name: 'availability',
        type: 'string',
        usage: 'Cluster Volume availability ("active", "pause", "drain")',
        def: 'active',
        since: '1.42',
        swarm: 'manager',
      },
    ],
  },
} as const satisfies Record<string, CommandTable>;
