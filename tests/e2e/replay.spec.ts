/**
 * The lab in Chromium's web worker is the lab in Node: the input log of a page session, run at 1× and at 10×,
 * replays to the same fingerprint (every byte that every terminal showed).
 */
import type { LabRecord } from '../../src/lab/inputs.ts';
import { Lab } from '../../src/lab/lab.ts';
import '../../src/lab/rest.ts';
import { templateByName } from '../../src/lab/templates.ts';
import { openTerminal, prompts, type } from './desk.ts';
import { expect, test } from './harness.ts';

interface Saved extends LabRecord {
  readonly fingerprint: string;
}

// A slow machine may miss a click; a difference in bytes shows in every try.
test.describe.configure({ retries: 2 });

test('a session of the page replays in Node to the same bytes', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('./#/free/1/1');
  await openTerminal(page, 'manager1');
  await type(page, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  await prompts(page, 'manager1');
  await page.getByText('10×', { exact: true }).click();
  await type(page, 'manager1', 'docker service create --name web --replicas 3 -p 80:80 nginx');
  await prompts(page, 'manager1');
  await type(page, 'manager1', 'curl -s localhost | head -4; docker service ps web');
  await prompts(page, 'manager1');
  const saved = async (): Promise<Saved | undefined> =>
    page.evaluate(() => {
      const key = Object.keys(localStorage).find((name) => name.includes('lab/free/1/1'));
      return key === undefined
        ? undefined
        : (JSON.parse(localStorage.getItem(key) ?? 'null') as Saved);
    });
  await expect.poll(async () => (await saved())?.inputs.length ?? 0).toBeGreaterThan(5);
  const record = (await saved()) as Saved;
  for (const time of ['once', 'again']) {
    const lab = new Lab({ template: templateByName(record.template), seed: record.seed });
    lab.replay(record);
    expect(lab.fingerprint(), time).toBe(record.fingerprint);
  }
});
