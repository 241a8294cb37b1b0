/** `npm run dev`: the page with every change at once, by Vite's own server. */
import { ensureInstalled, root } from './setup.mjs';

await ensureInstalled();
const { createServer } = await import('vite');
const server = await createServer({ root });
await server.listen();
server.printUrls();
