/**
 * Dockerfile instructions that change only the configuration: in builds, `commit --change` and `import --change`.
 *
 * Real: moby builder/dockerfile/dispatchers.go.
 */
import { badRequest } from '../errors.ts';
import type { ImageConfig } from './catalogue.ts';

/** `CMD ["a", "b"]` as its list; undefined when it is no JSON list of texts. */
export function jsonForm(text: string): readonly string[] | undefined {
  if (!text.trim().startsWith('[')) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** Exec form as it is, shell form behind the shell. */
export function commandForm(text: string, shell: readonly string[] | undefined): readonly string[] {
  return jsonForm(text) ?? [...(shell ?? ['/bin/sh', '-c']), text];
}

/** `A=1 B="two words"`, or the old `A some text`. */
export function keyValues(text: string): readonly (readonly [string, string])[] {
  if (!/^\S+=/.test(text)) {
    const m = /^(\S+)\s+([\s\S]*)$/.exec(text);
    return m ? [[m[1] as string, m[2] as string]] : [[text, '']];
  }
  const out: (readonly [string, string])[] = [];
  for (const word of splitWords(text)) {
    const equals = word.indexOf('=');
    if (equals > 0) out.push([unquote(word.slice(0, equals)), unquote(word.slice(equals + 1))]);
  }
  return out;
}

/** Words of a line; quotes hold words together and stay. */
export function splitWords(text: string): readonly string[] {
  return [...text.matchAll(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+/g)].map((m) => m[0]);
}

export function unquote(word: string): string {
  return word.replace(
    /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
    (_, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
      double !== undefined ? double.replace(/\\(["\\$])/g, '$1') : (single ?? escaped ?? ''),
  );
}

/** The configuration after one instruction (`ENV A=1`). */
export function applyChange(config: ImageConfig, line: string): ImageConfig {
  const m = /^\s*(\w+)\s*([\s\S]*)$/.exec(line);
  const name = (m?.[1] ?? '').toUpperCase();
  const rest = (m?.[2] ?? '').trim();
  switch (name) {
    case 'CMD':
      return { ...config, Cmd: commandForm(rest, config.Shell) };
    case 'ENTRYPOINT':
      return { ...config, Entrypoint: rest === '' ? null : commandForm(rest, config.Shell) };
    case 'ENV':
      return { ...config, Env: mergeEnv(config.Env ?? [], keyValues(rest)) };
    case 'LABEL':
      return { ...config, Labels: { ...config.Labels, ...Object.fromEntries(keyValues(rest)) } };
    case 'EXPOSE':
      return {
        ...config,
        ExposedPorts: {
          ...config.ExposedPorts,
          ...Object.fromEntries(
            splitWords(rest).map((port) => [port.includes('/') ? port : `${port}/tcp`, {}]),
          ),
        },
      };
    case 'VOLUME':
      return {
        ...config,
        Volumes: {
          ...config.Volumes,
          ...Object.fromEntries((jsonForm(rest) ?? splitWords(rest)).map((path) => [path, {}])),
        },
      };
    case 'USER':
      return { ...config, User: rest };
    case 'WORKDIR':
      return {
        ...config,
        WorkingDir: rest.startsWith('/')
          ? rest
          : `${config.WorkingDir ?? ''}/${rest}`.replace(/\/+/g, '/'),
      };
    case 'STOPSIGNAL':
      return { ...config, StopSignal: rest };
    case 'SHELL':
      return { ...config, Shell: jsonForm(rest) ?? ['/bin/sh', '-c'] };
    case 'HEALTHCHECK':
      return { ...config, Healthcheck: parseHealthcheck(rest) };
    case 'ONBUILD':
      return { ...config, OnBuild: [...(config.OnBuild ?? []), rest] };
    default:
      throw badRequest(`${name} is not a valid change command`);
  }
}

function mergeEnv(
  env: readonly string[],
  pairs: readonly (readonly [string, string])[],
): readonly string[] {
  const out = [...env];
  for (const [name, value] of pairs) {
    const at = out.findIndex((entry) => entry.startsWith(`${name}=`));
    if (at >= 0) out[at] = `${name}=${value}`;
    else out.push(`${name}=${value}`);
  }
  return out;
}

function parseHealthcheck(text: string): NonNullable<ImageConfig['Healthcheck']> {
  if (/^NONE$/i.test(text)) return { Test: ['NONE'] };
  const flags = new Map(
    [...text.matchAll(/--([\w-]+)=(\S+)/g)].map((m) => [m[1] as string, m[2] as string]),
  );
  const command = text.replace(/^(?:--[\w-]+=\S+\s+)*/, '').replace(/^CMD\s+/i, '');
  const list = jsonForm(command);
  return {
    Test: list ? ['CMD', ...list] : ['CMD-SHELL', command],
    ...duration('Interval', flags.get('interval')),
    ...duration('Timeout', flags.get('timeout')),
    ...duration('StartPeriod', flags.get('start-period')),
    ...duration('StartInterval', flags.get('start-interval')),
    ...(flags.has('retries') ? { Retries: Number(flags.get('retries')) } : {}),
  };
}

function duration(name: string, text: string | undefined): Record<string, number> {
  if (text === undefined) return {};
  let total = 0;
  const units: Readonly<Record<string, number>> = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
  for (const m of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(m[1]) * (units[m[2] as string] as number);
  return { [name]: Math.round(total) };
}
