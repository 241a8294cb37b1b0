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

  /** `code` and `system` are what 8.0 and later put before the text; without a code those stay silent, and System is theirs alone. */
  say(level: Level, text: string, code?: string, system = 'Server'): void {
    const is8 = this.#release.product === 'mysql' && isAtLeast(this.#release, '8.0.0');
    if (is8 ? code === undefined : level === 'System') return;
    const { unixMs } = this.#process.kernel.world;
    const { year, month, day, hour, minute, second } = civil(unixMs);
    const micros = String(
      (unixMs % 1000) * 1000 + this.#process.kernel.world.random('mysql log').below(1000),
    ).padStart(6, '0');
    const date = `${year}-${two(month)}-${two(day)}`;
    if (this.#release.product === 'mariadb') {
      const thread = isAtLeast(this.#release, '10.3.0') ? '0' : '140212519581568';
      return this.#out(
        `${date} ${String(hour).padStart(2, ' ')}:${two(minute)}:${two(second)} ${thread} [${level}] ${text}\n`,
      );
    }
    const stamp = `${date}T${two(hour)}:${two(minute)}:${two(second)}.${micros}Z 0`;
    if (!is8) return this.#out(`${stamp} [${level}] ${text}\n`);
    this.#out(`${stamp} [${level}] [${code ?? ''}] [${system}] ${text}\n`);
  }
}
