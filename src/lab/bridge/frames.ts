/**
 * Docker's multiplexed stream: 8-byte headers (stream, 0, 0, 0, length) before each piece of stdout or stderr.
 *
 * Inside the lab streams are text and lengths count characters; on a real socket they are bytes. This turns one into the other.
 */
const HEADER = 8;

export class FrameRecoder {
  #text = '';
  #isFramed: boolean | undefined;

  /** Bytes for `text`; what is not yet whole waits for the next call. */
  push(text: string): Buffer {
    this.#text += text;
    if (this.#isFramed === undefined) {
      if (this.#text.length < 4) return Buffer.alloc(0);
      this.#isFramed = /^[\0\x01\x02]\0\0\0/.test(this.#text);
    }
    if (!this.#isFramed) return this.#rest();
    const out: Buffer[] = [];
    while (this.#text.length >= HEADER) {
      const length = lengthAt(this.#text);
      if (this.#text.length < HEADER + length) break;
      const payload = Buffer.from(this.#text.slice(HEADER, HEADER + length), 'utf8');
      const header = Buffer.alloc(HEADER);
      header[0] = this.#text.charCodeAt(0);
      header.writeUInt32BE(payload.length, 4);
      out.push(header, payload);
      this.#text = this.#text.slice(HEADER + length);
    }
    return Buffer.concat(out);
  }

  /** What was held back because it was too short to tell. */
  flush(): Buffer {
    return this.#rest();
  }

  #rest(): Buffer {
    const bytes = Buffer.from(this.#text, 'utf8');
    this.#text = '';
    return bytes;
  }
}

function lengthAt(text: string): number {
  let length = 0;
  for (let i = 4; i < HEADER; i++) length = length * 256 + text.charCodeAt(i);
  return length;
}
