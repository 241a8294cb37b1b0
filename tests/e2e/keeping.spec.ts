/** Nothing is lost: by a reload, a second tab, a stopped worker, a storage that is full, forbidden or damaged. */
import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { openTerminal, prompts, screen, shows, type } from './desk.ts';

/** A free lab with a swarm of one. */
async function withSwarm(page: Page): Promise<void> {
  await page.goto('./#/free/1/1');
  await prompts(page, 'manager1');
  await type(page, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  await shows(page, 'manager1', /Swarm initialized/);
}

/** The ID of the node is drawn by chance: the same one means the same lab. */
async function nodeID(page: Page): Promise<string> {
  await type(page, 'manager1', 'docker node ls -q');
  await shows(page, 'manager1', /node ls -q\n[a-z0-9]{25}\n/);
  return (
    /node ls -q\n([a-z0-9]{25})\n(?!.*node ls -q)/s.exec(await screen(page, 'manager1'))?.[1] ?? ''
  );
}

test('a reload in the middle brings back the same lab, and what was half typed', async ({
  page,
}) => {
  await withSwarm(page);
  const before = await nodeID(page);
  await page.keyboard.type('docker service ls');
  await shows(page, 'manager1', /docker service ls$/);
  await page.reload();
  await shows(page, 'manager1', /docker service ls$/);
  expect(await screen(page, 'manager1')).toContain(before);
  await openTerminalAnew(page);
  await page.keyboard.press('Enter');
  await shows(page, 'manager1', /ID +NAME +MODE +REPLICAS +IMAGE +PORTS/);
});

async function openTerminalAnew(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'manager1' }).click();
}

test('a lesson is where it was after a reload: step, ticks and cluster', async ({ page }) => {
  await page.goto('./#/lesson/14-swarm-init/3');
  await page.getByRole('button', { name: '예상은 건너뛸게요' }).click();
  await type(page, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  await expect(page.locator('.check')).toContainText('이 단계를 마쳤어요');
  await page.reload();
  await expect(page.locator('.check')).toContainText('이 단계를 마쳤어요');
  await shows(page, 'manager1', /Swarm initialized/);
  await page.getByRole('button', { name: '다음', exact: true }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'worker1을 초대해요' })).toBeVisible();
});

test('a second tab says that the lab is open elsewhere, and can take it over', async ({
  page,
  context,
}) => {
  await withSwarm(page);
  const before = await nodeID(page);
  const second = await context.newPage();
  await second.goto('./#/free/1/1');
  await expect(second.getByText('이 실습은 다른 탭에 열려 있어요')).toBeVisible();
  await second.getByRole('button', { name: '여기로 가져와서 이어 하기' }).click();
  await shows(second, 'manager1', new RegExp(before));
  await expect(page.getByText('이 실습은 다른 탭에 열려 있어요')).toBeVisible();
});

test('a second tab may open a lab of its own; the first goes on undisturbed', async ({
  page,
  context,
}) => {
  await withSwarm(page);
  const second = await context.newPage();
  await second.goto('./#/free/1/1');
  await second.getByRole('button', { name: '새 실습으로 열기' }).click();
  await expect(second.getByText('이 탭의 실습은 저장되지 않아요')).toBeVisible();
  await type(second, 'manager1', 'docker node ls');
  await shows(second, 'manager1', /not a swarm manager/);
  await second.close();
  await page.reload();
  await shows(page, 'manager1', /Swarm initialized/);
});

test('when the worker stops, the lab goes on from the log', async ({ page, expectErrors }) => {
  expectErrors(/planted/);
  await withSwarm(page);
  const before = await nodeID(page);
  for (const worker of page.workers()) {
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error('planted');
      });
    });
  }
  await expect(page.getByRole('heading', { name: '실습실이 멈췄어요' })).toBeVisible();
  await page.getByRole('button', { name: '이어서 하기' }).click();
  await shows(page, 'manager1', new RegExp(before));
  await type(page, 'manager1', 'docker node ls');
  await shows(page, 'manager1', /Leader/);
});

test('a full storage is said once, and the lab goes on', async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('planted', 'QuotaExceededError');
    };
  });
  await withSwarm(page);
  await expect(page.getByText('저장 공간이 가득 차서')).toHaveCount(1);
});

test('a forbidden storage is said once, and the lab goes on', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('planted', 'SecurityError');
      },
    });
  });
  await withSwarm(page);
  await expect(page.getByText('브라우저가 저장을 막아서')).toHaveCount(1);
});

test('a damaged lab is put aside, not written over', async ({ page }) => {
  await page.addInitScript(() => {
    if (!sessionStorage.getItem('planted')) {
      localStorage.setItem('swarm-lab/1/lab/free/1/1', '{"version":');
      sessionStorage.setItem('planted', 'yes');
    }
  });
  await withSwarm(page);
  await expect(page.getByText('일부가 망가져서')).toBeVisible();
  const aside = await page.evaluate(() => localStorage.getItem('swarm-lab/1/damaged/lab/free/1/1'));
  expect(aside).toBe('{"version":');
});

test('what is typed while the lab is being made is not lost', async ({ page }) => {
  await page.goto('./#/free/3/3');
  await openTerminal(page, 'manager1');
  await page.keyboard.type('echo one');
  await page.keyboard.press('Enter');
  await shows(page, 'manager1', /\none\n/);
});
