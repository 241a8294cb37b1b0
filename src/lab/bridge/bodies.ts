/**
 * Bodies of requests, from bytes to the lab's text.
 *
 * Text inside the lab is characters, so bytes that are no UTF-8 cannot go in. In an archive (`docker build`, `cp`, `load`) such a file
 * goes in as the lab's own archives carry binaries: empty, with the PAX record `LAB.bytes`. It keeps its name, size and rights; what is in
 * it is lost, and nothing in the lab looks into it.
 */
import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;
/** Records that mean something to the lab; times and extended attributes of other machines do not. */
const KEPT_RECORDS: ReadonlySet<string> = new Set(['path', 'linkpath', 'LAB.bytes', 'LAB.program']);

export function bodyText(bytes: Buffer): string {
  const plain = isGzip(bytes) ? gunzipSync(bytes) : bytes;
  return (isTar(plain) ? plainArchive(plain) : plain).toString('utf8');
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isTar(bytes: Buffer): boolean {
  return bytes.length >= BLOCK && bytes.toString('latin1', 257, 262) === 'ustar';
}

/** The archive with nothing but UTF-8 in it: long names as PAX records whatever form they had, binaries without their content. */
export function plainArchive(bytes: Buffer): Buffer {
  const out: Buffer[] = [];
  let records = new Map<string, string>();
  let at = 0;
  while (at + BLOCK <= bytes.length && bytes[at] !== 0) {
    const header = Buffer.from(bytes.subarray(at, at + BLOCK));
    const size = numberAt(header, 124, 12);
    const body = bytes.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + padded(size);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') records = new Map([...records, ...recordsOf(body)]);
    else if (type === 'L') records.set('path', textOf(body));
    else if (type === 'K') records.set('linkpath', textOf(body));
    else if (type !== 'g') {
      out.push(entry(header, body, records));
      records = new Map();
    }
  }
  return Buffer.concat([...out, Buffer.alloc(2 * BLOCK)]);
}

function entry(header: Buffer, body: Buffer, records: ReadonlyMap<string, string>): Buffer {
  const told = new Map(records);
  const prefix =
    header.toString('latin1', 257, 263) === 'ustar\0' ? textOf(header.subarray(345, 500)) : '';
  if (prefix !== '' && !told.has('path'))
    told.set('path', `${prefix}/${textOf(header.subarray(0, 100))}`);
  const isBinary = !isUtf8(body);
  if (isBinary) told.set('LAB.bytes', String(body.length));
  const content = isBinary ? Buffer.alloc(0) : body;
  const head = rewritten(header, content.length);
  const pax = Buffer.from([...told].map(([key, value]) => record(key, value)).join(''), 'utf8');
  return Buffer.concat(
    pax.length === 0
      ? [head, filled(content)]
      : [paxHeader(pax.length), filled(pax), head, filled(content)],
  );
}

/** The header with numbers in octal digits, names that are UTF-8, and another size. */
function rewritten(header: Buffer, size: number): Buffer {
  for (const [from, width] of [
    [100, 8],
    [108, 8],
    [116, 8],
    [136, 12],
  ] as const)
    writeNumber(header, from, width, numberAt(header, from, width));
  writeNumber(header, 124, 12, size);
  for (const [from, to] of [
    [0, 100],
    [157, 257],
    [265, 512],
  ] as const) {
    const part = header.subarray(from, to);
    if (!isUtf8(part)) part.fill(0);
  }
  return header;
}

function paxHeader(size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write('PaxHeaders/x');
  for (const [from, width] of [
    [100, 8],
    [108, 8],
    [116, 8],
    [136, 12],
  ] as const)
    writeNumber(header, from, width, 0);
  writeNumber(header, 124, 12, size);
  header.write('x', 156);
  header.write('ustar\x0000', 257, 'latin1');
  return header;
}

/** Octal digits, or GNU's base 256. */
function numberAt(header: Buffer, from: number, width: number): number {
  const field = header.subarray(from, from + width);
  if ((field[0] ?? 0) & 0x80)
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  return parseInt(textOf(field).trim() || '0', 8) || 0;
}

function writeNumber(header: Buffer, from: number, width: number, value: number): void {
  const digits = value.toString(8).padStart(width - 1, '0');
  header.write(
    digits.length < width ? `${digits}\0` : '0'.padStart(width - 1, '0').concat('\0'),
    from,
    'latin1',
  );
}

function recordsOf(body: Buffer): Map<string, string> {
  const out = new Map<string, string>();
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const length = parseInt(body.toString('latin1', at, space), 10);
    if (space < 0 || !(length > 0)) break;
    const text = body.toString('utf8', space + 1, at + length - 1);
    const key = text.slice(0, text.indexOf('='));
    if (KEPT_RECORDS.has(key)) out.set(key, text.slice(key.length + 1));
    at += length;
  }
  return out;
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

function filled(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(padded(content.length) - content.length)]);
}
