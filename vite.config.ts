/**
 * How the page is built, and where vitest finds the tests.
 *
 * `base: './'` makes the folder work under any path. The web worker is a module worker; monaco is reached only by
 * `import()`, so it stays out of the first load. The plugins of our own stand in scripts/.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { ahead } from './scripts/ahead.mjs';
import { fonts } from './scripts/fonts.mjs';
import { lessons } from './scripts/lessons-plugin.ts';
import { serviceWorker } from './scripts/service-worker.mjs';

export default defineConfig({
  base: './',
  publicDir: 'static',
  plugins: [svelte({ configFile: false }), fonts(), lessons(), ahead(), serviceWorker()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 5000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  test: {
    include: ['tests/**/*.test.ts'],
    environment: 'node',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
