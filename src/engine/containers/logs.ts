/**
 * What a container has printed: the json-file log driver. Kept in the order of arrival with its time, bounded like a rotating file.
 *
 * Real:     moby daemon/logger/{copier,jsonfilelog}, daemon/logs.go.
 * Left out: other log drivers (their names are accepted; `docker logs` says what they cannot do).
 */
import { rfc3339Nano } from '../../sim/index.ts';
import type { LogFile } from './logfile.ts';

export type StreamName = 'stdout' | 'stderr';

export interface LogRecord {
  readonly stream: StreamName;
  readonly unixMs: number;
  /** With its newline, if it had one. */
  readonly text: string;
}

/** The oldest lines go first, as with `max-size`. */
const RECORDS_MAX = 20_000;
/** A line longer than this is cut into pieces (Real: defaultBufSize of the copier, 16 KiB). */
const LINE_MAX = 16_384;

export interface ReadOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Lines from the end; -1: all. */
  readonly tail: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export class ContainerLogs {
  #records: LogRecord[];
  readonly #partial: Record<StreamName, string> = { stdout: '', stderr: '' };
  #file: Pick<LogFile, 'add' | 'flush'> | undefined;
  readonly #followers = new Set<(record: LogRecord) => void>();

  constructor(records: readonly LogRecord[] = []) {
    this.#records = [...records];
  }

  get records(): readonly LogRecord[] {
    return this.#records;
  }

  /** Takes output as it comes; whole lines are kept. */
  write(stream: StreamName, text: string, unixMs: number): void {
    let rest = this.#partial[stream] + text;
    for (;;) {
      const newline = rest.indexOf('\n');
      if (newline < 0 && rest.length < LINE_MAX) break;
      const end = newline < 0 || newline >= LINE_MAX ? LINE_MAX : newline + 1;
      this.#add({ stream, unixMs, text: rest.slice(0, end) });
      rest = rest.slice(end);
    }
    this.#partial[stream] = rest;
  }

  /** The process has ended: what has no newline is kept too. */
  flush(unixMs: number): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#partial[stream] !== '') this.#add({ stream, unixMs, text: this.#partial[stream] });
      this.#partial[stream] = '';
    }
    this.#file?.flush();
  }

  read(options: ReadOptions): readonly LogRecord[] {
    const wanted = this.#records.filter((record) => passes(record, options));
    return options.tail < 0 ? wanted : options.tail === 0 ? [] : wanted.slice(-options.tail);
  }

  /** Calls `notify` for each line to come. */
  follow(options: ReadOptions, notify: (record: LogRecord) => void): () => void {
    const follower = (record: LogRecord): void => {
      if (passes(record, options)) notify(record);
    };
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** Where each line is written; asked for when the first comes. */
  set file(file: Pick<LogFile, 'add' | 'flush'> | undefined) {
    this.#file = file;
  }

  /** The oldest lines have gone with their file. */
  drop(count: number): void {
    this.#records = this.#records.slice(count);
  }

  #add(record: LogRecord): void {
    this.#records.push(record);
    this.#file?.add(record);
    if (this.#records.length > 2 * RECORDS_MAX) this.#records = this.#records.slice(-RECORDS_MAX);
    for (const notify of [...this.#followers]) notify(record);
  }
}

function passes(record: LogRecord, options: ReadOptions): boolean {
  return (
    options[record.stream] && record.unixMs >= options.sinceMs && record.unixMs <= options.untilMs
  );
}

/** The time of a line as `docker logs -t` prints it: nine digits always. */
export function logTime(unixMs: number): string {
  const text = rfc3339Nano(unixMs);
  const [seconds = '', fraction = ''] = text.slice(0, -1).split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}Z`;
}
