/**
 * The values behind flags: how each type reads its text and what it keeps.
 *
 * Real: spf13/pflag {string,bool,int64,uint64,duration,string_slice}.go, docker/cli opts/*.go,
 *       cli/command/{service,swarm}/opts.go
 */
import type { FlagTable } from '../cobra/command.ts';
import { parseDuration } from '../formatter/duration.ts';
import { parseBoolean, parseFloating, parseInteger, parseUnsigned } from '../formatter/strconv.ts';
import { ramInBytes } from '../formatter/units.ts';
import { csvFields, cut } from './csv.ts';
import { parseGpus } from './gpus.ts';
import { parseCIDR } from './ip.ts';
import { parseMount } from './mount.ts';
import { parseNetwork } from './network.ts';
import { parseCPUs } from './nanocpus.ts';
import { shlex } from './shlex.ts';
import { parseFileReference, parsePort } from './swarmopts.ts';
import { parseUlimit } from './ulimit.ts';
import type { Ulimit } from './ulimit.ts';
import { validate } from './validate.ts';

/** What flags may look at around the command: the environment, the folder, files. */
export interface ValueContext {
  readonly env: ReadonlyMap<string, string>;
  readonly absolute: (path: string) => string;
  /** The text of a file; throws Go's error. */
  readonly readFile: (path: string) => string;
}

export interface FlagValue {
  set(text: string): void;
  get(): unknown;
}

function one<T>(start: T, read: (text: string) => T): FlagValue {
  let value = start;
  return {
    set: (text) => {
      value = read(text);
    },
    get: () => value,
  };
}

function many<T>(read: (text: string) => readonly T[]): FlagValue {
  const values: T[] = [];
  return { set: (text) => void values.push(...read(text)), get: () => values };
}

function pairs(check: (text: string) => string): FlagValue {
  const values = new Map<string, string>();
  return {
    set: (text) => {
      const [key, value] = cut(check(text));
      values.set(key, value);
    },
    get: () => values,
  };
}

function defaultNumber(table: FlagTable): number {
  return table.def !== undefined && /^-?[\d.]+$/.test(table.def) ? Number(table.def) : 0;
}

export function newValue(table: FlagTable, context: ValueContext): FlagValue {
  const check = (text: string): string =>
    table.check === undefined ? text : validate(table.check, text, context);
  switch (table.type) {
    case 'bool':
      return one(table.def === 'true', parseBoolean);
    case 'string':
      return one(
        (table.def ?? '').replace('$HOME', context.env.get('HOME') ?? ''),
        trimQuotes(table),
      );
    case 'int':
      return one(defaultNumber(table), (text) => parseInteger(text));
    case 'uint':
      return one(defaultNumber(table), (text) => parseUnsigned(text));
    case 'uint16':
      return one(defaultNumber(table), (text) => parseUnsigned(text, 0, 16));
    case 'uint32':
      return one(defaultNumber(table), (text) => parseUnsigned(text, 0, 32));
    case 'float':
      return one(defaultNumber(table), parseFloating);
    case 'duration':
      return one(parseDuration(table.def ?? '0'), (text) => duration(table, text));
    case 'strings':
      return many((text) => (text === '' ? [] : csvFields(text)));
    case 'list':
      return many((text) => [check(text)]);
    case 'map':
    case 'stringToString':
      return pairs(check);
    case 'filter':
      return filters();
    default:
      return special(table, context);
  }
}

/** The types that mean one thing each. */
function special(table: FlagTable, context: ValueContext): FlagValue {
  switch (table.type) {
    case 'bytes':
      return one(0, (text) =>
        table.name === 'memory-swap' && text === '-1' ? -1 : ramInBytes(text),
      );
    case 'decimal':
      return one(0, parseCPUs);
    case 'mount':
      return many((text) => [parseMount(text, context.absolute)]);
    case 'network':
      return many((text) => [parseNetwork(text)]);
    case 'port':
      return many(parsePort);
    case 'ulimit':
      return ulimits();
    case 'pref':
      return many((text) => [placementPref(text)]);
    case 'config':
      return many((text) => [parseFileReference('config', text)]);
    case 'secret':
      return many((text) => [parseFileReference('secret', text)]);
    case 'credential-spec':
      return one(undefined as CredentialSpec | undefined, credentialSpec);
    case 'command':
      return one([] as readonly string[], shlex);
    case 'gpu-request':
      return many((text) => [parseGpus(text)]);
    case 'node-addr':
      return one(table.def ?? '', (text) => nodeAddress(text, table.def ?? ''));
    case 'external-ca':
      return many((text) => [externalCA(text, context)]);
    case 'pem-file':
      return one('', (text) => pemFile(text, context));
    case 'ipNetSlice':
      return many(networks);
    default:
      throw new Error(`no value of type ${table.type}`);
  }
}

/** `--tlscacert` and its like lose one pair of quotes. */
function trimQuotes(table: FlagTable): (text: string) => string {
  if (!table.name.startsWith('tls')) return (text) => text;
  return (text) => /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;
}

function duration(table: FlagTable, text: string): number {
  const value = parseDuration(text);
  const mustBePositive = table.name.startsWith('health-') && table.def === undefined;
  if (mustBePositive && value < 0) throw new Error('duration cannot be negative');
  return value;
}

/** Filters: each name with the values given, in the order given. */
function filters(): FlagValue {
  const values = new Map<string, string[]>();
  return {
    set: (text) => {
      if (text === '') return;
      const [name, value, isPair] = cut(text);
      if (!isPair) throw new Error('bad format of filter (expected name=value)');
      const key = name.trim().toLowerCase();
      const kept = values.get(key) ?? [];
      if (!kept.includes(value.trim())) kept.push(value.trim());
      values.set(key, kept);
    },
    get: () => values,
  };
}

function ulimits(): FlagValue {
  const values = new Map<string, Ulimit>();
  return {
    set: (text) => {
      const ulimit = parseUlimit(text);
      values.set(ulimit.Name, ulimit);
    },
    get: () =>
      [...values.values()].sort((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0)),
  };
}

export interface PlacementPreference {
  readonly Spread: { readonly SpreadDescriptor: string };
}

function placementPref(text: string): PlacementPreference {
  const [strategy, descriptor, isPair] = cut(text);
  if (!isPair || strategy === '') {
    throw new Error('placement preference must be of the format "<strategy>=<arg>"');
  }
  if (strategy !== 'spread') {
    throw new Error(`unsupported placement preference ${strategy} (only spread is supported)`);
  }
  return { Spread: { SpreadDescriptor: descriptor } };
}

export interface CredentialSpec {
  readonly Config?: string;
  readonly File?: string;
  readonly Registry?: string;
}

function credentialSpec(text: string): CredentialSpec {
  const [scheme, rest, isPair] = cut(text, '://');
  if (isPair && scheme === 'config') return { Config: rest };
  if (isPair && scheme === 'file') return { File: rest };
  if (isPair && scheme === 'registry') return { Registry: rest };
  if (text === '') return {};
  throw new Error(
    'invalid credential spec: value must be prefixed with "config://", "file://", or "registry://"',
  );
}

function nodeAddress(text: string, fallback: string): string {
  const address = text.replace(/^tcp:\/\//, '');
  if (address === '') return fallback;
  if (address.includes('://')) throw new Error(`invalid proto, expected tcp: ${text}`);
  return /:\d+$/.test(address) ? address : `${address}:2377`;
}

export interface ExternalCA {
  Protocol: string;
  URL: string;
  Options: Record<string, string>;
  CACert: string;
}

function externalCA(text: string, context: ValueContext): ExternalCA {
  const ca: ExternalCA = { Protocol: '', URL: '', Options: {}, CACert: '' };
  let hasURL = false;
  for (const field of csvFields(text)) {
    const [key, value, isPair] = cut(field);
    if (!isPair) throw new Error(`invalid field '${field}' must be a key=value pair`);
    if (key.toLowerCase() === 'protocol') {
      if (value.toLowerCase() !== 'cfssl') {
        throw new Error(`unrecognized external CA protocol ${value}`);
      }
      ca.Protocol = 'cfssl';
    } else if (key.toLowerCase() === 'url') {
      hasURL = true;
      ca.URL = value;
    } else if (key.toLowerCase() === 'cacert') {
      ca.CACert = context.readFile(value);
    } else ca.Options[key] = value;
  }
  if (ca.Protocol === '') throw new Error('the external-ca option needs a protocol= parameter');
  if (!hasURL) throw new Error('the external-ca option needs a url= parameter');
  return ca;
}

function pemFile(path: string, context: ValueContext): string {
  const contents = context.readFile(path);
  if (!/-----BEGIN [^-]+-----/.test(contents)) {
    throw new Error('file contents must be in PEM format');
  }
  return contents;
}

function networks(text: string): readonly string[] {
  return csvFields(text.replaceAll('"', '')).map((item) => {
    const network = parseCIDR(item.trim());
    if (network === undefined) {
      throw new Error(`invalid string being converted to CIDR: ${item.trim()}`);
    }
    return network;
  });
}
