import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bodyText } from '../../src/lab/bridge/bodies.ts';
import { FrameRecoder } from '../../src/lab/bridge/frames.ts';
import { readTar } from '../../src/sim/index.ts';

const BINARY = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x80, 0]);
const LONG = `${'deep/'.repeat(30)}name.txt`;

/** An archive as the computer's own `tar` makes it. */
function archive(format: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'bodies-'));
  execFileSync('mkdir', ['-p', join(folder, 'deep/'.repeat(30))]);
  writeFileSync(join(folder, 'binary'), BINARY);
  writeFileSync(join(folder, '글.txt'), '안녕\n');
  writeFileSync(join(folder, LONG), 'far down\n');
  return execFileSync('tar', [
    '-C',
    folder,
    '--format',
    format,
    '-cf',
    '-',
    'binary',
    '글.txt',
    LONG,
  ]);
}

describe('archives on their way in', () => {
  it.each(['gnu', 'pax', 'ustar'])('%s', (format) => {
    const entries = new Map(
      readTar(bodyText(archive(format)))?.map(({ path, node }) => [path, node]),
    );
    expect([...entries.keys()]).toEqual(['binary', '글.txt', LONG]);
    expect(entries.get('글.txt')).toMatchObject({ content: '안녕\n' });
    expect(entries.get(LONG)).toMatchObject({ content: 'far down\n' });
    expect(entries.get('binary')).toMatchObject({ content: { bytes: BINARY.length } });
  });

  it('compressed ones are unpacked first', () => {
    const plain = archive('pax');
    expect(bodyText(gzipSync(plain))).toBe(bodyText(plain));
  });

  it('other bodies stay as they are', () =>
    expect(bodyText(Buffer.from('{"Image":"글"}'))).toBe('{"Image":"글"}'));
});

describe('streams on their way out', () => {
  const frame = (stream: number, text: string): string =>
    `${String.fromCharCode(stream)}\0\0\0\0\0\0${String.fromCharCode(Buffer.byteLength(text))}${text}`;

  it('frames come out whole, wherever a piece is cut', () => {
    const text = frame(1, '안녕\n') + frame(2, 'oops\n');
    for (let cut = 0; cut <= text.length; cut++) {
      const recoder = new FrameRecoder();
      const bytes = Buffer.concat([
        recoder.push(text.slice(0, cut)),
        recoder.push(text.slice(cut)),
        recoder.flush(),
      ]);
      expect(bytes).toEqual(
        Buffer.concat([
          Buffer.from([1, 0, 0, 0, 0, 0, 0, 7]),
          Buffer.from('안녕\n'),
          Buffer.from([2, 0, 0, 0, 0, 0, 0, 5]),
          Buffer.from('oops\n'),
        ]),
      );
    }
  });

  it('a single key is echoed at once', () =>
    expect(new FrameRecoder().push('a').toString()).toBe('a'));

  it('a character that is cut in two arrives whole', () => {
    const recoder = new FrameRecoder();
    expect(Buffer.concat([recoder.push('x\ud83d'), recoder.push('\udc33')]).toString()).toBe('x🐳');
  });
});
