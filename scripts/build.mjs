/**
 * Builds the page into dist/, one folder of static files. `ensureBuilt` does so only when sources changed.
 * `LAB_DIST` names another folder, for those who build beside each other.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { ensureInstalled, root } from './setup.mjs';
import { hashOf } from './sources.mjs';

const chosen = process.env['LAB_DIST'];
export const dist = chosen ? resolve(chosen) : join(root, 'dist');
const stamp = chosen ? `${dist}.built` : join(root, '.cache/built');
const INPUTS = [
  'src',
  'lessons',
  'static',
  'scripts',
  'index.html',
  'vite.config.ts',
  'package-lock.json',
];

/** @param {{ force?: boolean }} options */
export async function ensureBuilt({ force = false } = {}) {
  await ensureInstalled();
  await withLock(join(root, '.cache/build.lock'), async () => {
    const inputs = hashOf(INPUTS);
    if (!force && isBuilt(inputs)) return;
    rmSync(stamp, { force: true });
    console.error('Building the page …');
    const { build } = await import('vite');
    await build({ root, logLevel: 'warn', build: { outDir: dist, emptyOutDir: true } });
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, inputs);
  });
}

/** @param {string} inputs */
function isBuilt(inputs) {
  return (
    existsSync(join(dist, 'index.html')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === inputs
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureBuilt({ force: true });
  console.log(`${dist} is ready.`);
}
