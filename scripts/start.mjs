/**
 * `npm start`: installs what is missing, builds when sources changed, serves the page and prints its address.
 *
 *   npm start -- --port 9000     another port
 *   npm start -- --lan           for the others in the room too
 *   npm start -- --no-open       do not open a browser
 */
import { spawn } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import { dist, ensureBuilt } from './build.mjs';
import { fail } from './setup.mjs';
import { serveStatic } from './static-server.mjs';

const PORT = 8017;
const PORTS_TRIED = 20;

const options = readOptions();
await ensureBuilt();
const server = await serve();
console.log(`스웜 실습실: http://localhost:${server.port}/`);
if (options.lan) {
  for (const address of lanAddresses())
    console.log(`같은 네트워크에서: http://${address}:${server.port}/`);
}
console.log('끝내려면 Ctrl+C를 누르세요.');
if (!options['no-open']) openBrowser(`http://localhost:${server.port}/`);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));

function readOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        lan: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    fail(
      `${error instanceof Error ? error.message : String(error)}\nusage: npm start -- [--port N] [--lan] [--no-open]`,
    );
  }
}

async function serve() {
  const host = options.lan ? '0.0.0.0' : '127.0.0.1';
  if (options.port !== undefined) {
    const port = Number(options.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      fail(`--port: not a port: ${options.port}`);
    return serveAt(host, port).catch((error) => fail(`Port ${port}: ${error.message}`));
  }
  for (let port = PORT; port < PORT + PORTS_TRIED; port++) {
    try {
      return await serveAt(host, port);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
  return serveAt(host, 0);
}

/**
 * @param {string} host
 * @param {number} port
 */
function serveAt(host, port) {
  return serveStatic({ folder: dist, host, port });
}

function lanAddresses() {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal)
    .map((address) => address.address);
}

/**
 * Opens the address where there is somebody to see it. That it cannot is no error: the address is printed.
 * @param {string} url
 */
function openBrowser(url) {
  const opener = openerOf(process.platform);
  if (opener === undefined || process.env['CI'] || !process.stdout.isTTY) return;
  const [command = '', ...args] = opener;
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

/** @param {string} platform */
function openerOf(platform) {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['cmd', '/c', 'start', ''];
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}
