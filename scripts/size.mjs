/**
 * `npm run size`: what the first load weighs, read off dist/. The page is everything that index.html brings by itself:
 * scripts, what they import, stylesheets; the web worker likewise. Parts that are loaded later (the editor) are listed
 * beneath. Fonts are counted apart. Sizes are after gzip; a kB is 1,000 bytes.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { dist, ensureBuilt } from './build.mjs';

export const BUDGET_KB = { page: 200, worker: 300 };

/**
 * @typedef {{ name: string, gzip: number }} Part
 * @typedef {{ page: Part[], worker: Part[], later: Part[] }} Sizes
 */

/** @returns {Sizes} */
export function sizes() {
  const html = read('index.html');
  const entries = [
    ...html.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g),
  ];
  const page = reach(
    entries.map((match) => match[1] ?? ''),
    importsOf,
  );
  const everything = reach(page, namesIn);
  const workers = everything.filter((name) => /^assets\/worker-[^/]*\.js$/.test(name));
  const worker = reach(workers, importsOf);
  const later = everything.filter((name) => !page.includes(name) && !worker.includes(name));
  return {
    page: ['index.html', ...page].map(part),
    worker: worker.map(part),
    later: later.map(part),
  };
}

/** @param {readonly Part[]} parts */
export function totalKb(parts) {
  return parts.reduce((sum, { gzip }) => sum + gzip, 0) / 1000;
}

/**
 * Everything that can be reached from these files.
 * @param {readonly string[]} from
 * @param {(name: string) => string[]} next
 */
function reach(from, next) {
  const found = new Set(from);
  for (const name of found) for (const other of next(name)) found.add(other);
  return [...found];
}

/**
 * What a script imports at once. Bundled scripts have their imports at the front, one form each.
 * @param {string} name
 */
function importsOf(name) {
  if (!name.endsWith('.js')) return [];
  const statements = /(?:^|[;}\n])\s*(?:import|export)\b(?!\s*\()[^;"'()]*?["'](\.[^"']+\.js)["']/g;
  return [...read(name).matchAll(statements)].map((match) => resolve(name, match[1] ?? ''));
}

/**
 * Every built file that a script names in any way.
 * @param {string} name
 */
function namesIn(name) {
  if (!name.endsWith('.js')) return [];
  const names = read(name).matchAll(/["'`](?:\.\/|assets\/)?([\w.-]+-[\w-]{8}\.(?:js|css))["'`]/g);
  return [...names].map((match) => `assets/${match[1]}`).filter(exists);
}

/**
 * @param {string} from
 * @param {string} specifier
 */
function resolve(from, specifier) {
  return posix.join(posix.dirname(from), specifier);
}

/** @param {string} name */
function exists(name) {
  try {
    return read(name) !== '';
  } catch {
    return false;
  }
}

/** @param {string} name */
function read(name) {
  return readFileSync(join(dist, name), 'utf8');
}

/**
 * @param {string} name
 * @returns {Part}
 */
function part(name) {
  return { name, gzip: gzipSync(readFileSync(join(dist, name))).length };
}

function print() {
  const all = sizes();
  for (const [title, parts] of Object.entries(all)) {
    const budget =
      title === 'later' ? '' : ` of ${BUDGET_KB[/** @type {'page' | 'worker'} */ (title)]}`;
    console.log(`${title}: ${totalKb(parts).toFixed(1)}${budget} kB`);
    for (const { name, gzip } of [...parts].sort((a, b) => b.gzip - a.gzip)) {
      console.log(`  ${(gzip / 1000).toFixed(1).padStart(7)}  ${name}`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureBuilt();
  print();
}
