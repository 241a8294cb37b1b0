/** One link between two machines is cut, slowed and mended: with the mouse and with the keyboard, also while time stands still. */
import type { Locator, Page } from '@playwright/test';
import { openTerminal, pick, shows, type } from './desk.ts';
import { expect, test } from './harness.ts';

const LINK = 'manager1 ↔ worker1 연결';

function choice(page: Page, name: string): Locator {
  return page.getByRole('group', { name: LINK }).getByRole('radio', { name, exact: true });
}

/** How the picture marks the link. */
function mark(page: Page): Locator {
  return page.getByRole('img', { name: LINK });
}

async function openLinks(page: Page): Promise<void> {
  await pick(page, 'manager1');
  await page.getByText('서버 하나와의 연결').click();
}

test('a link is cut, slowed and mended with the mouse; the other links stay as they are', async ({
  page,
}) => {
  await page.goto('./#/free/1/2');
  await openTerminal(page, 'manager1');
  await openLinks(page);
  await expect(choice(page, '정상')).toBeChecked();
  await page.getByRole('group', { name: LINK }).getByText('끊기').click();
  await expect(mark(page)).toHaveAttribute('aria-label', /끊김/);
  await type(page, 'manager1', 'ping -c 2 -W 1 192.168.99.101; ping -c 2 192.168.99.102');
  await shows(
    page,
    'manager1',
    /2 packets transmitted, 0 received[^]*2 packets transmitted, 2 received/,
  );
  await page.getByRole('group', { name: LINK }).getByText('느리게').click();
  await expect(mark(page)).toHaveAttribute('aria-label', /0\.5초 지연/);
  await type(page, 'manager1', 'clear; ping -c 1 192.168.99.101');
  await shows(page, 'manager1', /1 received[^]*rtt [^\n]*= 100\d/);
  await page.getByRole('group', { name: LINK }).getByText('정상').click();
  await expect(mark(page)).toHaveCount(0);
});

test('a link is cut and mended with the keyboard while time stands still', async ({ page }) => {
  await page.goto('./#/free/1/2');
  await openTerminal(page, 'manager1');
  await page.getByRole('button', { name: '시간 멈추기' }).press('Enter');
  await page.locator('[data-key="machine:manager1"]').focus();
  await page.keyboard.press('Enter');
  for (let n = 0; n < 8; n++) {
    await page.keyboard.press('Tab');
    if (
      await page.getByText('서버 하나와의 연결').evaluate((one) => one === document.activeElement)
    )
      break;
  }
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(choice(page, '정상')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(mark(page)).toHaveAttribute('aria-label', /지연/);
  await page.keyboard.press('ArrowRight');
  await expect(mark(page)).toHaveAttribute('aria-label', /끊김/);
  await page.keyboard.press('ArrowRight');
  await expect(mark(page)).toHaveCount(0);
});

test('an unanswered prediction locks links like all faults', async ({ page }) => {
  await page.goto('./#/lesson/19-failure-recovery/2');
  await openTerminal(page, 'manager1');
  await openLinks(page);
  await expect(choice(page, '끊기')).toBeDisabled();
});
