/** The server's error log, as each version writes it. Real: sql/log.cc. */
import { civil, type Process } from '../../sim/index.ts';
import { two } from '../sql/dates.ts';
import { streamLog, type Log } from '../net/output.ts';
import { isAtLeast, type Release } from './releases.ts';

export type Level = 'System' | 'Note' | 'Warning' | 'ERROR';

export class ErrorLog {
  readonly #process: Process;
  readonly #release: Release;
  readonly #out: Log;

  constructor(process: Process, release: Release) {
    this.#process = process;
    this.#release = release;
    this.#out = streamLog(process.stderr);
  }

  /** `code` and `system` are what 8.0 and later put before the text; without a code those stay silent. */
  say(level: Level, text: string, code?: string, system = 'Server'): void {
    const { unixMs } = this.#process.kernel.world;
    const { year, month, day, hour, minute, second } = civil(unixMs);
    const micros = String((unixMs % 1000) * 1000 + this.#process.kernel.world.random('mysql log').below(1000)).padStart(6, '0');
    const date = `${year}-${two(month)}-${two(day)}`;
    const shown = level === 'System' ? 'Note' : level;
    if (this.#release.product === 'mariadb') {
      const thread = isAtLeast(this.#release, '10.3.0') ? '0' : '140212519581568';
      return this.#out(`${date} ${String(hour).padStart(2, ' ')}:${two(minute)}:${two(second)} ${thread} [${shown}] ${text}\n`);
    }
    const stamp = `${date}T${two(hour)}:${two(minute)}:${two(second)}.${micros}Z 0`;
    if (!isAtLeast(this.#release, '8.0.0')) return this.#out(`${stamp} [${shown}] ${text}\n`);
    if (code === undefined) return;
    this.#out(`${stamp} [${level}] [${code}] [${system}] ${text}\n`);
  }
}
