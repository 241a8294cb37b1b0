/**
 * The first load stays small: by the built files, and by what a browser in fact asked for until the page was quiet.
 */
import { gzipSync } from 'node:zlib';
import { BUDGET_KB, sizes, totalKb } from '../../scripts/size.mjs';
import { expect, test } from './harness.ts';

test('the built page and its web worker are within their budgets', () => {
  const { page, worker } = sizes();
  expect(worker, 'the web worker is found').not.toEqual([]);
  expect(totalKb(page)).toBeLessThanOrEqual(BUDGET_KB.page);
  expect(totalKb(worker)).toBeLessThanOrEqual(BUDGET_KB.worker);
});

for (const place of ['./', './#/lesson/14-swarm-init/1']) {
  test(`what ${place} asks for is within the page's budget`, async ({ page }) => {
    const workers = new Set(sizes().worker.map(({ name }) => name));
    const bytes = new Map<string, number>();
    page.on('response', async (response) => {
      const name = /\/(assets\/[^/?]+\.(?:js|css))$/.exec(response.url())?.[1] ?? '';
      // What the worker fetches after its first part (tools, images, lessons) is not the page's; a lesson's text is content.
      if (name === '' || workers.has(name) || /^assets\/(rest|programs|sqlite|\d\d)-/.test(name))
        return;
      bytes.set(name, gzipSync(await response.body()).length);
    });
    await page.goto(place);
    await page.waitForLoadState('networkidle');
    const total = [...bytes.values()].reduce((sum, size) => sum + size, 0) / 1000;
    expect(total, [...bytes.keys()].join(' ')).toBeGreaterThan(0);
    expect(total, [...bytes.keys()].join(' ')).toBeLessThanOrEqual(BUDGET_KB.page);
  });
}

test('fonts come from the page itself, and rare syllables only when they are needed', async ({
  page,
}) => {
  const fonts: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'font') fonts.push(request.url().replace(/.*\//, ''));
  });
  const show = async (text: string): Promise<void> => {
    await page.evaluate(async (text) => {
      const line = document.createElement('p');
      line.style.fontFamily = "'Lab Mono'";
      line.textContent = text;
      document.body.append(line);
      await document.fonts.ready;
    }, text);
    await page.waitForLoadState('networkidle');
  };
  await page.goto('./');
  await show('| 스웜 실습실');
  expect(fonts.join(' ')).toMatch(/mono-latin/);
  expect(fonts.join(' ')).toMatch(/mono-text/);
  expect(fonts.join(' ')).not.toMatch(/mono-rare/);
  // Written as its code, so that this file is not what brings the syllable into the cut.
  await show('\ub6d4');
  await expect.poll(() => fonts.join(' ')).toMatch(/mono-rare/);
});
