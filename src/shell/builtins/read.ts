import { race, read, readCall, sleepCall, SystemError, write } from '../sys.ts';
import type { Readable, Sys } from '../sys.ts';
import type { Shell } from '../run/shell.ts';
import { complain } from './builtin.ts';

interface Options {
  prompt: string;
  array: string | undefined;
  delimiter: string;
  count: number | undefined;
  timeoutMs: number | undefined;
  isRaw: boolean;
  isSilent: boolean;
  fd: number;
  names: string[];
}

/** `read`: one line of the input, character by character, so that the next command finds the rest. */
export function* readBuiltin(shell: Shell, argv: readonly string[]): Sys<number> {
  const options = parse(argv.slice(1));
  if (typeof options === 'string') return yield* complain(shell, options, 2);
  const stdin = options.fd === 0 ? shell.io.stdin : shell.io.more.get(options.fd)?.reader;
  if (!stdin)
    return yield* complain(
      shell,
      `read: ${options.fd}: invalid file descriptor: Bad file descriptor`,
    );
  const terminal = stdin.terminal === shell.process.terminal ? shell.process.terminal : undefined;
  if (options.prompt !== '' && terminal) yield* write(shell.io.stderr, options.prompt);
  const mode = terminal?.mode;
  if (terminal && mode && (options.isSilent || options.count !== undefined))
    terminal.setMode({
      ...mode,
      echo: mode.echo && !options.isSilent,
      canonical: mode.canonical && options.count === undefined,
    });
  shell.isWaiting = true;
  try {
    const { text, isEnd, isLate } = yield* readUntil(stdin, options);
    store(shell, options, text);
    return isLate ? 142 : isEnd ? 1 : 0;
  } catch (error) {
    if (error instanceof SystemError && error.code === 'EINTR' && !shell.isInterrupted) return 130;
    throw error;
  } finally {
    shell.isWaiting = false;
    if (terminal && mode) terminal.setMode(mode);
  }
}

function parse(args: readonly string[]): Options | string {
  const options: Options = {
    prompt: '',
    array: undefined,
    delimiter: '\n',
    count: undefined,
    timeoutMs: undefined,
    isRaw: false,
    isSilent: false,
    fd: 0,
    names: [],
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (!/^-./.test(arg)) {
      options.names = args.slice(i);
      break;
    }
    if (arg === '--') {
      options.names = args.slice(i + 1);
      break;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] as string;
      if (letter === 'r') options.isRaw = true;
      else if (letter === 's') options.isSilent = true;
      else if (letter === 'e') continue;
      else if ('padntuN'.includes(letter)) {
        const value = arg.slice(at + 1) || args[++i];
        if (value === undefined) return `read: -${letter}: option requires an argument`;
        if (letter === 'p') options.prompt = value;
        else if (letter === 'a') options.array = value;
        else if (letter === 'd') options.delimiter = value.slice(0, 1) || '\u0000';
        else if (letter === 't') options.timeoutMs = Math.round(Number(value) * 1000);
        else if (letter === 'u') options.fd = Number(value);
        else options.count = Number(value);
        break;
      } else
        return `read: -${letter}: invalid option\nread: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]`;
    }
  }
  return options;
}

function* readUntil(
  stdin: Readable,
  options: Options,
): Sys<{ readonly text: string; readonly isEnd: boolean; readonly isLate: boolean }> {
  let text = '';
  for (;;) {
    if (options.count !== undefined && text.length >= options.count)
      return { text, isEnd: false, isLate: false };
    let c: string;
    if (options.timeoutMs === undefined) c = yield* read(stdin, 1);
    else {
      const first = yield* race({ key: readCall(stdin, 1), late: sleepCall(options.timeoutMs) });
      if (first.key === 'late') return { text, isEnd: true, isLate: true };
      c = first.value;
    }
    if (c === '') return { text, isEnd: true, isLate: false };
    if (c === options.delimiter) {
      if (options.isRaw || !/(?:^|[^\\])(?:\\\\)*\\$/.test(text))
        return { text, isEnd: false, isLate: false };
      text = text.slice(0, -1);
      continue;
    }
    text += c;
  }
}

function store(shell: Shell, options: Options, raw: string): void {
  const text = options.isRaw ? raw : raw.replace(/\\([\s\S])/g, '$1');
  const ifs = shell.get('IFS') ?? ' \t\n';
  if (options.array !== undefined) {
    const fields = splitFields(text, ifs, Number.MAX_SAFE_INTEGER);
    shell.variables.setItems(
      options.array,
      new Map(fields.map((field, index) => [String(index), field])),
    );
    return;
  }
  const names = options.names.length > 0 ? options.names : ['REPLY'];
  const fields = options.names.length === 0 ? [text] : splitFields(text, ifs, names.length);
  names.forEach((name, index) => shell.set(name, undefined, fields[index] ?? ''));
}

/** At most `max` fields; the last one keeps what is left. */
function splitFields(text: string, ifs: string, max: number): string[] {
  const blanks = [...ifs].filter((c) => ' \t\n'.includes(c)).join('');
  const strip = (t: string): string => {
    let [begin, end] = [0, t.length];
    while (begin < end && blanks.includes(t[begin] as string)) begin++;
    while (end > begin && blanks.includes(t[end - 1] as string)) end--;
    return t.slice(begin, end);
  };
  const fields: string[] = [];
  let rest = strip(text);
  while (rest !== '' && fields.length < max - 1) {
    let end = 0;
    while (end < rest.length && !ifs.includes(rest[end] as string)) end++;
    fields.push(rest.slice(0, end));
    let next = end;
    while (next < rest.length && blanks.includes(rest[next] as string)) next++;
    if (
      next < rest.length &&
      ifs.includes(rest[next] as string) &&
      (next === end || !blanks.includes(rest[next] as string))
    ) {
      next++;
      while (next < rest.length && blanks.includes(rest[next] as string)) next++;
    }
    rest = rest.slice(next);
  }
  if (rest !== '') fields.push(rest);
  return fields;
}
