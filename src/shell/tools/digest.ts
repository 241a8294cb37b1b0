import { linesOf, openInput, readWhole, reason } from './input.ts';
import { normalize, sha256, write } from '../sys.ts';
import type { Process, Program, Sys } from '../sys.ts';
import { fail, toolName, withOptions } from './options.ts';
import { fromBase64, toBase64, utf8Bytes } from './net/url.ts';

/** `md5sum`, `sha1sum`, `sha256sum`, `base64`. */

type Digest = (bytes: readonly number[]) => string;

/** The message in words of 32 bits, padded as MD5 and SHA do. */
function padded(bytes: readonly number[], isBigEndian: boolean): number[] {
  const length = bytes.length;
  const words = new Array<number>((((length + 8) >> 6) + 1) * 16).fill(0);
  const put = (i: number, byte: number): void => {
    words[i >> 2] =
      (words[i >> 2] as number) | (byte << (isBigEndian ? 24 - (i % 4) * 8 : (i % 4) * 8));
  };
  bytes.forEach((byte, i) => put(i, byte));
  put(length, 0x80);
  const high = Math.floor(length / 0x20000000);
  words[words.length - (isBigEndian ? 2 : 1)] = high;
  words[words.length - (isBigEndian ? 1 : 2)] = (length << 3) >>> 0;
  return words;
}

const rotate = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
const reversed = (word: number): number =>
  ((word & 255) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);

// floor(2^32 × |sin(i + 1)|), RFC 1321.
const SINES =
  (
    'd76aa478e8c7b756242070dbc1bdceeef57c0faf4787c62aa8304613fd469501698098d88b44f7afffff5bb1895cd7be6b901122fd987193a679438e49b40821' +
    'f61e2562c040b340265e5a51e9b6c7aad62f105d02441453d8a1e681e7d3fbc821e1cde6c33707d6f4d50d87455a14eda9e3e905fcefa3f8676f02d98d2a4c8a' +
    'fffa39428771f6816d9d6122fde5380ca4beea444bdecfa9f6bb4b60bebfbc70289b7ec6eaa127fad4ef308504881d05d9d4d039e6db99e51fa27cf8c4ac5665' +
    'f4292244432aff97ab9423a7fc93a039655b59c38f0ccc92ffeff47d85845dd16fa87e4ffe2ce6e0a30143144e0811a1f7537e82bd3af2352ad7d2bbeb86d391'
  )
    .match(/.{8}/g)
    ?.map((text) => parseInt(text, 16)) ?? [];
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

export const md5: Digest = (bytes) => {
  const words = padded(bytes, false);
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < words.length; at += 16) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f =
        round === 0
          ? (b & c) | (~b & d)
          : round === 1
            ? (d & b) | (~d & c)
            : round === 2
              ? b ^ c ^ d
              : c ^ (b | ~d);
      const g =
        round === 0
          ? i
          : round === 1
            ? (5 * i + 1) % 16
            : round === 2
              ? (3 * i + 5) % 16
              : (7 * i) % 16;
      const sum = (a + f + (SINES[i] as number) + (words[at + g] as number)) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, SHIFTS[round * 4 + (i % 4)] as number)) | 0];
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  return [a0, b0, c0, d0].map((word) => hex(reversed(word))).join('');
};

export const sha1: Digest = (bytes) => {
  const words = padded(bytes, true);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < words.length; at += 16) {
    const w = words.slice(at, at + 16);
    for (let i = 16; i < 80; i++)
      w.push(
        rotate(
          (w[i - 3] as number) ^
            (w[i - 8] as number) ^
            (w[i - 14] as number) ^
            (w[i - 16] as number),
          1,
        ),
      );
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const [f, k] =
        i < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      const next = (rotate(a, 5) + f + e + k + (w[i] as number)) | 0;
      [e, d, c, b, a] = [d, c, rotate(b, 30), a, next];
    }
    state = [a, b, c, d, e].map((word, i) => (word + (state[i] as number)) | 0);
  }
  return state.map(hex).join('');
};

function sumTool(digest: Digest): Program {
  return (process) =>
    withOptions(process, 'c:check b t :quiet :status', function* (options) {
      let status = 0;
      for (const name of options.operands.length > 0 ? options.operands : ['-']) {
        try {
          const text = yield* readWhole(openInput(process, name));
          if (options.has('c')) status = (yield* check(process, digest, text)) || status;
          else yield* write(process.stdout, `${digest(utf8Bytes(text))}  ${name}\n`);
        } catch (error) {
          status = yield* fail(process, `${name}: ${reason(error)}`);
        }
      }
      return status;
    });
}

function* check(process: Process, digest: Digest, text: string): Sys<number> {
  let failed = 0;
  for (const line of linesOf(text)) {
    const found = /^([0-9a-f]+) [ *](.*)$/.exec(line);
    if (!found) continue;
    const [, sum, name = ''] = found;
    const node = process.namespace.files.lookup(normalize(name, process.cwd));
    const isRight =
      node?.type === 'file' &&
      digest(utf8Bytes(process.namespace.files.readFile(normalize(name, process.cwd)))) === sum;
    if (!isRight) failed++;
    yield* write(process.stdout, `${name}: ${isRight ? 'OK' : 'FAILED'}\n`);
  }
  if (failed > 0)
    yield* write(
      process.stderr,
      `${toolName(process)}: WARNING: ${failed} computed checksum${failed > 1 ? 's' : ''} did NOT match\n`,
    );
  return failed > 0 ? 1 : 0;
}

export const md5sum = sumTool(md5);
export const sha1sum = sumTool(sha1);
export const sha256sum = sumTool(sha256);

export const base64: Program = (process) =>
  withOptions(process, 'd:decode w:wrap= i', function* (options) {
    try {
      const text = yield* readWhole(openInput(process, options.operands[0] ?? '-'));
      if (options.has('d')) {
        const decoded = fromBase64(text);
        if (decoded === undefined) return yield* fail(process, 'invalid input');
        yield* write(process.stdout, decoded);
        return 0;
      }
      const width = Number(options.get('w') ?? 76);
      const encoded = toBase64(text);
      yield* write(
        process.stdout,
        width > 0
          ? `${(encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n')}\n`
          : encoded,
      );
      return 0;
    } catch (error) {
      return yield* fail(process, `${options.operands[0] ?? '-'}: ${reason(error)}`);
    }
  });
