/**
 * The file of the json-file driver: a line of JSON for each line that a container printed, turned over at `max-size`.
 *
 * Real:     moby daemon/logger/jsonfilelog, daemon/logger/loggerutils/logfile.go (rotate).
 * Left out: compression of what was turned over; `local` keeps no file that could be read.
 */
import { rfc3339Nano, SystemError, utf8Length, type Machine } from '../../sim/index.ts';
import type { HostConfig } from '../api/types.ts';
import type { LogRecord } from './logs.ts';

/** Lines that come together are written together. */
const FLUSH_MS = 20;

export interface LogFileOptions {
  readonly machine: Machine;
  readonly folder: string;
  readonly id: string;
  readonly hostConfig: HostConfig;
  /** So many lines, the oldest, have gone with a file. */
  readonly dropped: (count: number) => void;
}

export class LogFile {
  readonly #options: LogFileOptions;
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  /** Lines in each file, the current one last. */
  readonly #counts: number[] = [0];
  #bytes = 0;
  #waiting: string[] = [];
  #isPlanned = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#path = `${options.folder}/${options.id}-json.log`;
    const config = options.hostConfig.LogConfig?.Config ?? {};
    this.#maxBytes = sizeOf(config['max-size']);
    this.#maxFiles = Math.max(1, Number(config['max-file'] ?? '1') || 1);
    const { files } = options.machine;
    files.mkdir(options.folder, { parents: true, mode: 0o710 });
    if (files.exists(this.#path)) this.#bytes = utf8Length(files.readFile(this.#path));
    else files.writeFile(this.#path, '', { mode: 0o640 });
  }

  add(record: LogRecord): void {
    const { text: log, stream, unixMs } = record;
    this.#waiting.push(`${JSON.stringify({ log, stream, time: rfc3339Nano(unixMs) })}\n`);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#options.machine.world.schedule(FLUSH_MS, 'log file', () => this.flush());
  }

  flush(): void {
    this.#isPlanned = false;
    const lines = this.#waiting;
    this.#waiting = [];
    let batch = '';
    for (const line of lines) {
      const bytes = utf8Length(line);
      if (this.#maxBytes > 0 && this.#bytes > 0 && this.#bytes + bytes > this.#maxBytes) {
        this.#append(batch);
        batch = '';
        this.#turnOver();
      }
      batch += line;
      this.#bytes += bytes;
      this.#counts[this.#counts.length - 1] = (this.#counts[this.#counts.length - 1] ?? 0) + 1;
    }
    this.#append(batch);
  }

  /** On a full disk lines are lost; the daemon complains in its own log and goes on. */
  #append(text: string): void {
    const { files } = this.#options.machine;
    try {
      if (text !== '' && files.exists(this.#options.folder)) files.appendFile(this.#path, text);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  #turnOver(): void {
    const { files } = this.#options.machine;
    if (!files.exists(this.#path)) return;
    const name = (i: number): string => (i === 0 ? this.#path : `${this.#path}.${i}`);
    const oldest = name(this.#maxFiles - 1);
    if (this.#counts.length >= this.#maxFiles) {
      this.#options.dropped(this.#counts.shift() ?? 0);
      if (files.exists(oldest)) files.remove(oldest);
    }
    for (let i = this.#maxFiles - 2; i >= 0; i--)
      if (files.exists(name(i))) files.rename(name(i), name(i + 1));
    files.writeFile(this.#path, '', { mode: 0o640 });
    this.#counts.push(0);
    this.#bytes = 0;
  }
}

/** `10m`, `512k`; 0: no limit. */
function sizeOf(text: string | undefined): number {
  const m = /^(\d+)([kmg]?)b?$/i.exec(text ?? '');
  const factor = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
  return m ? Number(m[1]) * factor[(m[2] ?? '').toLowerCase() as '' | 'k' | 'm' | 'g'] : 0;
}
