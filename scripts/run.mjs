/**
 * Runs one of the lab's programs in Node: `node scripts/run.mjs play FILE`. TypeScript is bundled once when sources
 * changed, into .cache/run/<name>-<hash>/, and started from there, so that a warm start costs what Node costs.
 * Several may start at once: one builds, the others wait; a finished bundle appears by a rename. Nothing but the
 * program itself writes to stdout.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { withLock } from './lock.mjs';
import { ensureInstalled, fail, root } from './setup.mjs';
import { hashOf } from './sources.mjs';

/** @type {Readonly<Record<string, { entry: string, reads: readonly string[] }>>} */
const programs = {
  play: { entry: 'src/lab/play.ts', reads: [] },
  bridge: { entry: 'src/lab/bridge.ts', reads: [] },
  seeds: { entry: 'tests/lab/seeds-main.ts', reads: ['tests/lab', 'tests/builders'] },
  bench: { entry: 'tests/bench/main.ts', reads: ['tests/bench', 'tests/e2e', 'scripts'] },
};
/** The page is no part of any of them. */
const rooms = readdirSync(join(root, 'src')).filter((entry) => entry !== 'app');
const COMMON = [
  ...rooms.map((room) => `src/${room}`),
  'lessons',
  'package-lock.json',
  'scripts/run.mjs',
];
/** Old bundles that are kept: a program that has begun may still load a part of its own. */
const KEPT = 3;
const KEPT_MS = 60 * 60 * 1000;

/**
 * The tools know the project by where they lie, so a bundle uses them in their place.
 * @type {import('vite').Plugin}
 */
const scriptsStay = {
  name: 'swarm-lab:scripts-stay',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !/\/scripts\/[^/]+\.mjs$/.test(source)) return undefined;
    return { id: pathToFileURL(resolve(dirname(importer), source)).href, external: true };
  },
};

const name = process.argv[2] ?? '';
const program = programs[name] ?? fail(`usage: run.mjs ${Object.keys(programs).join('|')} …`);
await ensureInstalled();
const file = await bundle();
process.argv.splice(1, 2, file);
await import(pathToFileURL(file).href);

/** The file to start, built if need be. */
async function bundle() {
  if (!existsSync(join(root, program.entry))) fail(`${program.entry} does not exist yet.`);
  const folder = join(root, '.cache/run', `${name}-${hashOf([...COMMON, ...program.reads])}`);
  const built = join(folder, `${name}.mjs`);
  if (!existsSync(built)) {
    await withLock(join(root, `.cache/run/${name}.lock`), async () => {
      if (!existsSync(built)) await build(folder);
    });
  }
  return built;
}

/** @param {string} folder */
async function build(folder) {
  const { build } = await import('vite');
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await build({
      root,
      configFile: false,
      plugins: [scriptsStay],
      publicDir: false,
      logLevel: 'silent',
      build: {
        ssr: program.entry,
        target: 'node20',
        outDir: unfinished,
        emptyOutDir: false,
        minify: false,
        reportCompressedSize: false,
        rolldownOptions: {
          output: { entryFileNames: `${name}.mjs`, chunkFileNames: '[name]-[hash].mjs' },
        },
      },
      // Everything goes into the bundle, since resolving packages is most of a start; not so what drives a browser.
      ssr: { noExternal: true, external: ['@playwright/test', 'playwright-core', 'vite'] },
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const why = error instanceof Error ? error.message : String(error);
    fail(`${program.entry} cannot be built:\n${stripVTControlCharacters(why)}`);
  }
  forgetOld();
}

function forgetOld() {
  const parent = join(root, '.cache/run');
  const old = readdirSync(parent)
    .filter((entry) => entry.startsWith(`${name}-`))
    .map((entry) => ({ path: join(parent, entry), at: statSync(join(parent, entry)).mtimeMs }))
    .sort((a, b) => b.at - a.at)
    .slice(KEPT);
  for (const { path, at } of old) {
    if (Date.now() - at > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
