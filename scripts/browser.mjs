/**
 * Finds the Chromium that the browser tests and benchmarks drive. A missing one is never passed over in silence: it is
 * installed where that is possible without asking, or said in one line.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const HOW =
  'No Chromium found: install one (Debian: `apt-get install chromium fonts-noto-cjk`, ' +
  'elsewhere: `npx playwright install chromium`), or set CHROMIUM_PATH.';

/** What keeps Chromium from talking to anybody, and lets it run as root and without a screen. */
export const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns {Promise<string>} the path of a browser; throws with one line when there is none */
export async function findBrowser() {
  const found = chosen() ?? onPath() ?? (await playwrights()) ?? installed();
  if (found === undefined) throw new Error(HOW);
  return found;
}

function chosen() {
  const path = process.env['CHROMIUM_PATH'];
  if (!path) return undefined;
  if (!existsSync(path)) throw new Error(`CHROMIUM_PATH names no file: ${path}`);
  return path;
}

function onPath() {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of NAMES) {
    const folder = folders.find((folder) => folder !== '' && existsSync(join(folder, name)));
    if (folder !== undefined) return join(folder, name);
  }
  return undefined;
}

async function playwrights() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : undefined;
}

/** Root on Debian (a container, mostly) may simply install one. */
function installed() {
  if (process.getuid?.() !== 0 || !isDebian()) return undefined;
  console.error('No Chromium found: installing it (apt-get install chromium fonts-noto-cjk) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-q', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'],
  ]) {
    const done = spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
    if (done.status !== 0) return undefined;
  }
  return onPath();
}

function isDebian() {
  if (!existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}
