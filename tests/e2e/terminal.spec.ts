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

test('several lines are pasted at once, and run in turn', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'echo first\necho second\necho third\n');
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await page.keyboard.press('Enter');
  await shows(page, 'manager1', /\nfirst\nsecond\nthird\n/);
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
