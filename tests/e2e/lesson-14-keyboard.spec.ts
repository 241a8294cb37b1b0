/** Lesson 14 again, without a mouse: nothing is clicked, nothing is focused but by keys. */
import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { isDone, isMet, prompts, screen, shows } from './desk.ts';

/** Goes round the panes until one has the keyboard. */
async function toPane(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 6; n++) {
    await page.keyboard.press('F6');
    const pane = await page.evaluate(() =>
      document.activeElement?.closest('[data-pane]')?.getAttribute('aria-label'),
    );
    if (pane === name) return;
  }
  throw new Error(`F6 does not lead to ${name}`);
}

/** Presses Tab until something with this name has the keyboard. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let n = 0; n < 60; n++) {
    const label = await page.evaluate(() => {
      const active = document.activeElement === document.body ? null : document.activeElement;
      return active?.getAttribute('aria-label') ?? active?.textContent?.trim() ?? '';
    });
    if (name.test(label)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(name)}`);
}

async function pressInLesson(page: Page, name: RegExp): Promise<void> {
  await toPane(page, '레슨');
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

/** From the terminal in front to another machine's. */
async function toTerminal(page: Page, machine: string): Promise<void> {
  await toPane(page, '터미널');
  const label = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  for (let n = 0; n < 8 && !(await label()).startsWith(`${machine} 터미널`); n++) {
    await page.keyboard.press('Control+Shift+ArrowRight');
    await page.waitForTimeout(60);
  }
  await expect.poll(label).toMatch(new RegExp(`^${machine} 터미널`));
  await prompts(page, machine);
}

async function type(page: Page, machine: string, command: string): Promise<void> {
  await toTerminal(page, machine);
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(150);
  await prompts(page, machine);
}

async function goOn(page: Page, title: string): Promise<void> {
  await isDone(page);
  await pressInLesson(page, /^다음$/);
  await expect(page.getByRole('heading', { level: 2, name: title })).toBeFocused();
}

async function skipUntil(page: Page, condition: string): Promise<void> {
  await toPane(page, '시간');
  await tabTo(page, /^다음 변화까지 건너뛰기$/);
  for (let n = 0; n < 80 && !(await isMet(page, condition)); n++) {
    await page.keyboard.press('Enter');
    await page.waitForTimeout(150);
  }
  expect(await isMet(page, condition)).toBe(true);
}

/** Chooses a machine on the stage with the arrow keys, then what is done to it. */
async function onStage(page: Page, machine: string, what: RegExp): Promise<void> {
  await toPane(page, '클러스터 그림');
  await tabTo(page, /^(manager|worker)\d/);
  for (let n = 0; n < 12; n++) {
    const label = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? '',
    );
    if (label.startsWith(machine)) break;
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('Enter');
  await tabTo(page, what);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
}

test('lesson 14 with the keyboard alone', async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto('./#/lessons');
  await tabTo(page, /서버 여러 대를 하나의 도커처럼/);
  await page.keyboard.press('Enter');
  await prompts(page, 'manager1');

  await pressInLesson(page, /^보이지 않아요$/);
  await pressInLesson(page, /^manager1에서 docker run/);
  await page.waitForTimeout(150);
  await prompts(page, 'manager1');
  await type(page, 'worker1', 'docker ps');

  await goOn(page, '스웜은 이미 설치되어 있어요');
  await type(page, 'manager1', 'docker info | grep Swarm');
  await type(page, 'manager1', 'docker node ls');

  await goOn(page, '첫 매니저를 만들어요');
  await pressInLesson(page, /^1개$/);
  await type(page, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');

  await goOn(page, 'worker1을 초대해요');
  await type(page, 'manager1', 'docker swarm join-token worker');
  // The join command, marked and copied without a mouse: the line above the prompt.
  await page.keyboard.press('Control+Shift+M');
  await page.keyboard.press('Enter');
  await toTerminal(page, 'worker1');
  await page.keyboard.press('Control+Shift+V');
  await expect.poll(() => screen(page, 'worker1')).toMatch(/docker swarm join --token SWMTKN/);
  await page.keyboard.press('Enter');
  await shows(page, 'worker1', /This node joined a swarm as a worker\./);

  await goOn(page, '나머지도 들어오고, 목록을 봐요');
  for (const machine of ['worker2', 'worker3']) {
    await toTerminal(page, machine);
    await page.keyboard.press('Control+Shift+V');
    await page.keyboard.press('Enter');
    await shows(page, machine, /This node joined a swarm as a worker\./);
  }
  await type(page, 'manager1', 'docker node ls');

  await goOn(page, '워커에게 물으면 답해 줄까요?');
  await pressInLesson(page, /^거절해요$/);
  await type(page, 'worker1', 'docker node ls');

  await goOn(page, '케이블을 뽑으면 언제 알아챌까요?');
  await pressInLesson(page, /^15초쯤$/);
  await onStage(page, 'worker3', /^네트워크 끊기$/);
  await skipUntil(page, 'Down이 되는 것을');
  await onStage(page, 'worker3', /^네트워크 잇기$/);
  await skipUntil(page, '다시 Ready');

  await goOn(page, 'docker run은 이제 어떻게 될까요?');
  await pressInLesson(page, /^worker1$/);
  await type(page, 'worker1', 'docker run -d --name alone nginx');
  await isDone(page);
});
