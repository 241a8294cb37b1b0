import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker network`: usage lines, arguments and flags, as data. */
export const networkTable = {
  connect: {
    use: 'connect [OPTIONS] NETWORK CONTAINER',
    short: 'Connect a container to a network',
    args: ['exact', 2],
    flags: [
      { name: 'alias', type: 'strings', usage: 'Add network-scoped alias for the container' },
      { name: 'driver-opt', type: 'strings', usage: 'driver options for the network' },
      {
        name: 'gw-priority',
        type: 'int',
        usage:
          'Highest gw-priority provides the default gateway. Accepts positive and negative values.',
      },
      { name: 'ip', type: 'string', usage: 'IPv4 address (e.g., "172.30.100.104")' },
      { name: 'ip6', type: 'string', usage: 'IPv6 address (e.g., "2001:db8::33")' },
      { name: 'link', type: 'list', usage: 'Add link to another container', check: 'link' },
      {
        name: 'link-local-ip',
        type: 'strings',
        usage: 'Add a link-local address for the container',
      },
    ],
  },
  create: {
    use: 'create [OPTIONS] NETWORK',
    short: 'Create a network',
    args: ['exact', 1],
    flags: [
      {
        name: 'attachable',
        type: 'bool',
        usage: 'Enable manual container attachment',
        since: '1.25',
      },
      {
        name: 'aux-address',
        type: 'map',
        usage: 'Auxiliary IPv4 or IPv6 addresses used by Network driver',
        def: 'map[]',
      },
      {
        name: 'config-from',
        type: 'string',
        usage: 'The network from which to copy the configuration',
        since: '1.30',
      },
      {
        name: 'config-only',
        type: 'bool',
        usage: 'Create a configuration only network',
        since: '1.30',
      },
      {
        name: 'driver',
        short: 'd',
        type: 'string',
        usage: 'Driver to manage the Network',
        def: 'bridge',
      },
      { name: 'gateway', type: 'strings', usage: 'IPv4 or IPv6 Gateway for the master subnet' },
      { name: 'ingress', type: 'bool', usage: 'Create swarm routing-mesh network', since: '1.29' },
      { name: 'internal', type: 'bool', usage: 'Restrict external access to the network' },
      { name: 'ip-range', type: 'strings', usage: 'Allocate container ip from a sub-range' },
      {
        name: 'ipam-driver',
        type: 'string',
        usage: 'IP Address Management Driver',
        def: 'default',
      },
      { name: 'ipam-opt', type: 'map', usage: 'Set IPAM driver specific options', def: 'map[]' },
      {
        name: 'ipv4',
        type: 'bool',
        usage: 'Enable or disable IPv4 address assignment',
        def: 'true',
      },
      { name: 'ipv6', type: 'bool', usage: 'Enable or disable IPv6 address assignment' },
      { name: 'label', type: 'list', usage: 'Set metadata on a network', check: 'label' },
      { name: 'opt', short: 'o', type: 'map', usage: 'Set driver specific options', def: 'map[]' },
      { name: 'scope', type: 'string', usage: "Control the network's scope", since: '1.30' },
      {
        name: 'subnet',
        type: 'strings',
        usage: 'Subnet in CIDR format that represents a network segment',
      },
    ],
  },
  disconnect: {
    use: 'disconnect [OPTIONS] NETWORK CONTAINER',
    short: 'Disconnect a container from a network',
    args: ['exact', 2],
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        usage: 'Force the container to disconnect from a network',
      },
    ],
  },
  inspect: {
    use: 'inspect [OPTIONS] NETWORK [NETWORK...]',
    short: 'Display detailed information on one or more networks',
    args: ['min', 1],
    flags: [
      {
        name: 'format',
        short: 'f',
        type: 'string',
        usage:
          "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'verbose', short: 'v', type: 'bool', usage: 'Verbose output for diagnostics' },
    ],
  },
  ls: {
    use: 'ls [OPTIONS]',
    short: 'List networks',
    aliases: ['list'],
    args: ['none'],
    flags: [
      {
        name: 'filter',
        short: 'f',
        type: 'filter',
        usage: 'Provide filter values (e.g. "driver=bridge")',
      },
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'no-trunc', type: 'bool', usage: 'Do not truncate the output' },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only display network IDs' },
    ],
  },
  prune: {
    use: 'prune [OPTIONS]',
    short: 'Remove all unused networks',
    args: ['none'],
    since: '1.25',
    flags: [
      { name: 'filter', type: 'filter', usage: 'Provide filter values (e.g. "until=<timestamp>")' },
      { name: 'force', short: 'f', type: 'bool', usage: 'Do not prompt for confirmation' },
    ],
  },
  rm: {
    use: 'rm NETWORK [NETWORK...]',
    short: 'Remove one or more networks',
    aliases: ['remove'],
    args: ['min', 1],
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        usage: 'Do not error if the network does not exist',
      },
    ],
  },
} as const satisfies Record<string, CommandTable>;
