/**
 * `docker version`.
 *
 * Real: docker/cli cli/command/system/version.go
 */
import type { DockerCli } from '../../cli.ts';
import { CLIENT_API_VERSION } from '../../client.ts';
import { Command } from '../../cobra/command.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import type { GoValue } from '../../formatter/govalue.ts';
import { GoMap, GoNil, GoStruct, fromJSON } from '../../formatter/govalue.ts';
import { tabulate } from '../../formatter/tabwriter.ts';
import { compile, run } from '../../formatter/template/exec.ts';
import { TemplateError } from '../../formatter/template/lex.ts';
import { civil, parseRFC3339 } from '../../process.ts';
import { systemTable as table } from './flags.ts';

export const CLIENT_VERSION = '28.2.2';
const CLIENT = {
  GitCommit: 'e6534b4',
  GoVersion: 'go1.24.3',
  Os: 'linux',
  Arch: 'amd64',
  BuildTime: 'Fri May 30 12:07:14 2025',
};

interface Component {
  readonly Name: string;
  readonly Version: string;
  readonly Details?: Readonly<Record<string, string>> | null;
}

interface ServerVersion {
  readonly Platform?: { readonly Name: string };
  readonly Components?: readonly Component[] | null;
  readonly [field: string]: unknown;
}

export function newVersionCommand(): Command {
  return new Command(table.version, runVersion);
}

const runVersion: Run = function* (cli, { flags }) {
  const format = flags.string('format');
  const template = format === '' ? undefined : compileFormat(format);
  yield* cli.client.negotiate();
  let server: ServerVersion | undefined;
  let failure: StatusError | undefined;
  try {
    server = withEngine(yield* cli.client.json<ServerVersion>('GET', '/version'));
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    failure = error;
  }
  if (template === undefined) {
    yield* cli.out(`${tabulate(prettyVersion(cli, server), { minWidth: 20, padding: 1 })}\n`);
  } else {
    const clientServer = versionValue(cli, server);
    try {
      yield* cli.println(run(template, clientServer));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      yield* cli.out('\n');
      failure ??= new StatusError(named(error.message));
    }
  }
  if (failure !== undefined) throw failure;
};

/** Errors in this template carry its name. */
function named(message: string): string {
  return message
    .replace(/^template: :/, 'template: version:')
    .replace('executing ""', 'executing "version"');
}

function compileFormat(format: string): ReturnType<typeof compile> {
  try {
    return compile(format === 'json' ? '{{json .}}' : format);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new StatusError(`template parsing error: ${named(error.message)}`, 64);
  }
}

/** Daemons list their parts; an old one is its own only part. */
function withEngine(server: ServerVersion): ServerVersion {
  const components = (server.Components ?? []).map((component) =>
    component.Name === 'Engine' && component.Details?.['BuildTime'] !== undefined
      ? {
          ...component,
          Details: { ...component.Details, BuildTime: ansiC(component.Details['BuildTime']) },
        }
      : component,
  );
  if (components.some((component) => component.Name === 'Engine')) {
    return { ...server, Components: components };
  }
  const text = (name: string): string => {
    const value = server[name];
    return typeof value === 'string' ? value : '';
  };
  const engine: Component = {
    Name: 'Engine',
    Version: text('Version'),
    Details: {
      ApiVersion: text('ApiVersion'),
      MinAPIVersion: text('MinAPIVersion'),
      GitCommit: text('GitCommit'),
      GoVersion: text('GoVersion'),
      Os: text('Os'),
      Arch: text('Arch'),
      BuildTime: ansiC(text('BuildTime')),
      Experimental: String(server['Experimental'] === true),
    },
  };
  return { ...server, Components: [...components, engine] };
}

/** `Fri May 30 12:07:14 2025` of an RFC 3339 time. */
function ansiC(text: string): string {
  const ms = parseRFC3339(text);
  if (ms === undefined || !text.includes('T')) return text;
  const c = civil(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][c.weekday] ?? '';
  const month = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')[c.month - 1] ?? '';
  return `${day} ${month} ${String(c.day).padStart(2)} ${two(c.hour)}:${two(c.minute)}:${two(c.second)} ${c.year}`;
}

function prettyVersion(cli: DockerCli, server: ServerVersion | undefined): string {
  const { version } = cli.client;
  const downgraded =
    version === CLIENT_API_VERSION ? '' : ` (downgraded from ${CLIENT_API_VERSION})`;
  const lines = [
    'Client:',
    ` Version:\t${CLIENT_VERSION}`,
    ` API version:\t${version}${downgraded}`,
    ` Go version:\t${CLIENT.GoVersion}`,
    ` Git commit:\t${CLIENT.GitCommit}`,
    ` Built:\t${CLIENT.BuildTime}`,
    ` OS/Arch:\t${CLIENT.Os}/${CLIENT.Arch}`,
    ` Context:\t${cli.options.context}`,
  ];
  if (server === undefined) return lines.join('\n');
  const platform = server.Platform?.Name ?? '';
  lines.push('', `Server:${platform === '' ? '' : ` ${platform}`}`);
  for (const component of server.Components ?? []) lines.push(...componentLines(component));
  return lines.join('\n');
}

function componentLines({ Name, Version, Details }: Component): string[] {
  const detail = (name: string): string => Details?.[name] ?? '';
  if (Name === 'Engine') {
    return [
      ' Engine:',
      `  Version:\t${Version}`,
      `  API version:\t${detail('ApiVersion')} (minimum version ${detail('MinAPIVersion')})`,
      `  Go version:\t${detail('GoVersion')}`,
      `  Git commit:\t${detail('GitCommit')}`,
      `  Built:\t${detail('BuildTime')}`,
      `  OS/Arch:\t${detail('Os')}/${detail('Arch')}`,
      `  Experimental:\t${detail('Experimental')}`,
    ];
  }
  const keys = Object.keys(Details ?? {}).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return [` ${Name}:`, `  Version:\t${Version}`, ...keys.map((key) => `  ${key}:\t${detail(key)}`)];
}

const CLIENT_LAYOUT = [
  ['Platform', 'Platform', '*command.platformInfo'],
  ['Version', 'Version', 'string'],
  ['APIVersion', 'ApiVersion', 'string'],
  ['DefaultAPIVersion', 'DefaultAPIVersion', 'string'],
  ['GitCommit', 'GitCommit', 'string'],
  ['GoVersion', 'GoVersion', 'string'],
  ['Os', 'Os', 'string'],
  ['Arch', 'Arch', 'string'],
  ['BuildTime', 'BuildTime', 'string'],
  ['Context', 'Context', 'string'],
] as const;

/** What `--format` sees. */
function versionValue(cli: DockerCli, server: ServerVersion | undefined): GoValue {
  const values: Readonly<Record<string, GoValue>> = {
    ...CLIENT,
    Platform: new GoNil('*system.platformInfo'),
    Version: CLIENT_VERSION,
    APIVersion: cli.client.version,
    DefaultAPIVersion: CLIENT_API_VERSION,
    Context: cli.options.context,
  };
  const client = new GoStruct({
    typeName: 'system.clientVersion',
    layout: CLIENT_LAYOUT.map(([name, jsonName, type]) => ({
      name,
      jsonName,
      type,
      omitEmpty: name !== 'Context',
    })),
    fields: new Map(CLIENT_LAYOUT.map(([name]) => [name, values[name]])),
  });
  const layout = ['Client', 'Server'].map((name) => ({
    name,
    jsonName: name,
    type: 'any',
    omitEmpty: false,
  }));
  return new GoStruct({
    typeName: 'system.versionInfo',
    layout,
    fields: new Map<string, GoValue>([
      ['Client', client],
      ['Server', serverValue(server)],
    ]),
  });
}

function serverValue(server: ServerVersion | undefined): GoValue {
  const value = fromJSON(server ?? null, '*types.Version');
  if (!(value instanceof GoStruct)) return value;
  const platform = GoMap.of({ Name: server?.Platform?.Name ?? '' });
  return new GoStruct({ ...value, fields: new Map([...value.fields, ['Platform', platform]]) });
}
