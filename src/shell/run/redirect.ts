import { source, SystemError } from '../sys.ts';
import type { Readable, Sys, Writable } from '../sys.ts';
import { expandText, expandWords } from '../expand/expand.ts';
import type { Redirection } from '../syntax/ast.ts';
import { openToRead, openToWrite, type Io } from './streams.ts';
import type { Shell } from './shell.ts';

/** What is wrong with a redirection, as bash says it. */
export class RedirectionError extends Error {
  override readonly name = 'RedirectionError';
}

interface Open {
  readonly reader?: Readable;
  readonly writer?: Writable;
}

/** The open files after some redirections, applied from left to right. */
export function* redirected(shell: Shell, redirections: readonly Redirection[]): Sys<Io> {
  const open = new Map<number, Open>([
    [0, { reader: shell.io.stdin }],
    [1, { writer: shell.io.stdout }],
    [2, { writer: shell.io.stderr }],
    ...shell.io.more,
  ]);
  for (const redirection of redirections) yield* apply(shell, open, redirection);
  const more = new Map([...open].filter(([fd]) => fd > 2));
  return {
    stdin: open.get(0)?.reader ?? closedInput,
    stdout: open.get(1)?.writer ?? closedOutput,
    stderr: open.get(2)?.writer ?? closedOutput,
    more,
  };
}

const closedInput: Readable = {
  take: () => '',
  whenReadable: (notify) => (notify(), () => {}),
  retain: () => {},
  release: () => {},
};
const closedOutput: Writable = {
  put: () => true,
  isBroken: false,
  whenWritable: (notify) => (notify(), () => {}),
  retain: () => {},
  release: () => {},
};

function* apply(shell: Shell, open: Map<number, Open>, redirection: Redirection): Sys<void> {
  const { operator, target } = redirection;
  const fd = redirection.fd ?? (operator.startsWith('<') ? 0 : 1);
  if (operator === '<<' || operator === '<<<') {
    const text = yield* expandText(shell, target);
    return void open.set(fd, { reader: source(operator === '<<<' ? `${text}\n` : text) });
  }
  const words = yield* expandWords(shell, [target]);
  const [path] = words;
  if (path === undefined || words.length > 1)
    throw new RedirectionError(`${target.source}: ambiguous redirect`);
  if (
    operator === '<&' ||
    (operator === '>&' && (redirection.fd !== undefined || /^(?:\d+-?|-)$/.test(path)))
  )
    return duplicate(open, fd, path);
  try {
    openFile(shell, open, fd, operator, path);
  } catch (error) {
    if (error instanceof SystemError)
      throw new RedirectionError(failure(shell, path, operator, error));
    throw error;
  }
}

function failure(shell: Shell, path: string, operator: string, error: SystemError): string {
  if (shell.dialect === 'bash') return `${path}: ${error.text}`;
  const text =
    error.code === 'ENOENT'
      ? operator === '<'
        ? 'No such file'
        : 'Directory nonexistent'
      : error.text;
  if (shell.dialect === 'dash')
    return `cannot ${operator === '<' ? 'open' : 'create'} ${path}: ${text}`;
  return `can't ${operator === '<' ? 'open' : 'create'} ${path}: ${error.code === 'ENOENT' && operator === '<' ? 'no such file' : error.code === 'ENOENT' ? 'nonexistent directory' : error.text}`;
}

function duplicate(open: Map<number, Open>, fd: number, path: string): void {
  if (path === '-') return void open.delete(fd);
  const isMove = path.endsWith('-');
  const from = Number(isMove ? path.slice(0, -1) : path);
  const found = open.get(from);
  if (!found) throw new RedirectionError(`${path}: Bad file descriptor`);
  open.set(fd, found);
  if (isMove) open.delete(from);
}

function openFile(
  shell: Shell,
  open: Map<number, Open>,
  fd: number,
  operator: Redirection['operator'],
  path: string,
): void {
  const { process } = shell;
  const own = /^\/dev\/(stdin|stdout|stderr|fd\/(\d+))$/.exec(path);
  const ownFd =
    own &&
    (own[2] === undefined
      ? ['stdin', 'stdout', 'stderr'].indexOf(own[1] as string)
      : Number(own[2]));
  if (ownFd !== null && ownFd !== undefined && open.has(ownFd))
    return void open.set(fd, open.get(ownFd) as Open);
  if (operator === '<') return void open.set(fd, { reader: openToRead(process, path) });
  if (operator === '<>')
    return void open.set(fd, {
      reader: openToRead(process, path),
      writer: openToWrite(process, path, true, shell.umask),
    });
  const isAppending = operator === '>>' || operator === '&>>';
  if (
    operator === '>' &&
    shell.options.noclobber &&
    shell.files.lookup(normalized(shell, path))?.type === 'file'
  )
    throw new RedirectionError(`${path}: cannot overwrite existing file`);
  const writer = openToWrite(process, path, isAppending, shell.umask);
  open.set(fd, { writer });
  if (operator.startsWith('&') || (operator === '>&' && fd === 1)) open.set(2, { writer });
}

function normalized(shell: Shell, path: string): string {
  return path.startsWith('/') ? path : `${shell.cwd}/${path}`;
}
