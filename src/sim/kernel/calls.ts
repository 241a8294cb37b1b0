import type { Timer } from '../world.ts';
import { SystemError } from './errors.ts';
import type { ExitStatus, Process, Sys, SystemCall } from './process.ts';
import type { Readable, Writable } from './stream.ts';
import { Pipe } from './stream.ts';

/** Waits for one system call. */
export function* call<T>(systemCall: SystemCall<T>): Sys<T> {
  return (yield systemCall) as T;
}

/** A call that waits `ms` of virtual time. */
export function sleepCall(ms: number): SystemCall<void> {
  return {
    name: 'sleep',
    start: ({ process, done }) => {
      const timer: Timer = process.kernel.world.schedule(
        Math.max(0, Math.round(ms)),
        `wake ${process.argv[0] ?? ''}`,
        () => done(undefined),
      );
      return () => timer.cancel();
    },
  };
}

/** A call that reads up to `max` characters; '' at the end of the stream. */
export function readCall(stream: Readable, max?: number): SystemCall<string> {
  return {
    name: 'read',
    start: ({ done }) => {
      const attempt = (): (() => void) | undefined => {
        const text = stream.take(max);
        if (text !== undefined) return (done(text), undefined);
        return stream.whenReadable(() => void (cancel = attempt()));
      };
      let cancel = attempt();
      return () => cancel?.();
    },
  };
}

/** A call that writes all of `text`, waiting while the stream is full; EPIPE when nobody reads. */
export function writeCall(stream: Writable, text: string): SystemCall<void> {
  return {
    name: 'write',
    start: ({ done, fail }) => {
      const attempt = (): (() => void) | undefined => {
        if (stream.isBroken) return (fail(new SystemError('EPIPE')), undefined);
        if (stream.put(text)) return (done(undefined), undefined);
        return stream.whenWritable(() => void (cancel = attempt()));
      };
      let cancel = attempt();
      return () => cancel?.();
    },
  };
}

/** A call that waits for a process to end. */
export function exitCall(child: Process): SystemCall<ExitStatus> {
  return { name: 'wait', start: ({ done }) => child.kernel.whenExited(child, done) };
}

/** A call whose answer comes through a callback: `begin` starts it and returns what takes it back. */
export function callbackCall<T>(
  name: string,
  begin: (done: (value: T) => void, fail: (error: SystemError) => void) => (() => void) | undefined,
): SystemCall<T> {
  return { name, start: ({ done, fail }) => begin(done, fail) };
}

export type Raced<Calls> = {
  [Key in keyof Calls]: Calls[Key] extends SystemCall<infer T>
    ? { readonly key: Key; readonly value: T }
    : never;
}[keyof Calls];

/** Waits for whichever call answers first and takes the others back: `select`. */
export function* race<Calls extends Readonly<Record<string, SystemCall<never> | SystemCall>>>(
  calls: Calls,
): Sys<Raced<Calls>> {
  const keys = Object.keys(calls) as (keyof Calls & string)[];
  return yield* call<Raced<Calls>>({
    name: keys.map((key) => (calls[key] as SystemCall).name).join('|'),
    start: ({ process, done, fail }) => {
      const cancels: ((() => void) | undefined)[] = [];
      let isOver = false;
      const end = (settle: () => void): void => {
        if (isOver) return;
        isOver = true;
        for (const cancel of cancels) cancel?.();
        settle();
      };
      for (const key of keys) {
        if (isOver) break;
        const one = calls[key] as SystemCall;
        cancels.push(
          one.start({
            process,
            done: (value) => end(() => done({ key, value } as Raced<Calls>)),
            fail: (error) => end(() => fail(error)),
          }),
        );
      }
      return () => {
        isOver = true;
        for (const cancel of cancels) cancel?.();
      };
    },
  });
}

export function sleep(ms: number): Sys<void> {
  return call(sleepCall(ms));
}

export function read(stream: Readable, max?: number): Sys<string> {
  return call(readCall(stream, max));
}

/** Writes all of `text`. Empty text is no call at all. */
export function* write(stream: Writable, text: string): Sys<void> {
  if (text !== '') yield* call(writeCall(stream, text));
}

/** Reads to the end of the stream, at most `max` characters. */
export function* readAll(stream: Readable, max: number = 64 * 1024 * 1024): Sys<string> {
  let all = '';
  for (;;) {
    const text = yield* read(stream);
    if (text === '') return all;
    all += text;
    if (all.length > max) throw new SystemError('EFBIG');
  }
}

/** Reads line by line; keep one for a stream, it holds what was read too far. */
export class LineReader {
  readonly #stream: Readable;
  #rest = '';
  #isAtEnd = false;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  /** The next line without its newline, or undefined at the end. */
  *next(): Sys<string | undefined> {
    for (;;) {
      const newline = this.#rest.indexOf('\n');
      if (newline >= 0) {
        const line = this.#rest.slice(0, newline);
        this.#rest = this.#rest.slice(newline + 1);
        return line;
      }
      if (this.#isAtEnd) {
        const last = this.#rest;
        this.#rest = '';
        return last === '' ? undefined : last;
      }
      const text = yield* read(this.#stream);
      if (text === '') this.#isAtEnd = true;
      else this.#rest += text;
    }
  }
}

/** Holds so much more memory: `brk`. Who goes beyond what there is does not come back. */
export function* grow(bytes: number): Sys<void> {
  yield* call<void>({
    name: 'brk',
    start: ({ process, done }) => {
      process.memoryBytes += bytes;
      return (done(undefined), undefined);
    },
  });
}

/** Does nothing but use a core, up to `untilMs` or for ever: `cpuMs` grows by what the machine gives. */
export function burn(process: Process, untilMs: number = Number.MAX_SAFE_INTEGER): Sys<void> {
  return call(
    callbackCall<void>('burn', (done) => {
      const { world, processors } = process.kernel;
      const leave = processors.burn(process);
      const timer =
        untilMs < Number.MAX_SAFE_INTEGER
          ? world.schedule(Math.max(0, untilMs - world.nowMs), 'burnt', () => {
              leave();
              done(undefined);
            })
          : undefined;
      return () => {
        timer?.cancel();
        leave();
      };
    }),
  );
}

/** Waits for a child to end. */
export function wait(child: Process): Sys<ExitStatus> {
  return call(exitCall(child));
}

/** A pipe whose ends may be handed to `spawn`. */
export function pipe(): Pipe {
  return new Pipe();
}
