/**
 * Variables of the shell in a compose file: `${TAG:-latest}`.
 *
 * Real: docker/cli cli/compose/{template/template.go,interpolation/interpolation.go,loader/interpolate.go}
 */
import { StatusError } from '../../../errors.ts';
import { goQuote } from '../../../formatter/strconv.ts';

export type Lookup = (name: string) => string | undefined;

const SECTIONS = ['services', 'volumes', 'networks', 'secrets', 'configs'];

/** Values that a variable stands for become numbers or truths where the schema wants these. */
const INTEGERS =
  /\.(deploy\.replicas|parallelism|max_attempts|max_replicas_per_node|pids|healthcheck\.retries|(ulimits\.[^.]+)(\.(soft|hard))?|ports\.\d+\.(target|published)|(secrets|configs)\.\d+\.mode|tmpfs\.size)$/;
const FLOATS = /\.max_failure_ratio$/;
const BOOLEANS =
  /\.(privileged|read_only|stdin_open|tty|init|nocopy|healthcheck\.disable|external|internal|attachable)$/;

export function interpolate(
  config: Readonly<Record<string, unknown>>,
  lookup: Lookup,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      SECTIONS.includes(key) ? walk(value, key, lookup) : value,
    ]),
  );
}

function walk(value: unknown, path: string, lookup: Lookup): unknown {
  if (typeof value === 'string') {
    const text = substitute(value, path, lookup);
    return text === value ? value : cast(text, path);
  }
  if (Array.isArray(value)) return value.map((item, i) => walk(item, `${path}.${i}`, lookup));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, walk(item, `${path}.${key}`, lookup)]),
  );
}

function cast(text: string, path: string): unknown {
  const fail = (kind: string): StatusError =>
    new StatusError(`failed to cast to expected type: ${kind} in ${path}: ${text}`);
  if (INTEGERS.test(path)) {
    if (!/^[+-]?\d+$/.test(text)) throw fail('integer');
    return Number(text);
  }
  if (FLOATS.test(path)) {
    if (Number.isNaN(Number(text))) throw fail('float');
    return Number(text);
  }
  if (!BOOLEANS.test(path)) return text;
  const word = text.toLowerCase();
  if (['1', 'true', 'y', 'yes', 'on'].includes(word)) return true;
  if (['0', 'false', 'n', 'no', 'off'].includes(word)) return false;
  throw new StatusError(`invalid boolean: ${text}`);
}

const PATTERN = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)\}|())/gi;

function substitute(text: string, path: string, lookup: Lookup): string {
  return text.replace(PATTERN, (_all, escaped?: string, name?: string, braced?: string) => {
    if (escaped !== undefined) return '$';
    if (name !== undefined) return lookup(name) ?? '';
    if (braced === undefined) throw invalid(path, text);
    return bracedValue(braced, path, lookup);
  });
}

function bracedValue(braced: string, path: string, lookup: Lookup): string {
  const match = /^([_a-z][_a-z0-9]*)(?:(:?[-?])([\s\S]*))?$/i.exec(braced);
  const [, name = '', operator = '', rest = ''] = match ?? [];
  const value = lookup(name);
  const isMissing = value === undefined || (operator.startsWith(':') && value === '');
  if (!isMissing) return value;
  if (operator.endsWith('-')) return rest;
  if (operator.endsWith('?')) {
    throw invalid(path, `required variable ${name} is missing a value: ${rest}`);
  }
  return '';
}

function invalid(path: string, what: string): StatusError {
  return new StatusError(
    `invalid interpolation format for ${path}: ${goQuote(what)}; you may need to escape any $ with another $`,
  );
}
