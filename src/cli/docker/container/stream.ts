/**
 * A raw connection to a container or an exec: keys go in, output comes out, until it ends or the user detaches.
 *
 * Real: docker/cli cli/command/container/hijack.go, moby/term proxy.go (escape keys)
 */
import type { DockerCli } from '../../cli.ts';
import { RAW, SystemError, race, readCall, write } from '../../process.ts';
import type { Sys } from '../../process.ts';
import { StatusError } from '../../errors.ts';
import { Demultiplexer } from '../../stdcopy.ts';
import type { HttpResponse } from '../../transport.ts';

export interface StreamOptions {
  readonly hasStdin: boolean;
  readonly hasStdout: boolean;
  readonly hasStderr: boolean;
  readonly isTTY: boolean;
  readonly detachKeys: string;
  /** What to do when a signal arrives meanwhile. */
  readonly onInterrupt?: () => Sys<void>;
}

export type StreamEnd = 'ended' | 'detached';

const DETACH_DEFAULT = 'ctrl-p,ctrl-q';

export function* stream(
  cli: DockerCli,
  response: HttpResponse,
  options: StreamOptions,
): Sys<StreamEnd> {
  const terminal = options.isTTY && options.hasStdin ? cli.inTerminal : undefined;
  const mode = terminal?.mode;
  terminal?.setMode(RAW);
  try {
    return yield* pump(cli, response, options);
  } finally {
    if (mode !== undefined) terminal?.setMode(mode);
    response.close();
  }
}

function* pump(cli: DockerCli, response: HttpResponse, options: StreamOptions): Sys<StreamEnd> {
  const escape = new EscapeKeys(options.detachKeys || DETACH_DEFAULT);
  const demultiplexer = new Demultiplexer();
  let readsInput = options.hasStdin;
  for (;;) {
    let event: { readonly from: 'input' | 'output'; readonly text: string };
    try {
      event = yield* next(cli, response, readsInput);
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== 'EINTR') throw error;
      if (options.onInterrupt === undefined) throw error;
      yield* options.onInterrupt();
      continue;
    }
    if (event.from === 'output') {
      if (event.text === '') return 'ended';
      yield* show(cli, event.text, options, demultiplexer);
    } else if (event.text === '') {
      readsInput = false;
      response.endUpstream?.();
    } else {
      const { text, isDetached } = options.isTTY
        ? escape.filter(event.text)
        : { text: event.text, isDetached: false };
      if (text !== '' && response.upstream !== undefined) yield* write(response.upstream, text);
      if (isDetached) return 'detached';
    }
  }
}

function* next(
  cli: DockerCli,
  response: HttpResponse,
  readsInput: boolean,
): Sys<{ readonly from: 'input' | 'output'; readonly text: string }> {
  const output = readCall(response.body);
  if (!readsInput) {
    const first = yield* race({ output });
    return { from: 'output', text: first.value };
  }
  const first = yield* race({ output, input: readCall(cli.process.stdin) });
  return { from: first.key, text: first.value };
}

function* show(
  cli: DockerCli,
  text: string,
  options: StreamOptions,
  demultiplexer: Demultiplexer,
): Sys<void> {
  if (options.isTTY) {
    yield* cli.out(text);
    return;
  }
  for (const frame of demultiplexer.push(text)) {
    if (frame.stream === 2) {
      if (options.hasStderr) yield* cli.err(frame.text);
    } else if (options.hasStdout) yield* cli.out(frame.text);
  }
}

/** Watches what is typed for the keys that detach; they do not go through. */
class EscapeKeys {
  private readonly keys: string;
  private matched = 0;

  constructor(spec: string) {
    this.keys = spec.split(',').map(keyOf).join('');
  }

  filter(typed: string): { readonly text: string; readonly isDetached: boolean } {
    let text = '';
    for (const char of typed) {
      if (char === this.keys[this.matched]) {
        this.matched += 1;
        if (this.matched === this.keys.length) return { text, isDetached: true };
        continue;
      }
      text += this.keys.slice(0, this.matched) + char;
      this.matched = 0;
    }
    return { text, isDetached: false };
  }
}

/** `ctrl-p` or one character. */
function keyOf(name: string): string {
  if (name.length === 1) return name;
  const letter = /^ctrl-([a-z@[\\\]^_])$/.exec(name)?.[1];
  if (letter === undefined) {
    throw new StatusError(`invalid detach keys (${name}): Unknown character: '${name}'`);
  }
  return String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 31);
}

/** `-t` needs a terminal to type at. */
export function checkTTY(cli: DockerCli, attachStdin: boolean, isTTY: boolean): void {
  if (attachStdin && isTTY && cli.inTerminal === undefined) {
    throw new StatusError('the input device is not a TTY');
  }
}

/** Tells the other end how large this terminal is, now and at each change; returns what ends it. */
export function* followSize(cli: DockerCli, path: string): Sys<void> {
  const terminal = cli.outTerminal;
  if (terminal === undefined) return;
  try {
    yield* cli.client.text('POST', `${path}/resize`, {
      query: { h: String(terminal.rows), w: String(terminal.columns) },
    });
  } catch (error) {
    // A container that has already ended has no terminal to resize.
    if (!(error instanceof StatusError)) throw error;
  }
}
