import type { FlagTable } from '../cobra/command.ts';

/** The flags of `docker` itself. `$HOME` stands for the user's folder. */
export const rootFlagTables: readonly FlagTable[] = [
  {
    name: 'config',
    type: 'string',
    usage: 'Location of client config files',
    def: '$HOME/.docker',
  },
  {
    name: 'context',
    short: 'c',
    type: 'string',
    usage:
      'Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with "docker context use")',
  },
  { name: 'debug', short: 'D', type: 'bool', usage: 'Enable debug mode' },
  { name: 'host', short: 'H', type: 'list', usage: 'Daemon socket to connect to' },
  {
    name: 'log-level',
    short: 'l',
    type: 'string',
    usage: 'Set the logging level ("debug", "info", "warn", "error", "fatal")',
    def: 'info',
  },
  { name: 'tls', type: 'bool', usage: 'Use TLS; implied by --tlsverify' },
  {
    name: 'tlscacert',
    type: 'string',
    usage: 'Trust certs signed only by this CA',
    def: '$HOME/.docker/ca.pem',
  },
  {
    name: 'tlscert',
    type: 'string',
    usage: 'Path to TLS certificate file',
    def: '$HOME/.docker/cert.pem',
  },
  {
    name: 'tlskey',
    type: 'string',
    usage: 'Path to TLS key file',
    def: '$HOME/.docker/key.pem',
  },
  { name: 'tlsverify', type: 'bool', usage: 'Use TLS and verify the remote' },
  {
    name: 'version',
    short: 'v',
    type: 'bool',
    usage: 'Print version information and quit',
  },
];
