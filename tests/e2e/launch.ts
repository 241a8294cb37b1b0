/**
 * A browser and the built page outside of Playwright's runner: for benchmarks and contact sheets.
 */
import { type Browser, chromium } from '@playwright/test';
import { ensureBuilt } from '../../scripts/build.mjs';
import { BROWSER_ARGS, findBrowser } from '../../scripts/browser.mjs';
import { servePage } from './server.ts';

export interface Launched {
  readonly browser: Browser;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Builds the page if need be, serves it under the sub-path and starts a browser. */
export async function launch(
  options: { readonly args?: readonly string[] } = {},
): Promise<Launched> {
  await ensureBuilt();
  const server = await servePage();
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: [...BROWSER_ARGS, ...(options.args ?? [])],
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  return { browser, url: server.url, close };
}
