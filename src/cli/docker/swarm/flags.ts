import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker swarm`: usage lines, arguments and flags, as data. */
export const swarmTable = {
  ca: {
    use: 'ca [OPTIONS]',
    short: 'Display and rotate the root CA',
    args: ['none'],
    swarm: 'manager',
    flags: [
      {
        name: 'ca-cert',
        type: 'pem-file',
        usage: 'Path to the PEM-formatted root CA certificate to use for the new cluster',
      },
      {
        name: 'ca-key',
        type: 'pem-file',
        usage: 'Path to the PEM-formatted root CA key to use for the new cluster',
      },
      {
        name: 'cert-expiry',
        type: 'duration',
        usage: 'Validity period for node certificates (ns|us|ms|s|m|h)',
        def: '2160h0m0s',
      },
      {
        name: 'detach',
        short: 'd',
        type: 'bool',
        usage: 'Exit immediately instead of waiting for the root rotation to converge',
      },
      {
        name: 'external-ca',
        type: 'external-ca',
        usage: 'Specifications of one or more certificate signing endpoints',
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Suppress progress output' },
      {
        name: 'rotate',
        type: 'bool',
        usage:
          'Rotate the swarm CA - if no certificate or key are provided, new ones will be generated',
      },
    ],
  },
  init: {
    use: 'init [OPTIONS]',
    short: 'Initialize a swarm',
    args: ['none'],
    swarm: '',
    flags: [
      {
        name: 'advertise-addr',
        type: 'string',
        usage: 'Advertised address (format: "<ip|interface>[:port]")',
      },
      {
        name: 'autolock',
        type: 'bool',
        usage: 'Enable manager autolocking (requiring an unlock key to start a stopped manager)',
      },
      {
        name: 'availability',
        type: 'string',
        usage: 'Availability of the node ("active", "pause", "drain")',
        def: 'active',
      },
      {
        name: 'cert-expiry',
        type: 'duration',
        usage: 'Validity period for node certificates (ns|us|ms|s|m|h)',
        def: '2160h0m0s',
      },
      {
        name: 'data-path-addr',
        type: 'string',
        usage: 'Address or interface to use for data path traffic (format: "<ip|interface>")',
        since: '1.31',
      },
      {
        name: 'data-path-port',
        type: 'uint32',
        usage:
          'Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, the default port (4789) is used.',
        since: '1.40',
      },
      {
        name: 'default-addr-pool',
        type: 'ipNetSlice',
        usage: 'default address pool in CIDR format',
        def: '[]',
        since: '1.39',
      },
      {
        name: 'default-addr-pool-mask-length',
        type: 'uint32',
        usage: 'default address pool subnet mask length',
        def: '24',
        since: '1.39',
      },
      {
        name: 'dispatcher-heartbeat',
        type: 'duration',
        usage: 'Dispatcher heartbeat period (ns|us|ms|s|m|h)',
        def: '5s',
      },
      {
        name: 'external-ca',
        type: 'external-ca',
        usage: 'Specifications of one or more certificate signing endpoints',
      },
      {
        name: 'force-new-cluster',
        type: 'bool',
        usage: 'Force create a new cluster from current state',
      },
      {
        name: 'listen-addr',
        type: 'node-addr',
        usage: 'Listen address (format: "<ip|interface>[:port]")',
        def: '0.0.0.0:2377',
      },
      {
        name: 'max-snapshots',
        type: 'uint',
        usage: 'Number of additional Raft snapshots to retain',
        since: '1.25',
      },
      {
        name: 'snapshot-interval',
        type: 'uint',
        usage: 'Number of log entries between Raft snapshots',
        def: '10000',
        since: '1.25',
      },
      { name: 'task-history-limit', type: 'int', usage: 'Task history retention limit', def: '5' },
    ],
  },
  join: {
    use: 'join [OPTIONS] HOST:PORT',
    short: 'Join a swarm as a node and/or manager',
    args: ['exact', 1],
    swarm: '',
    flags: [
      {
        name: 'advertise-addr',
        type: 'string',
        usage: 'Advertised address (format: "<ip|interface>[:port]")',
      },
      {
        name: 'availability',
        type: 'string',
        usage: 'Availability of the node ("active", "pause", "drain")',
        def: 'active',
      },
      {
        name: 'data-path-addr',
        type: 'string',
        usage: 'Address or interface to use for data path traffic (format: "<ip|interface>")',
        since: '1.31',
      },
      {
        name: 'listen-addr',
        type: 'node-addr',
        usage: 'Listen address (format: "<ip|interface>[:port]")',
        def: '0.0.0.0:2377',
      },
      { name: 'token', type: 'string', usage: 'Token for entry into the swarm' },
    ],
  },
  'join-token': {
    use: 'join-token [OPTIONS] (worker|manager)',
    short: 'Manage join tokens',
    args: ['exact', 1],
    swarm: 'manager',
    flags: [
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only display token' },
      { name: 'rotate', type: 'bool', usage: 'Rotate join token' },
    ],
  },
  leave: {
    use: 'leave [OPTIONS]',
    short: 'Leave the swarm',
    args: ['none'],
    swarm: 'active',
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        usage: 'Force this node to leave the swarm, ignoring warnings',
      },
    ],
  },
  unlock: {
    use: 'unlock',
    short: 'Unlock swarm',
    args: ['none'],
    swarm: 'manager',
    flags: [],
  },
  'unlock-key': {
    use: 'unlock-key [OPTIONS]',
    short: 'Manage the unlock key',
    args: ['none'],
    swarm: 'manager',
    flags: [
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only display token' },
      { name: 'rotate', type: 'bool', usage: 'Rotate unlock key' },
    ],
  },
  update: {
    use: 'update [OPTIONS]',
    short: 'Update the swarm',
    args: ['none'],
    swarm: 'manager',
    flags: [
      { name: 'autolock', type: 'bool', usage: 'Change manager autolocking setting (true|false)' },
      {
        name: 'cert-expiry',
        type: 'duration',
        usage: 'Validity period for node certificates (ns|us|ms|s|m|h)',
        def: '2160h0m0s',
      },
      {
        name: 'dispatcher-heartbeat',
        type: 'duration',
        usage: 'Dispatcher heartbeat period (ns|us|ms|s|m|h)',
        def: '5s',
      },
      {
        name: 'external-ca',
        type: 'external-ca',
        usage: 'Specifications of one or more certificate signing endpoints',
      },
      {
        name: 'max-snapshots',
        type: 'uint',
        usage: 'Number of additional Raft snapshots to retain',
        since: '1.25',
      },
      {
        name: 'snapshot-interval',
        type: 'uint',
        usage: 'Number of log entries between Raft snapshots',
        def: '10000',
        since: '1.25',
      },
      { name: 'task-history-limit', type: 'int', usage: 'Task history retention limit', def: '5' },
    ],
  },
} as const satisfies Record<string, CommandTable>;
