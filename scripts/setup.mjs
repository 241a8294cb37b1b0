/**
 * Installs the dependencies when they are missing or are not those of the lockfile, so that every npm script works as
 * the only command on a fresh clone. It is imported by the other scripts before they import anything from
 * node_modules; therefore it needs nothing but Node. Whatever it says goes to stderr.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const lockfile = join(root, 'package-lock.json');
const installed = join(root, 'node_modules/.package-lock.json');
const stamp = join(root, 'node_modules/.installed-lockfile');
const NODE_MIN = [20, 19];

export async function ensureInstalled() {
  checkNode();
  if (isInstalled()) return;
  await withLock(join(root, '.cache/setup.lock'), () => {
    if (!isInstalled()) install();
  });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [majorMin = 0, minorMin = 0] = NODE_MIN;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  fail(`Node ${NODE_MIN.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

/**
 * By content, not by time: a checkout touches the lockfile without changing it, and an install into a tree that
 * others are using must not happen for that.
 */
function isInstalled() {
  const wanted = readFileSync(lockfile, 'utf8');
  const hash = createHash('sha256').update(wanted).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true;
  if (!existsSync(installed) || !holds(JSON.parse(wanted))) return false;
  writeFileSync(stamp, hash);
  return true;
}

/**
 * Whether node_modules holds each package at the lockfile's version; optional ones are for other systems.
 * @param {{ packages: Record<string, { version?: string, optional?: boolean }> }} wanted
 */
function holds(wanted) {
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted.packages).every(
    ([path, { version, optional }]) =>
      path === '' || optional === true || present[path]?.version === version,
  );
}

function install() {
  console.error('Installing the dependencies (npm ci) …');
  const began = performance.now();
  const npm = process.env['npm_execpath'];
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const done = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: onWindows() });
  if (done.status !== 0) fail('npm ci failed; see above.');
  writeFileSync(stamp, createHash('sha256').update(readFileSync(lockfile)).digest('hex'));
  console.error(`Installed in ${Math.round((performance.now() - began) / 1000)} s.`);
}

/** npm is a .cmd there, which only a shell can start. */
function onWindows() {
  return process.platform === 'win32';
}

/**
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureInstalled();
