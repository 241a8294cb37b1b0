/** The page in Chromium: what it weighs, how soon it takes a command, how fast keys echo, what it costs when it idles. */
import type { CDPSession, Page } from '@playwright/test';
import { BUDGET_KB, sizes, totalKb } from '../../scripts/size.mjs';
import { launch } from '../e2e/launch.ts';
import { round, type Figure } from './measure.ts';

const LAB = '#/lab/3/3';
const IDLE_MS = 20_000;
const PROMPT = '.xterm-rows';

export async function pageFigures(): Promise<Figure[]> {
  const { browser, url, close } = await launch({ args: ['--enable-precise-memory-info'] });
  const figures = weights();
  try {
    const slow = await browser.newPage();
    const cdp = await slow.context().newCDPSession(slow);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    figures.push(await firstCommand(slow, url));
    await slow.close();
    const page = await browser.newPage();
    figures.push(...(await atWork(page, url)));
  } finally {
    await close();
  }
  return figures;
}

function weights(): Figure[] {
  const { page, worker } = sizes();
  const figure = (name: 'page' | 'worker', kb: number): Figure => ({
    name: `first load of the ${name}, gzip`,
    ok: kb <= BUDGET_KB[name],
    value: round(kb),
    unit: 'kB',
    ratio: round(kb / BUDGET_KB[name]),
    limit: BUDGET_KB[name],
  });
  return [figure('page', totalKb(page)), figure('worker', totalKb(worker))];
}

function withLimit(name: string, value: number, unit: string, limit: number): Figure {
  return {
    name,
    ok: value <= limit,
    value: round(value),
    unit,
    ratio: round(value / limit),
    limit,
  };
}

/** From the navigation until what is typed shows at the prompt. */
async function firstCommand(page: Page, url: string): Promise<Figure> {
  await page.goto(`${url}${LAB}`, { waitUntil: 'commit' });
  await page.locator(PROMPT).first().filter({ hasText: /[#$]/ }).waitFor();
  const ms = await page.evaluate(() => performance.now());
  return withLimit('a command is accepted, CPU at a quarter', ms, 'ms', 1500);
}

async function atWork(page: Page, url: string): Promise<Figure[]> {
  await page.goto(`${url}${LAB}`);
  await page.locator(PROMPT).first().filter({ hasText: /[#$]/ }).waitFor();
  await page.locator('.xterm-helper-textarea').first().focus();
  const cdp = await page.context().newCDPSession(page);
  await page.waitForTimeout(3000);
  const idle = await cpuShare(cdp, page);
  const heap = await heapMb(page);
  const echo = await echoMs(page);
  return [
    withLimit('idle CPU of 3+3 machines at 1×', 100 * idle, '% of a core', 5),
    withLimit('heap of the tab', heap, 'MB', 150),
    withLimit('typing echoes, median', echo, 'ms', 50),
  ];
}

/** CPU seconds of the page's process (its web worker included) in a second. */
async function cpuShare(cdp: CDPSession, page: Page): Promise<number> {
  const used = async (): Promise<number> => {
    const info =
      (
        await (
          await page.context().browser()?.newBrowserCDPSession()
        )?.send('SystemInfo.getProcessInfo')
      )?.processInfo ?? [];
    return info
      .filter(({ type }) => type === 'renderer')
      .reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  await cdp.send('Performance.enable');
  const before = await used();
  await page.waitForTimeout(IDLE_MS);
  return ((await used()) - before) / (IDLE_MS / 1000);
}

/** Of the page and its web workers. */
async function heapMb(page: Page): Promise<number> {
  const heapOf = (): number =>
    (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
  const own = await page.evaluate(heapOf);
  const workers = await Promise.all(page.workers().map((worker) => worker.evaluate(heapOf)));
  return workers.reduce((a, b) => a + b, own) / 1_000_000;
}

/** From a key's event to the character on the screen. */
async function echoMs(page: Page): Promise<number> {
  const times: number[] = [];
  for (const key of 'echo hello world') {
    const seen = page.evaluate(
      (selector) =>
        new Promise<number>((done) => {
          let beganMs = 0;
          addEventListener('keydown', () => (beganMs = performance.now()), {
            capture: true,
            once: true,
          });
          const rows = document.querySelector(selector) as HTMLElement;
          const observer = new MutationObserver(() => {
            if (beganMs === 0) return;
            observer.disconnect();
            done(performance.now() - beganMs);
          });
          observer.observe(rows, { childList: true, subtree: true, characterData: true });
        }),
      PROMPT,
    );
    await page.waitForTimeout(30);
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    times.push(await seen);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
