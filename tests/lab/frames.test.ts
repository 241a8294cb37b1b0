/** What a container prints as frames inside the lab, and as bytes on a real socket. */
import { describe, expect, it } from 'vitest';
import { Demultiplexer } from '../../src/cli/stdcopy.ts';
import { frames } from '../../src/engine/containers/io.ts';
import { FrameRecoder } from '../../src/lab/bridge/frames.ts';

const TEXTS = [
  'short\n',
  'a'.repeat(127),
  'b'.repeat(128),
  'c'.repeat(300),
  '로그 한 줄 🐳\n'.repeat(40),
];

describe('frames', () => {
  it.each(TEXTS)('a piece of output stays one frame, whatever its length: %#', (text) => {
    expect(new Demultiplexer().push(frames('stderr', text))).toEqual([{ stream: 2, text }]);
  });

  it('what is longer than the daemon copies at a time comes in more', () => {
    const text = '가'.repeat(30_000);
    const pieces = new Demultiplexer().push(frames('stdout', text));
    expect(pieces.length).toBe(3);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  });

  it('on a real socket heads are bytes, too, however the text was cut on its way', () => {
    const recoder = new FrameRecoder();
    const all = TEXTS.map((text) => frames('stdout', text)).join('');
    const bytes = Buffer.concat(
      Array.from({ length: Math.ceil(all.length / 7) }, (_, i) =>
        recoder.push(all.slice(i * 7, i * 7 + 7)),
      ),
    );
    const wanted = TEXTS.map((text) => {
      const payload = Buffer.from(text, 'utf8');
      const head = Buffer.from([1, 0, 0, 0, 0, 0, payload.length >> 8, payload.length & 255]);
      return Buffer.concat([head, payload]);
    });
    expect(bytes.equals(Buffer.concat(wanted))).toBe(true);
  });
});
