/** The first minute: a visitor sees a cluster heal, and is invited to build one; who comes back goes on. */
import { expect, test } from './harness.ts';

test('a visitor switches worker1 off, sees it heal within half a minute and is invited', async ({
  page,
}) => {
  await page.goto('./');
  const button = page.getByRole('button', { name: 'worker1의 전원을 꺼 보기' });
  await expect(page.getByText('web 서비스의 태스크 5개가 실행 중이에요')).toBeVisible();
  const startedAt = Date.now();
  await button.click();
  await expect(page.getByText('worker1의 전원이 나갔어요')).toBeVisible();
  await expect(page.getByText(/약 \d+초 뒤/)).toBeVisible();
  await expect(page.getByText('매니저가 worker1을 Down으로 표시했어요')).toBeVisible({
    timeout: 25_000,
  });
  await expect(page.getByText('다시 5개가 모두 실행 중이에요')).toBeVisible();
  expect(Date.now() - startedAt).toBeLessThan(30_000);
  await expect(page.getByText('직접 만들어 볼까요?')).toBeVisible();
  await page.getByRole('link', { name: /^14과/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('서버 여러 대를');
  expect(page.url()).toMatch(/#\/lesson\/14-swarm-init\/1$/);
});

test('who comes back finds the lesson and the step they left', async ({ page }) => {
  await page.goto('./#/lesson/14-swarm-init/3');
  await expect(page.getByRole('tab', { name: 'manager1' })).toBeVisible();
  await page.goto('./#/');
  await page.getByRole('link', { name: '이어서 하기: 14과 3단계' }).click();
  await expect(page.getByRole('heading', { level: 2, name: '첫 매니저를 만들어요' })).toBeVisible();
});
