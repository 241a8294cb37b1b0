/** The terminal as people use it: copy and paste, several lines, the Korean keyboard, long waits. */
import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { copyLine, openTerminal, prompts, screen, shows, terminal, type } from './desk.ts';

async function open(page: Page): Promise<void> {
  await page.goto('./#/free/1/1');
  await openTerminal(page, 'manager1');
}

/** Composes a text as an input method does, and commits it. */
async function compose(page: Page, steps: readonly string[], text: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  for (const step of steps) {
    await session.send('Input.imeSetComposition', {
      text: step,
      selectionStart: step.length,
      selectionEnd: step.length,
    });
  }
  await session.send('Input.insertText', { text });
}

test('Ctrl+C copies a selection, and stops the command when there is none', async ({ page }) => {
  await open(page);
  await type(page, 'manager1', 'echo copied-text');
  await shows(page, 'manager1', /\ncopied-text\n/);
  await copyLine(page, 'manager1', 'copied-text');
  await page.keyboard.type('echo ');
  await page.keyboard.press('Control+V');
  await shows(page, 'manager1', /# echo (manager1.*)?copied-text$/);
  await page.keyboard.press('Control+C');
  await shows(page, 'manager1', /\^C\n.*[#$]$/);
  await type(page, 'manager1', 'sleep 1000');
  await page.waitForTimeout(300);
  await page.keyboard.press('Control+C');
  await shows(page, 'manager1', /\^C\n.*[#$]$/);
});

test('without navigator.clipboard copying works all the same', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
  });
  await open(page);
  await type(page, 'manager1', 'echo over-http');
  await shows(page, 'manager1', /\nover-http\n/);
  await copyLine(page, 'manager1', 'over-http');
  await openTerminal(page, 'worker1');
  await page.keyboard.press('Control+Shift+V');
  await shows(page, 'worker1', /over-http/);
});

/** Pastes as Ctrl+V does, whatever the clipboard of this machine holds. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, text);
}

test('several lines that are pasted wait for Enter, then run in turn', async ({ page }) => {
  await open(page);
  await paste(page, 'echo first\necho second\necho third\n');
  await shows(page, 'manager1', /echo third$/);
  expect(await screen(page, 'manager1')).not.toMatch(/^first$/m);
  await page.keyboard.press('Enter');
  await shows(page, 'manager1', /\nfirst\nsecond\nthird\n/);
});

test('a join command over several lines, with backslashes, joins', async ({ page }) => {
  await open(page);
  await type(page, 'manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  await shows(page, 'manager1', /Swarm initialized[^]*#$/);
  const shown = (await screen(page, 'manager1')).replaceAll('\n', '');
  const token = /SWMTKN-\S+/.exec(shown)?.[0] ?? '';
  await openTerminal(page, 'worker1');
  await paste(
    page,
    `docker swarm join \\\n    --token ${token} \\\n    192.168.99.100:2377\ndocker info | grep Swarm\n`,
  );
  await shows(page, 'worker1', /grep Swarm$/);
  await page.keyboard.press('Enter');
  await shows(page, 'worker1', /This node joined a swarm as a worker\.\n Swarm: active\n/);
});

test('a megabyte that is pasted by mistake leaves the page alive, and Ctrl+C ends it', async ({
  page,
}) => {
  await open(page);
  /** The longest time for which the page did not answer, from now until it is asked. */
  await page.evaluate(() => {
    const watch = { longestMs: 0, lastMs: performance.now() };
    Object.assign(window, { watch });
    setInterval(() => {
      const nowMs = performance.now();
      watch.longestMs = Math.max(watch.longestMs, nowMs - watch.lastMs);
      watch.lastMs = nowMs;
    }, 20);
  });
  const longestMs = (): Promise<number> =>
    page.evaluate(() => (window as unknown as { watch: { longestMs: number } }).watch.longestMs);
  const lines = Array.from({ length: 20_000 }, (_, i) => `echo line ${i} ${'a'.repeat(35)}`);
  for (const before of ['', 'sleep 1000\n']) {
    await page.keyboard.type(before);
    await paste(page, lines.join('\n'));
    await shows(page, 'manager1', /line 19999 a+$/);
    await page.keyboard.press('Control+C');
    await prompts(page, 'manager1');
  }
  await paste(page, lines.join('\n'));
  await page.keyboard.press('Enter');
  await page.waitForTimeout(500);
  expect(await longestMs()).toBeLessThan(1_500);
  await type(page, 'manager1', 'clear; echo alive');
  await shows(page, 'manager1', /alive\n/);
});

test('Korean that is composed arrives whole', async ({ page }) => {
  await open(page);
  await page.keyboard.type('echo ');
  await compose(page, ['ㅎ', '하', '한'], '한');
  await compose(page, ['ㄱ', '그', '글'], '글');
  await page.keyboard.press('Enter');
  await shows(page, 'manager1', /# echo 한글\n한글\n/);
});

test('a command typed with the Korean keyboard on is offered as it was meant', async ({ page }) => {
  await open(page);
  await compose(page, ['ㅇ', '애', '애차', '애찯ㄱ'], '애찯ㄱ');
  await page.keyboard.type(' ');
  await compose(page, ['ㅜㅐㅇㄷ'], 'ㅜㅐㅇㄷ');
  await page.keyboard.type(' ');
  await compose(page, ['ㅣㄴ'], 'ㅣㄴ');
  await page.keyboard.press('Enter');
  await shows(page, 'manager1', /command not found/);
  await expect(page.getByText('docker node ls', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: '바꿔서 실행' }).click();
  await shows(page, 'manager1', /# docker node ls\n.*not a swarm manager/);
  await expect(page.getByRole('button', { name: '바꿔서 실행' })).toHaveCount(0);
});

test('honest Korean is not taken for a slip', async ({ page }) => {
  await open(page);
  await page.keyboard.insertText('echo 안녕하세요');
  await page.keyboard.press('Enter');
  await shows(page, 'manager1', /\n안녕하세요\n/);
  await expect(page.getByRole('button', { name: '바꿔서 실행' })).toHaveCount(0);
});

test('a long wait shows that it goes on, and a command that must wait says so', async ({
  page,
}) => {
  await open(page);
  await page.keyboard.type('sleep 1000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: /manager1.*\d+초/ })).toBeVisible();
  await expect(terminal(page, 'manager1')).toBeVisible();
  await page.keyboard.press('Control+C');
  await prompts(page, 'manager1');
  await expect(page.getByRole('tab', { name: /manager1.*\d+초/ })).toHaveCount(0);
});

test('keys lead out of the terminal: no trap', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect(page.getByRole('tab', { name: 'manager1' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'worker1' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(terminal(page, 'worker1').locator('textarea')).toBeFocused();
  await page.keyboard.press('F6');
  await expect(page.getByRole('button', { name: '시간 멈추기' })).toBeFocused();
  expect(await screen(page, 'worker1')).not.toContain('^');
});
