/**
 * `npm run zip`: one file to hand out, swarm-lab.zip, with the built folder inside. Written here because Node has the
 * compression but not the container, and so that the same folder gives the same bytes (no times in it).
 */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { dist, ensureBuilt } from './build.mjs';
import { root } from './setup.mjs';

const FOLDER = 'swarm-lab';
/** 1980-01-01, the zero of the format's dates. */
const DATE = (1 << 5) | 1;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
const VERSION = 20;

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

await ensureBuilt();
const out = join(root, 'swarm-lab.zip');
const archive = zip(readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort());
writeFileSync(out, archive);
console.log(`${relative(process.cwd(), out)}: ${(archive.length / 1024 / 1024).toFixed(1)} MB`);

/** @param {string[]} names */
function zip(names) {
  const bodies = [];
  const directory = [];
  let offset = 0;
  for (const name of names.filter((name) => statSync(join(dist, name)).isFile())) {
    const entry = entryOf(name, offset);
    bodies.push(entry.local);
    directory.push(entry.central);
    offset += entry.local.length;
  }
  const index = Buffer.concat(directory);
  return Buffer.concat([...bodies, index, endOf(directory.length, index.length, offset)]);
}

/**
 * @param {string} name
 * @param {number} offset
 */
function entryOf(name, offset) {
  const content = readFileSync(join(dist, name));
  const packed = deflateRawSync(content, { level: 9 });
  const path = Buffer.from(`${FOLDER}/${name.split(sep).join('/')}`);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt16LE(DEFLATED, 4);
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(path.length, 22);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return {
    local: Buffer.concat([Buffer.from('PK\x03\x04'), fields, path, packed]),
    central: Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.of(VERSION, 0), fields, rest, path]),
  };
}

/**
 * @param {number} count
 * @param {number} size
 * @param {number} offset
 */
function endOf(count, size, offset) {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

/** @param {Buffer} bytes */
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}
