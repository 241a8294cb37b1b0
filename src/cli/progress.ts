/**
 * Progress messages on a terminal (a line for each ID, rewritten in place) or in a pipe (a line each).
 *
 * Real: docker/docker pkg/jsonmessage/jsonmessage.go, docker/cli internal/jsonstream
 */
import { StatusError } from './errors.ts';
import { humanSize } from './formatter/units.ts';
import type { Sys, Terminal } from './process.ts';

export interface ProgressDetail {
  readonly current?: number;
  readonly total?: number;
  readonly hidecounts?: boolean;
  readonly units?: string;
}

export interface ProgressMessage {
  readonly id?: string;
  readonly status?: string;
  readonly stream?: string;
  readonly progressDetail?: ProgressDetail;
  readonly progress?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
  readonly aux?: unknown;
}

export class ProgressDisplay {
  private readonly write: (text: string) => Sys<void>;
  private readonly terminal: Terminal | undefined;
  private lines = new Map<string, number>();

  constructor(write: (text: string) => Sys<void>, terminal: Terminal | undefined) {
    this.write = write;
    this.terminal = terminal;
  }

  /** Shows one message; throws the error that it carries. */
  *show(message: ProgressMessage): Sys<void> {
    if (message.aux !== undefined) return;
    let text = '';
    let up = 0;
    const { id = '' } = message;
    if (id !== '' && message.progressDetail !== undefined) {
      let line = this.lines.get(id);
      if (line === undefined) {
        line = this.lines.size;
        this.lines.set(id, line);
        if (this.terminal !== undefined) text += '\n';
      }
      up = this.lines.size - line;
      if (this.terminal !== undefined) text += `\u001b[${up}A`;
    } else {
      // A line without an ID moves the lines above out of reach.
      this.lines = new Map();
    }
    const failure = message.errorDetail?.message ?? message.error;
    if (failure === undefined) text += this.body(message);
    if (id !== '' && this.terminal !== undefined && up > 0) text += `\u001b[${up}B`;
    if (text !== '') yield* this.write(text);
    if (failure !== undefined) throw new StatusError(failure, message.errorDetail?.code || 1);
  }

  private body(message: ProgressMessage): string {
    const { id = '', status = '', stream = '', progressDetail } = message;
    const bar =
      progressDetail === undefined
        ? ''
        : progressBar(progressDetail, this.terminal?.columns ?? 200);
    const isTerminal = this.terminal !== undefined;
    const rewrites = isTerminal && stream === '' && progressDetail !== undefined;
    if (!rewrites && bar !== '') return '';
    const end = rewrites ? '\r' : '';
    let text = rewrites ? `\u001b[2K${end}` : '';
    if (id !== '') text += `${id}: `;
    if (rewrites) return `${text}${status} ${bar}${end}`;
    if (stream !== '') return text + stream;
    return `${text}${status}\n`;
  }
}

/** `[==>   ] 1.2MB/30MB`; '' when there is nothing to measure. */
function progressBar(detail: ProgressDetail, columns: number): string {
  const { current = 0, total = 0, hidecounts = false, units = '' } = detail;
  if (current <= 0 && total <= 0) return '';
  if (total <= 0) return units === '' ? humanSize(current).padStart(8) : `${current} ${units}`;
  const half = Math.min(50, Math.trunc(Math.trunc((current / total) * 100) / 2));
  const box = columns > 110 ? `[${'='.repeat(half)}>${' '.repeat(50 - half)}] ` : '';
  if (hidecounts) return box;
  if (units !== '') {
    return box + (current > total ? `${current} ${units}` : `${current}/${total} ${units}`);
  }
  const shown = humanSize(current).padStart(8);
  return box + (current > total ? shown : `${shown}/${humanSize(total)}`);
}
