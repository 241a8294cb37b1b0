/**
 * `npm test`: everything that must hold, as the only command on a fresh clone.
 *
 *   lint    eslint and prettier
 *   types   tsc over everything; over the deterministic rooms without DOM and Node; svelte-check
 *   unit    vitest: rooms, walls, conformance, lessons
 *   e2e     the built page in a real Chromium, served under a sub-path
 *
 * `npm test -- types unit` runs some of them. It closes with `N passed, N failed`; a section that finds no tests, or
 * ends badly without naming a test, counts as a failure.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, fail, root } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, skipped?: number }} Count */

const VITEST_JSON = join(root, '.cache/vitest.json');
const PLAYWRIGHT_JSON = join(root, '.cache/playwright.json');

/**
 * The file behind each command of node_modules: started by node itself, on every system alike.
 * @type {Readonly<Record<string, string>>}
 */
const BINARIES = {
  eslint: 'node_modules/eslint/bin/eslint.js',
  tsc: 'node_modules/typescript/bin/tsc',
  'svelte-check': 'node_modules/svelte-check/bin/svelte-check',
  vitest: 'node_modules/vitest/vitest.mjs',
  playwright: 'node_modules/@playwright/test/cli.js',
};

/** @type {Readonly<Record<string, () => Promise<Count>>>} */
const SECTIONS = { lint, types, unit, e2e };

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0) fail(`usage: npm test -- [${Object.keys(SECTIONS).join('|')}] …`);

await ensureInstalled();
mkdirSync(join(root, '.cache'), { recursive: true });
const total = { passed: 0, failed: 0 };
for (const [name, run] of Object.entries(SECTIONS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const began = performance.now();
  console.log(`\n── ${name} ${'─'.repeat(72 - name.length)}`);
  const { passed, failed, skipped = 0 } = await run();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`── ${name}: ${passed} passed, ${failed} failed${left} (${seconds} s)`);
  total.passed += passed;
  total.failed += failed;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function lint() {
  return inTurn([
    [
      'eslint',
      ['eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint'],
    ],
    ['prettier', ['scripts/format.mjs', '--check']],
  ]);
}

async function types() {
  return inTurn([
    ['tsc', ['tsc', '--noEmit', '-p', 'tsconfig.json']],
    ['tsc, deterministic rooms', ['tsc', '--noEmit', '-p', 'src/tsconfig.pure.json']],
    [
      'svelte-check',
      ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
    ],
  ]);
}

/** @returns {Promise<Count>} */
async function unit() {
  rmSync(VITEST_JSON, { force: true });
  const args = ['run', '--allowOnly=false', '--reporter=default', '--reporter=json'];
  const status = await node('vitest', [...args, `--outputFile.json=${VITEST_JSON}`]);
  const result = readJson(VITEST_JSON);
  if (result === undefined) return { passed: 0, failed: 1 };
  // A file that cannot even be loaded has no tests to fail.
  const unloaded = result.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return settled(status, {
    passed: result.numPassedTests,
    failed: result.numFailedTests + unloaded.length,
    skipped: result.numPendingTests + result.numTodoTests,
  });
}

/** @returns {Promise<Count>} */
async function e2e() {
  try {
    process.env['CHROMIUM_PATH'] = await findBrowser();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  }
  await ensureBuilt();
  rmSync(PLAYWRIGHT_JSON, { force: true });
  process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] = PLAYWRIGHT_JSON;
  const status = await node('playwright', ['test', '--reporter=list,json']);
  const stats = readJson(PLAYWRIGHT_JSON)?.stats;
  if (stats === undefined) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky, skipped } = stats;
  // What passed at its second try has passed; the report names it.
  return settled(status, { passed: expected + flaky, failed: unexpected, skipped });
}

/**
 * @param {number} status
 * @param {Count} count
 * @returns {Count}
 */
function settled(status, count) {
  const isBadWithoutName = count.failed === 0 && (status !== 0 || count.passed === 0);
  return isBadWithoutName ? { ...count, failed: 1 } : count;
}

/**
 * Runs commands one after the other; each is one check.
 * @param {readonly (readonly [title: string, command: readonly string[]])[]} commands
 * @returns {Promise<Count>}
 */
async function inTurn(commands) {
  const count = { passed: 0, failed: 0 };
  for (const [title, [command = '', ...args]] of commands) {
    const status = await node(command, args);
    console.log(`${status === 0 ? '✓' : '✗'} ${title}`);
    if (status === 0) count.passed++;
    else count.failed++;
  }
  return count;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit status
 */
function node(command, args) {
  const file = join(root, BINARIES[command] ?? command);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('close', (status) => resolve(status ?? 1));
    child.on('error', () => resolve(1));
  });
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
