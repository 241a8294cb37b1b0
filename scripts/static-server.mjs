/**
 * A small static file server for the built folder: `npm start`, the browser tests and the benchmarks use it. It behaves
 * like the plain hosts that the page is made for: files, types, gzip, 404; nothing is rewritten. Needs nothing but Node.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { createGzip } from 'node:zlib';

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const COMPRESSED = new Set([
  '.html',
  '.js',
  '.css',
  '.json',
  '.webmanifest',
  '.svg',
  '.txt',
  '.md',
  '.ttf',
]);

/**
 * @param {{ folder: string, base?: string, host?: string, port?: number }} options `port` 0, the default, takes a free one
 * @returns {Promise<{ port: number, url: string, close: () => Promise<void> }>}
 */
export async function serveStatic({ folder, base = '/', host = '127.0.0.1', port = 0 }) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === base.slice(0, -1) && base !== '/') {
      response.writeHead(301, { location: base }).end();
      return;
    }
    const file = path.startsWith(base) ? fileFor(folder, path.slice(base.length)) : undefined;
    if (file === undefined) {
      response
        .writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
        .end('404 Not Found\n');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else send(request, response, file);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(undefined));
  });
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    port: taken,
    url: `http://${host === '0.0.0.0' ? 'localhost' : host}:${taken}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The file behind a path, or nothing: never one outside the folder.
 * @param {string} folder
 * @param {string} path
 */
function fileFor(folder, path) {
  let name;
  try {
    name = normalize(decodeURIComponent(path));
  } catch {
    return undefined;
  }
  if (name.includes('\0') || name.split(sep).includes('..')) return undefined;
  const file = join(folder, name);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return fileFor(folder, join(name, 'index.html'));
  return stats?.isFile() ? file : undefined;
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} file
 */
function send(request, response, file) {
  const stats = statSync(file);
  const etag = `"${stats.size.toString(16)}-${Math.trunc(stats.mtimeMs).toString(16)}"`;
  const type = extname(file);
  const zipped =
    COMPRESSED.has(type) && /\bgzip\b/.test(String(request.headers['accept-encoding']));
  response.setHeader('content-type', TYPES[type] ?? 'application/octet-stream');
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('etag', etag);
  response.setHeader('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  if (zipped) response.setHeader('content-encoding', 'gzip');
  else response.setHeader('content-length', stats.size);
  response.writeHead(200);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const bytes = createReadStream(file).on('error', () => response.destroy());
  if (zipped) bytes.pipe(createGzip()).pipe(response);
  else bytes.pipe(response);
}
