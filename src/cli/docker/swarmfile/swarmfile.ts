/**
 * What `docker config` and `docker secret` have in common: both keep named data in the swarm.
 *
 * Real: docker/cli cli/command/{config,secret}/{create,ls,inspect,remove,formatter}.go
 */
import type { SwarmFile } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { filtersQuery, segment } from '../../client.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import { StatusError } from '../../errors.ts';
import { prettyPrint } from '../../formatter/displayutils.ts';
import type { Row } from '../../formatter/formatter.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { GoTime, timeMs } from '../../formatter/govalue.ts';
import { inspect } from '../../formatter/inspector.ts';
import { byNatural } from '../../formatter/natural.ts';
import { humanDuration } from '../../formatter/units.ts';
import { readAll } from '../../process.ts';
import type { Sys } from '../../process.ts';
import { configFormat } from '../configfile.ts';
import { inspectRaw } from '../inspectraw.ts';
import { labelOf, labelsText } from '../labels.ts';
import { base64Decode, base64Encode } from '../registry/base64.ts';
import { forEach } from '../remove.ts';

export type Kind = 'config' | 'secret';

/** The data of a new object: a file's, or standard input's for `-`. */
export function* readData(cli: DockerCli, kind: Kind, path: string): Sys<string> {
  if (path === '') throw new StatusError(`${kind} file is required`);
  const isInput = path === '-';
  const text = isInput ? yield* readAll(cli.process.stdin) : readOrFail(cli, path);
  if (text === '') {
    throw new StatusError(`error reading from ${isInput ? 'STDIN' : path}: data is empty`);
  }
  return text;
}

function readOrFail(cli: DockerCli, path: string): string {
  try {
    return cli.readFile(path);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(`error reading from ${path}: ${error.message}`);
  }
}

/** Creates it and prints its ID. */
export function* create(
  cli: DockerCli,
  kind: Kind,
  spec: SwarmFile['Spec'],
  data: string | undefined,
): Sys<void> {
  const body = data === undefined ? spec : { ...spec, Data: base64Encode(data) };
  const { ID } = yield* cli.client.json<{ ID: string }>('POST', `/${kind}s/create`, { body });
  yield* cli.println(ID);
}

export function* remove(cli: DockerCli, kind: Kind, names: readonly string[]): Sys<void> {
  yield* forEach(cli, names, function* (name) {
    yield* cli.client.text('DELETE', `/${kind}s/${segment(name)}`);
  });
}

export function* list(cli: DockerCli, kind: Kind, flags: FlagSet): Sys<void> {
  const filters = filtersQuery(flags.get('filter') as ReadonlyMap<string, readonly string[]>);
  const items = yield* cli.client.json<SwarmFile[]>('GET', `/${kind}s`, { query: { filters } });
  items.sort(byNatural((item) => item.Spec.Name));
  const source = configFormat(cli, flags, `${kind}Format`);
  const names =
    kind === 'config'
      ? ['ID', 'Name', 'CreatedAt', 'UpdatedAt']
      : ['ID', 'Name', 'Driver', 'CreatedAt', 'UpdatedAt'];
  const table = flags.bool('quiet') ? '{{.ID}}' : columns(...names);
  yield* cli.out(
    formatList({
      format: source === '' || source === 'table' ? table : source,
      typeName: `*${kind}.${kind}Context`,
      headers: {
        ID: 'ID',
        Name: 'NAME',
        ...(kind === 'secret' ? { Driver: 'DRIVER' } : {}),
        CreatedAt: 'CREATED',
        UpdatedAt: 'UPDATED',
        Labels: 'LABELS',
      },
      rows: items.map((item) => row(item, kind, cli.nowMs)),
    }),
  );
}

function row(item: SwarmFile, kind: Kind, nowMs: number): Row {
  const ago = (time: string): string => `${humanDuration(nowMs - timeMs(time))} ago`;
  return {
    ID: () => item.ID,
    Name: () => item.Spec.Name,
    ...(kind === 'secret' ? { Driver: () => item.Spec.Driver?.Name ?? '' } : {}),
    CreatedAt: () => ago(item.CreatedAt),
    UpdatedAt: () => ago(item.UpdatedAt),
    Labels: () => labelsText(item.Spec.Labels),
    Label: (name) => labelOf(item.Spec.Labels, name),
  };
}

export function* show(
  cli: DockerCli,
  kind: Kind,
  flags: FlagSet,
  names: readonly string[],
): Sys<void> {
  const format = flags.bool('pretty') ? 'pretty' : flags.string('format');
  if (format.startsWith('pretty') && format !== 'pretty') {
    throw new StatusError('cannot supply extra formatting options to the pretty template');
  }
  const path = `/${kind}s`;
  if (format !== 'pretty') {
    const type = kind === 'config' ? 'swarm.Config' : 'swarm.Secret';
    yield* inspect(cli, names, {
      format,
      badTemplateCode: 1,
      getRef: (ref) => inspectRaw(cli, { type, path, ref }),
    });
    return;
  }
  let text = '';
  for (const name of names) {
    const item = yield* cli.client.json<SwarmFile>('GET', `${path}/${segment(name)}`);
    text += kind === 'config' ? prettyConfig(item) : prettySecret(item);
  }
  yield* cli.out(text);
}

function labelLines(item: SwarmFile): string[] {
  const keys = Object.entries(item.Spec.Labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (keys.length === 0) return [];
  return ['Labels:', ...keys.map(([key, value]) => ` - ${key}${value ? `=${value}` : ''}`)];
}

function moment(time: string): string {
  return prettyPrint(new GoTime(time).toGoString());
}

function prettyConfig(item: SwarmFile): string {
  const lines = [
    `ID:\t\t\t${item.ID}`,
    `Name:\t\t\t${item.Spec.Name}`,
    ...labelLines(item),
    `Created at:            \t${moment(item.CreatedAt)}`,
    `Updated at:            \t${moment(item.UpdatedAt)}`,
    'Data:',
    base64Decode(item.Spec.Data ?? ''),
  ];
  return `${lines.join('\n')}\n`;
}

function prettySecret(item: SwarmFile): string {
  const lines = [
    `ID:              ${item.ID}`,
    `Name:              ${item.Spec.Name}`,
    ...labelLines(item),
    `Driver:            ${item.Spec.Driver?.Name ?? ''}`,
    `Created at:        ${moment(item.CreatedAt)}`,
    `Updated at:        ${moment(item.UpdatedAt)}`,
  ];
  return `${lines.join('\n')}\n`;
}
