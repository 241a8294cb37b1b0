/**
 * Reads a Dockerfile into instructions.
 *
 * Real:     moby/buildkit frontend/dockerfile/{parser,shell,instructions}.
 * Left out: here-documents, the `escape` directive, `RUN --mount` and its like (refused by name).
 */
import { badRequest } from '../../errors.ts';
import { splitWords, unquote } from '../changeinstruction.ts';

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly rest: string;
  /** As the step shows it: continued lines joined. */
  readonly original: string;
  readonly line: number;
}

const KNOWN = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

export function parseDockerfile(text: string): readonly Instruction[] {
  const out: Instruction[] = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const start = i;
    let whole = (lines[i] as string).trim();
    if (whole === '' || whole.startsWith('#')) continue;
    while (whole.endsWith('\\') && i + 1 < lines.length) {
      const next = (lines[++i] as string).replace(/\s+$/, '');
      // Comments and empty lines within a continued line are skipped.
      if (/^\s*(#|$)/.test(next)) continue;
      whole = whole.slice(0, -1) + next.replace(/^\s+/, (blank) => (blank === '' ? '' : blank));
    }
    if (whole.endsWith('\\')) whole = whole.slice(0, -1);
    out.push(instruction(whole, start + 1));
  }
  if (out.length === 0) throw badRequest('the Dockerfile (Dockerfile) cannot be empty');
  const first = out.find((one) => one.name !== 'ARG');
  if (first?.name !== 'FROM') throw badRequest('no build stage in current context');
  return out;
}

function instruction(whole: string, line: number): Instruction {
  const m = /^(\S+)\s*([\s\S]*)$/.exec(whole);
  const name = (m?.[1] ?? '').toUpperCase();
  const rest = (m?.[2] ?? '').trim();
  if (!KNOWN.has(name))
    throw badRequest(`dockerfile parse error line ${line}: unknown instruction: ${name}`);
  if (rest === '')
    throw badRequest(`dockerfile parse error line ${line}: ${name} requires at least one argument`);
  return { name, rest, original: `${name} ${rest}`, line };
}

/** `$NAME`, `${NAME}`, `${NAME:-word}`, `${NAME:+word}`; `\$` stays a dollar. */
export function expandVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$\{(\w+)(?::([-+])([^}]*))?\}|\$(\w+)/g,
    (
      whole,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
      bare: string | undefined,
    ) => {
      if (whole === '\\$') return '$';
      const value = values.get(braced ?? bare ?? '');
      if (operator === '-') return value === undefined || value === '' ? (word ?? '') : value;
      if (operator === '+') return value === undefined || value === '' ? '' : (word ?? '');
      return value ?? '';
    },
  );
}

export interface Flagged {
  readonly flags: ReadonlyMap<string, string>;
  readonly rest: string;
}

/** Leading `--from=build --chown=web` of an instruction. */
export function takeFlags(text: string, known: readonly string[], line: number): Flagged {
  const flags = new Map<string, string>();
  let rest = text;
  for (
    let m = /^--([\w-]+)(?:=(\S*))?\s+/.exec(rest);
    m;
    m = /^--([\w-]+)(?:=(\S*))?\s+/.exec(rest)
  ) {
    if (!known.includes(m[1] as string))
      throw badRequest(`dockerfile parse error line ${line}: unknown flag: ${m[1] ?? ''}`);
    flags.set(m[1] as string, m[2] ?? '');
    rest = rest.slice(m[0].length);
  }
  return { flags, rest };
}

export function words(text: string): readonly string[] {
  return splitWords(text).map(unquote);
}
