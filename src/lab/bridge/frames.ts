/**
 * Docker's multiplexed stream: 8-byte headers (stream, 0, 0, 0, length) before each piece of stdout or stderr.
 *
 * Inside the lab streams are text: a head is eight characters, and its length counts the payload's UTF-8 bytes. On a real socket all are bytes.
 */
const HEADER = 8;
const START = ['\0\x01\x02', '\0', '\0', '\0'] as const;

export class FrameRecoder {
  #text = '';
  #isFramed: boolean | undefined;

  /** Bytes for `text`; what is not yet whole waits for the next call. */
  push(text: string): Buffer {
    this.#text += text;
    this.#isFramed ??= begins(this.#text);
    if (this.#isFramed === undefined) return Buffer.alloc(0);
    return this.#isFramed ? this.#frames() : this.#plain();
  }

  /** What was held back because it was too short to tell. */
  flush(): Buffer {
    const bytes = Buffer.from(this.#text, 'utf8');
    this.#text = '';
    return bytes;
  }

  #frames(): Buffer {
    const out: Buffer[] = [];
    while (this.#text.length >= HEADER) {
      const end = endOf(this.#text, lengthAt(this.#text));
      if (end === undefined) break;
      out.push(
        Buffer.from(this.#text.slice(0, HEADER), 'latin1'),
        Buffer.from(this.#text.slice(HEADER, end), 'utf8'),
      );
      this.#text = this.#text.slice(end);
    }
    return Buffer.concat(out);
  }

  /** Half a character stays until its other half is there. */
  #plain(): Buffer {
    const isHalf = /[\ud800-\udbff]$/.test(this.#text);
    const whole = isHalf ? this.#text.slice(0, -1) : this.#text;
    this.#text = isHalf ? this.#text.slice(-1) : '';
    return Buffer.from(whole, 'utf8');
  }
}

/** Whether a stream begins with a frame's header; undefined while it might. One keystroke's echo must not wait for the next. */
function begins(text: string): boolean | undefined {
  const seen = Math.min(text.length, START.length);
  for (let i = 0; i < seen; i++) if (!START[i]?.includes(text[i] as string)) return false;
  return text.length >= START.length ? true : undefined;
}

function lengthAt(text: string): number {
  let length = 0;
  for (let i = 4; i < HEADER; i++) length = length * 256 + text.charCodeAt(i);
  return length;
}

/** Where `bytes` bytes after the head end; undefined while they are not all there. */
function endOf(text: string, bytes: number): number | undefined {
  let end = HEADER;
  for (let left = bytes; left > 0;) {
    const character = text.codePointAt(end);
    if (character === undefined) return undefined;
    left -= character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    end += character < 0x10000 ? 1 : 2;
  }
  return end;
}
