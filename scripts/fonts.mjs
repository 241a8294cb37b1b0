/**
 * A Vite plugin: `import 'virtual:fonts.css'` brings the two fonts of the page, cut to what the page can show.
 *
 *   'Lab Mono'  (D2Coding)    terminals and code: Latin, box drawing, arrows, jamo; the syllables of the lessons, the page
 *                             and the lab; and, loaded only when needed, the rest of KS X 1001's 2,350 syllables
 *   'Lab Sans'  (Pretendard)  everything else, weights 400 to 700: Latin and the same syllables
 *
 * In CSS: `font-family: 'Lab Sans', system-ui, sans-serif` and `'Lab Mono', 'D2Coding', monospace`. Other syllables (a
 * student's own file) fall back to the system's font. The cuts are kept in .cache/fonts and made again when a new
 * character appears. Both fonts are under the OFL (static/fonts-license.txt); a changed font may not bear its old name.
 *
 * D2Coding's cut with ligatures is not used, and all layout features are dropped: in a terminal a cell is a character.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { root } from './setup.mjs';

const MONO = 'node_modules/d2coding/src/d2coding.ttf';
const SANS = 'node_modules/pretendard/dist/public/variable/PretendardVariable.ttf';
const TEXTS = ['lessons', 'src', 'index.html'];
const TEXT_FILE = /\.(ts|svelte|md|ya?ml|html|css|json|txt)$/;

/** @typedef {{ from: number, to: number }} Range */
/** @typedef {{ name: string, family: string, weight: string, ranges: Range[], chars: string, source: Buffer, axes?: object }} Piece */

/** Latin, punctuation, arrows; box drawing and shapes; jamo. Other signs are in the cut when a text uses them. */
const LATIN = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x2010, 0x205e],
  [0x2190, 0x21ff],
];
const SHAPES = [
  [0x2500, 0x25ff],
  [0x3000, 0x303f],
];
const JAMO = [
  [0x1100, 0x11ff],
  [0x3130, 0x318f],
];
const SYLLABLES = { from: 0xac00, to: 0xd7a3 };

/** @returns {import('vite').Plugin} */
export function fonts() {
  return {
    name: 'swarm-lab:fonts',
    resolveId: (id) => (id === 'virtual:fonts.css' ? fontsCss() : undefined),
  };
}

/** The stylesheet's file, made if need be. */
async function fontsCss() {
  const text = charactersOf(TEXTS);
  const recipe = [text.join(''), readFileSync(join(root, 'scripts/fonts.mjs'), 'utf8')];
  for (const font of [MONO, SANS]) recipe.push(String(statSync(join(root, font)).size));
  const hash = createHash('sha256').update(recipe.join('\0')).digest('hex').slice(0, 16);
  const css = join(root, `.cache/fonts/${hash}/fonts.css`);
  if (!existsSync(css)) {
    await withLock(join(root, '.cache/fonts.lock'), async () => {
      if (!existsSync(css)) await cut(text, dirname(css));
    });
  }
  return css;
}

/**
 * @param {readonly string[]} text
 * @param {string} folder
 */
async function cut(text, folder) {
  const { default: subsetFont } = await import('subset-font');
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  let css = '';
  for (const piece of pieces(text, await wholeBar(subsetFont))) {
    const font = await subsetFont(piece.source, piece.chars, {
      targetFormat: 'woff2',
      keepFeatures: [],
      ...(piece.axes ? { variationAxes: piece.axes } : {}),
    });
    writeFileSync(join(unfinished, `${piece.name}.woff2`), font);
    css += fontFace(piece);
  }
  writeFileSync(join(unfinished, 'fonts.css'), css);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

/**
 * Where ranges overlap, a browser asks the face that stands last first, and loads the one before it only for what the
 * last does not hold. So the rare syllables need no list of their own in the stylesheet.
 * @param {readonly string[]} text
 * @param {Buffer} mono
 * @returns {Piece[]}
 */
function pieces(text, mono) {
  const sans = readFileSync(join(root, SANS));
  const [syllables, signs] = [text.filter(isSyllable), text.filter((char) => !isSyllable(char))];
  const common = [...LATIN, ...SHAPES, ...JAMO].map(([from = 0, to = 0]) => ({ from, to }));
  const latin = [...common, ...signs.map(rangeOf).filter(({ from }) => !holds(common, from))];
  const rare = ksx1001().filter((char) => !text.includes(char));
  const monoFace = { family: 'Lab Mono', weight: '400', source: mono };
  const sansFace = {
    family: 'Lab Sans',
    weight: '400 700',
    source: sans,
    axes: { wght: { min: 400, max: 700 } },
  };
  return [
    { ...monoFace, name: 'mono-rare', ranges: [SYLLABLES], chars: rare.join('') },
    { ...monoFace, name: 'mono-text', ranges: [SYLLABLES], chars: syllables.join('') },
    { ...monoFace, name: 'mono-latin', ranges: latin, chars: charsOf(latin) },
    { ...sansFace, name: 'sans-text', ranges: [SYLLABLES], chars: syllables.join('') },
    { ...sansFace, name: 'sans-latin', ranges: latin, chars: charsOf(latin) },
  ];
}

/** @param {Piece} piece */
function fontFace(piece) {
  const range = piece.ranges
    .map(({ from, to }) => `U+${from.toString(16)}-${to.toString(16)}`)
    .join(',');
  return `@font-face{font-family:'${piece.family}';font-style:normal;font-weight:${piece.weight};font-display:swap;src:url('./${piece.name}.woff2') format('woff2');unicode-range:${range}}\n`;
}

/**
 * D2Coding with its `|` in one piece: it draws two strokes, one above the other, which reads as U+00A6 in a terminal
 * full of pipes. The glyph is found by its bytes and becomes one rectangle around both strokes.
 * @param {typeof import('subset-font').default} subsetFont
 */
async function wholeBar(subsetFont) {
  const font = readFileSync(join(root, MONO));
  const bar = glyfOf(
    Buffer.from(await subsetFont(font, '|', { targetFormat: 'sfnt', keepFeatures: [] })),
  );
  const at = font.indexOf(bar);
  if (at < 0 || font.indexOf(bar, at + 1) >= 0)
    throw new Error('The glyph of | was not found once in D2Coding.');
  const [left = 0, bottom = 0, right = 0, top = 0] = [2, 4, 6, 8].map((offset) =>
    bar.readInt16BE(offset),
  );
  const ON_CURVE = 1;
  const whole = Buffer.alloc(bar.length);
  const box = [1, left, bottom, right, top, 3, 0];
  const deltas = [left, 0, right - left, 0, bottom, top - bottom, 0, bottom - top];
  let offset = 0;
  for (const value of box) offset = whole.writeInt16BE(value, offset);
  for (let point = 0; point < 4; point++) offset = whole.writeInt8(ON_CURVE, offset);
  for (const value of deltas) offset = whole.writeInt16BE(value, offset);
  whole.copy(font, at);
  return font;
}

/**
 * The table of outlines of a font that holds one glyph.
 * @param {Buffer} font
 */
function glyfOf(font) {
  for (let at = 12; at < 12 + 16 * font.readUInt16BE(4); at += 16) {
    if (font.toString('latin1', at, at + 4) !== 'glyf') continue;
    const start = font.readUInt32BE(at + 8);
    return font.subarray(start, start + font.readUInt32BE(at + 12));
  }
  throw new Error('The font has no outlines.');
}

/**
 * Every character outside ASCII that stands in the files, in order.
 * @param {readonly string[]} paths
 */
function charactersOf(paths) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const file of paths.flatMap((path) => filesIn(join(root, path)))) {
    for (const char of readFileSync(file, 'utf8').match(/[^\0-\x7f]/gu) ?? []) found.add(char);
  }
  return [...found].sort();
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesIn(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return TEXT_FILE.test(path) ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

/** The 2,350 syllables of the Korean standard: rows 16 to 40 of its table. */
function ksx1001() {
  const decoder = new TextDecoder('euc-kr');
  const chars = [];
  for (let row = 0xb0; row <= 0xc8; row++) {
    for (let cell = 0xa1; cell <= 0xfe; cell++)
      chars.push(decoder.decode(Uint8Array.of(row, cell)));
  }
  return chars;
}

/** @param {string} char */
function isSyllable(char) {
  return holds([SYLLABLES], char.codePointAt(0) ?? 0);
}

/**
 * @param {string} char
 * @returns {Range}
 */
function rangeOf(char) {
  const code = char.codePointAt(0) ?? 0;
  return { from: code, to: code };
}

/**
 * @param {readonly Range[]} ranges
 * @param {number} code
 */
function holds(ranges, code) {
  return ranges.some(({ from, to }) => from <= code && code <= to);
}

/** @param {Range[]} ranges */
function charsOf(ranges) {
  let chars = '';
  for (const { from, to } of ranges) {
    for (let code = from; code <= to; code++) chars += String.fromCodePoint(code);
  }
  return chars;
}
