import type { CommandTable } from '../../cobra/command.ts';

/** The words of `docker plugin`: usage lines, arguments and flags, as data. */
export const pluginTable = {
  create: {
    use: 'create [OPTIONS] PLUGIN PLUGIN-DATA-DIR',
    short:
      'Create a plugin from a rootfs and configuration. Plugin data directory must contain config.json and rootfs directory.',
    args: ['min', 2],
    flags: [{ name: 'compress', type: 'bool', usage: 'Compress the context using gzip' }],
  },
  disable: {
    use: 'disable [OPTIONS] PLUGIN',
    short: 'Disable a plugin',
    args: ['exact', 1],
    flags: [
      { name: 'force', short: 'f', type: 'bool', usage: 'Force the disable of an active plugin' },
    ],
  },
  enable: {
    use: 'enable [OPTIONS] PLUGIN',
    short: 'Enable a plugin',
    args: ['exact', 1],
    flags: [{ name: 'timeout', type: 'int', usage: 'HTTP client timeout (in seconds)', def: '30' }],
  },
  inspect: {
    use: 'inspect [OPTIONS] PLUGIN [PLUGIN...]',
    short: 'Display detailed information on one or more plugins',
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
  install: {
    use: 'install [OPTIONS] PLUGIN [KEY=VALUE...]',
    short: 'Install a plugin',
    args: ['min', 1],
    flags: [
      { name: 'alias', type: 'string', usage: 'Local name for plugin' },
      { name: 'disable', type: 'bool', usage: 'Do not enable the plugin on install' },
      {
        name: 'disable-content-trust',
        type: 'bool',
        usage: 'Skip image verification',
        def: 'true',
      },
      {
        name: 'grant-all-permissions',
        type: 'bool',
        usage: 'Grant all permissions necessary to run the plugin',
      },
    ],
  },
  ls: {
    use: 'ls [OPTIONS]',
    short: 'List plugins',
    aliases: ['list'],
    args: ['none'],
    flags: [
      {
        name: 'filter',
        short: 'f',
        type: 'filter',
        usage: 'Provide filter values (e.g. "enabled=true")',
      },
      {
        name: 'format',
        type: 'string',
        usage:
          "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
      },
      { name: 'no-trunc', type: 'bool', usage: "Don't truncate output" },
      { name: 'quiet', short: 'q', type: 'bool', usage: 'Only display plugin IDs' },
    ],
  },
  push: {
    use: 'push [OPTIONS] PLUGIN[:TAG]',
    short: 'Push a plugin to a registry',
    args: ['exact', 1],
    flags: [
      { name: 'disable-content-trust', type: 'bool', usage: 'Skip image signing', def: 'true' },
    ],
  },
  rm: {
    use: 'rm [OPTIONS] PLUGIN [PLUGIN...]',
    short: 'Remove one or more plugins',
    aliases: ['remove'],
    args: ['min', 1],
    flags: [
      { name: 'force', short: 'f', type: 'bool', usage: 'Force the removal of an active plugin' },
    ],
  },
  set: {
    use: 'set PLUGIN KEY=VALUE [KEY=VALUE...]',
    short: 'Change settings for a plugin',
    args: ['min', 2],
    flags: [],
  },
  upgrade: {
    use: 'upgrade [OPTIONS] PLUGIN [REMOTE]',
    short: 'Upgrade an existing plugin',
    args: ['range', 1, 2],
    since: '1.26',
    flags: [
      {
        name: 'disable-content-trust',
        type: 'bool',
        usage: 'Skip image verification',
        def: 'true',
      },
      {
        name: 'grant-all-permissions',
        type: 'bool',
        usage: 'Grant all permissions necessary to run the plugin',
      },
      {
        name: 'skip-remote-check',
        type: 'bool',
        usage: 'Do not check if specified remote plugin matches existing plugin image',
      },
    ],
  },
} as const satisfies Record<string, CommandTable>;
