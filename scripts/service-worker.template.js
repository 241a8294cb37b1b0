/**
 * The service worker. The build fills in VERSION and FILES (scripts/service-worker.mjs) and writes it as sw.js.
 * Addresses are relative to this file, so it serves whatever folder it lies in.
 */
const VERSION = 'VERSION';
const FILES = ['FILES'];
/** Other labs may live on the same origin: a cache bears the folder's address. */
const PREFIX = `swarm-lab ${self.registration.scope} `;
const CACHE = PREFIX + VERSION;

self.addEventListener('install', (event) => {
  event.waitUntil(putBy());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  if (request.mode === 'navigate' && !isPage(request.url)) return;
  event.respondWith(answer(request));
});

async function putBy() {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache: an old index.html must not get in with new parts.
  await cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })));
}

async function forgetOthers() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** The lab is one page; its places stand behind the `#`. */
function isPage(url) {
  const path = new URL(url).pathname;
  const folder = new URL(self.registration.scope).pathname;
  return path === folder || path === `${folder}index.html`;
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const wanted = request.mode === 'navigate' ? './' : request;
  const kept = await cache.match(wanted, { ignoreSearch: request.mode === 'navigate' });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  // Built parts have their content's hash in their name, so what is put by stays right.
  if (response.ok && new URL(request.url).pathname.includes('/assets/')) {
    await cache.put(request, response.clone());
  }
  return response;
}
