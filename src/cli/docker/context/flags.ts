import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker context`: usage lines, arguments and flags, as data. */
export const contextTable = {
  create: {
    use: 'create [OPTIONS] CONTEXT',
    short: 'Create a context',
    long: 'Create a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context create my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
    args: ['exact', 1],
    flags: [
      { name: 'description', type: 'string', usage: 'Description of the context' },
      { name: 'docker', type: 'stringToString', usage: 'set the docker endpoint', def: '[]' },
      { name: 'from', type: 'string', usage: 'create context from a named context' },
    ],
  },
  export: {
    use: 'export [OPTIONS] CONTEXT [FILE|-]',
    short: 'Export a context to a tar archive FILE or a tar stream on STDOUT.',
    args: ['range', 1, 2],
    flags: [],
  },
  import: {
    use: 'import CONTEXT FILE|-',
    short: 'Import a context from a tar or zip file',
    args: ['exact', 2],
    flags: [],
  },
  inspect: {
    use: 'inspect [OPTIONS] [CONTEXT] [CONTEXT...]',
    short: 'Display detailed information on one or more contexts',
    args: ['min', 0],
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
    short: 'List contexts',
    aliases: ['list'],
    args: ['none'],
    flags: [
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only show context names' },
    ],
  },
  rm: {
    use: 'rm CONTEXT [CONTEXT...]',
    short: 'Remove one or more contexts',
    aliases: ['remove'],
    args: ['min', 1],
    flags: [
      { name: 'force', short: 'f', type: 'bool', usage: 'Force the removal of a context in use' },
    ],
  },
  show: {
    use: 'show',
    short: 'Print the name of the current context',
    args: ['none'],
    flags: [],
  },
  update: {
    use: 'update [OPTIONS] CONTEXT',
    short: 'Update a context',
    long: 'Update a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context update my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
    args: ['exact', 1],
    flags: [
      { name: 'description', type: 'string', usage: 'Description of the context' },
      { name: 'docker', type: 'stringToString', usage: 'set the docker endpoint', def: '[]' },
    ],
  },
  use: {
    use: 'use CONTEXT',
    short: 'Set the current docker context',
    args: ['exact', 1],
    flags: [],
  },
} as const satisfies Record<string, CommandTable>;
