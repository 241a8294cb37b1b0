/**
 * Output and error output in one stream: frames with a header of eight bytes.
 * A frame's length counts UTF-8 bytes; the header's bytes travel as characters of the same number.
 *
 * Real: docker/docker pkg/stdcopy/stdcopy.go
 */
import { StatusError } from './errors.ts';
import { read } from './process.ts';
import type { Readable, Sys } from './process.ts';

export interface StdSinks {
  readonly stdout: (text: string) => Sys<void>;
  readonly stderr: (text: string) => Sys<void>;
}

const HEADER_LENGTH = 8;

/** Copies until the stream ends. */
export function* stdCopy(body: Readable, sinks: StdSinks): Sys<void> {
  const demultiplexer = new Demultiplexer();
  for (;;) {
    const text = yield* read(body);
    if (text === '') return;
    for (const frame of demultiplexer.push(text)) {
      if (frame.stream === 2) yield* sinks.stderr(frame.text);
      else if (frame.stream === 3)
        throw new StatusError(`error from daemon in stream: ${frame.text}`);
      else yield* sinks.stdout(frame.text);
    }
  }
}

export interface Frame {
  readonly stream: number;
  readonly text: string;
}

/** Cuts a stream of text into frames; keeps what is not whole yet. */
export class Demultiplexer {
  private buffer = '';

  push(text: string): Frame[] {
    this.buffer += text;
    const frames: Frame[] = [];
    for (;;) {
      if (this.buffer.length < HEADER_LENGTH) return frames;
      const stream = this.buffer.charCodeAt(0);
      if (stream > 3) throw new StatusError(`Unrecognized input header: ${stream}`);
      let size = 0;
      for (let i = 4; i < HEADER_LENGTH; i += 1) size = size * 256 + this.buffer.charCodeAt(i);
      const end = endOf(this.buffer, HEADER_LENGTH, size);
      if (end === undefined) return frames;
      frames.push({ stream, text: this.buffer.slice(HEADER_LENGTH, end) });
      this.buffer = this.buffer.slice(end);
    }
  }
}

/** Where `bytes` bytes of UTF-8 from `start` end; undefined when they are not all there. */
function endOf(text: string, start: number, bytes: number): number | undefined {
  let at = start;
  for (let left = bytes; left > 0;) {
    if (at >= text.length) return undefined;
    const code = text.codePointAt(at) ?? 0;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += code >= 0x10000 ? 2 : 1;
  }
  return at;
}
