/** Browser tests: the built page in a real Chromium. Specs import `test` from tests/e2e/harness.ts. */
import { defineConfig } from '@playwright/test';
import { ensureBuilt } from './scripts/build.mjs';
import { BROWSER_ARGS, findBrowser } from './scripts/browser.mjs';

// The runner's workers read this file too; only the runner itself builds, once, before any test.
if (process.env['TEST_WORKER_INDEX'] === undefined) await ensureBuilt();

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // A machine that does other things besides may be late once; what fails twice has failed.
  retries: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'ko-KR',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: await findBrowser(), args: BROWSER_ARGS },
  },
});
