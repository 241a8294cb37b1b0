/** The lesson's pane: room for its words on a low screen, and a solution that can be watched. */
import { expect, test } from './harness.ts';
import { isDone, prompts } from './desk.ts';

test.describe('on a low screen', () => {
  test.use({ viewport: { width: 1280, height: 720 } });

  // Those whose checks say most.
  for (const [lesson, step] of [
    ['15-swarm-nodes-tokens', 2],
    ['15-swarm-nodes-tokens', 8],
    ['19-failure-recovery', 2],
    ['19-failure-recovery', 7],
    ['20-rolling-update-rollback', 5],
  ] as const) {
    test(`the words of ${lesson}/${step} keep half of the pane`, async ({ page }) => {
      await page.goto(`./#/lesson/${lesson}/${step}`);
      await expect(page.locator('.check li').first()).toBeVisible({ timeout: 60_000 });
      const share = await page.evaluate(() => {
        const box = (selector: string): DOMRect =>
          document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        const pane = box('section.lesson');
        const check = box('.check');
        return (check.top - box('article').top) / pane.height;
      });
      expect(share).toBeGreaterThan(0.5);
    });
  }

  test('what the other conditions still miss is shown when asked for', async ({ page }) => {
    await page.goto('./#/lesson/15-swarm-nodes-tokens/2');
    const missing = page.locator('.check small');
    await expect(missing.first()).toBeVisible({ timeout: 60_000 });
    await expect(missing.last()).toBeHidden();
    await page.getByRole('button', { name: '모두 자세히' }).press('Enter');
    await expect(missing.last()).toBeVisible();
  });
});

test('while a solution is played, the terminal that is typed into stands in front', async ({
  page,
}) => {
  await page.goto('./#/lesson/14-swarm-init/4');
  await prompts(page, 'manager1');
  const hint = page.getByRole('button', { name: '힌트', exact: true });
  while (await hint.isEnabled()) await hint.click();
  const front = page.locator('[role="tab"][aria-selected="true"]');
  await page.getByRole('tab', { name: 'worker3' }).click();
  await page.getByRole('button', { name: '풀이 실행하기' }).click();
  await expect(front).toContainText('manager1');
  await expect(front).toContainText('worker1');
  await isDone(page);
});
