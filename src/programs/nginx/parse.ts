/**
 * nginx's configuration language: words, `;`, blocks, comments, `include`.
 *
 * Real: nginx src/core/ngx_conf_file.c; errors are its sentences.
 */
import { dirname, normalize, SystemError, type FileSystem } from '../../sim/index.ts';

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

/** What `[emerg]` says. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Token {
  readonly text: string;
  readonly kind: 'word' | ';' | '{' | '}';
  readonly line: number;
}

const DEPTH_MAX = 16;

export function parseFile(files: FileSystem, path: string, depth = 0): readonly Directive[] {
  if (depth > DEPTH_MAX) throw new ConfigError(`open() "${path}" failed (24: Too many open files)`);
  const text = readText(files, path);
  const tokens = tokenize(text, path);
  return new Parser(files, path, tokens, text.split('\n').length, depth).block(true);
}

function readText(files: FileSystem, path: string): string {
  try {
    return files.readFile(path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const numbers: Readonly<Record<string, number>> = {
      ENOENT: 2,
      EACCES: 13,
      ENOTDIR: 20,
      EISDIR: 21,
    };
    throw new ConfigError(`open() "${path}" failed (${numbers[error.code] ?? 5}: ${error.text})`);
  }
}

function tokenize(text: string, path: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let i = 0; i < text.length;) {
    const c = text[i] as string;
    if (c === '\n') line++;
    if (/\s/.test(c)) i++;
    else if (c === '#') i = endOfLine(text, i);
    else if (c === ';' || c === '{' || c === '}')
      tokens.push({ text: text[i++] as string, kind: c, line });
    else {
      const end = c === '"' || c === "'" ? endOfQuoted(text, i) : endOfWord(text, i);
      if (end < 0)
        throw new ConfigError(
          `unexpected end of file, expecting ";" or "}" in ${path}:${text.split('\n').length}`,
        );
      const word =
        c === '"' || c === "'"
          ? unescape(text.slice(i + 1, end - 1))
          : text.slice(i, end).replace(/\\(["'\\])/g, '$1');
      tokens.push({ text: word, kind: 'word', line });
      line += text.slice(i, end).split('\n').length - 1;
      i = end;
    }
  }
  return tokens;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

/** The place after the closing quote, or -1. */
function endOfQuoted(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === text[from]) return i + 1;
  }
  return -1;
}

function endOfWord(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\\') i++;
    else if (/[\s;]/.test(c) || (c === '{' && text[i - 1] !== '$')) return i;
  }
  return text.length;
}

function unescape(text: string): string {
  return text.replace(
    /\\([\s\S])/g,
    (both, c: string) => ({ n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' })[c] ?? both,
  );
}

class Parser {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #tokens: readonly Token[];
  readonly #lastLine: number;
  readonly #depth: number;
  #at = 0;

  constructor(
    files: FileSystem,
    path: string,
    tokens: readonly Token[],
    lastLine: number,
    depth: number,
  ) {
    this.#files = files;
    this.#path = path;
    this.#tokens = tokens;
    this.#lastLine = lastLine;
    this.#depth = depth;
  }

  block(isFile: boolean): readonly Directive[] {
    const out: Directive[] = [];
    for (;;) {
      const token = this.#tokens[this.#at++];
      if (!token) {
        if (isFile) return out;
        throw this.#error('unexpected end of file, expecting "}"', this.#lastLine);
      }
      if (token.kind === '}') {
        if (!isFile) return out;
        throw this.#error('unexpected "}"', token.line);
      }
      if (token.kind !== 'word') throw this.#error(`unexpected "${token.text}"`, token.line);
      out.push(...this.#directive(token));
    }
  }

  #directive(first: Token): readonly Directive[] {
    const args: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at++];
      if (!token) throw this.#error('unexpected end of file, expecting ";" or "}"', this.#lastLine);
      if (token.kind === '}') throw this.#error('unexpected "}"', token.line);
      if (token.kind === 'word') args.push(token.text);
      else {
        const base = { name: first.text, args, file: this.#path, line: token.line };
        if (token.kind === '{') return [{ ...base, block: this.block(false) }];
        return first.text === 'include'
          ? this.#include(args[0] ?? '', token.line)
          : [{ ...base, block: undefined }];
      }
    }
  }

  #include(pattern: string, line: number): readonly Directive[] {
    const full = normalize(pattern, '/etc/nginx');
    if (!pattern.includes('*')) {
      try {
        return parseFile(this.#files, full, this.#depth + 1);
      } catch (error) {
        if (error instanceof ConfigError && error.message.startsWith(`open() "${full}"`))
          throw this.#error(error.message, line);
        throw error;
      }
    }
    const folder = dirname(full);
    if (this.#files.lookup(folder)?.type !== 'directory') return [];
    const matcher = new RegExp(
      `^${full
        .slice(folder.length + 1)
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')}$`,
    );
    const names = this.#files
      .list(folder)
      .filter((name) => matcher.test(name) && !name.startsWith('.'));
    return names.flatMap((name) => parseFile(this.#files, `${folder}/${name}`, this.#depth + 1));
  }

  #error(what: string, line: number): ConfigError {
    return new ConfigError(`${what} in ${this.#path}:${line}`);
  }
}
