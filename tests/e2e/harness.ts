/**
 * What every browser test stands on. `test` serves the built page (one server per worker) and makes its address the
 * base: `page.goto('./')`, `page.goto('./#/lesson/14-swarm-init')`. After each test it also holds that
 *
 *   - no request left the page's own origin,
 *   - nothing threw unseen, and nothing broke the Content-Security-Policy.
 *
 * A test that breaks something on purpose says which errors it expects: `expectErrors(/quota/)`.
 */
import { test as base, type BrowserContext, expect } from '@playwright/test';
import { type PageServer, servePage } from './server.ts';

interface Fixtures {
  readonly expectErrors: (pattern: RegExp) => void;
}
interface WorkerFixtures {
  readonly server: PageServer;
}

export const test = base.extend<Fixtures & { readonly _expected: RegExp[] }, WorkerFixtures>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from the pattern
    async ({}, use) => {
      const server = await servePage();
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  // eslint-disable-next-line no-empty-pattern -- as above
  _expected: async ({}, use) => use([]),
  expectErrors: async ({ _expected }, use) => use((pattern) => void _expected.push(pattern)),
  context: async ({ context, server, _expected }, use) => {
    const seen = watch(context, new URL(server.url).origin);
    await use(context);
    const unexpected = seen.errors.filter((error) => !_expected.some((known) => known.test(error)));
    expect(seen.strangers, 'requests to other origins').toEqual([]);
    expect(unexpected, 'errors in the page').toEqual([]);
  },
});

export { expect };

/** What a context's pages ask of others, and what goes wrong in them. */
function watch(
  context: BrowserContext,
  origin: string,
): { readonly strangers: string[]; readonly errors: string[] } {
  const strangers: string[] = [];
  const errors: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) strangers.push(url);
  });
  context.on('weberror', (error) => errors.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return { strangers, errors };
}
