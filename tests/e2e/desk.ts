/**
 * What a student does at the desk, as helpers for specs: only what the mouse, the keyboard and the eyes can do.
 */
import { expect, type Locator, type Page } from '@playwright/test';

export function terminal(page: Page, machine: string): Locator {
  return page.locator(`[data-terminal="${machine}"]`);
}

/** What a machine's terminal shows, line by line. */
export async function screen(page: Page, machine: string): Promise<string> {
  const rows = await terminal(page, machine).locator('.xterm-rows > div').allTextContents();
  return rows
    .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
    .trimEnd();
}

/** Waits until a machine's terminal shows what is looked for. */
export async function shows(page: Page, machine: string, what: RegExp): Promise<void> {
  await expect.poll(() => screen(page, machine), { timeout: 60_000 }).toMatch(what);
}

/** Waits until the machine's shell waits for a command. */
export async function prompts(page: Page, machine: string): Promise<void> {
  await shows(page, machine, /[#$]$/);
}

export async function openTerminal(page: Page, machine: string): Promise<void> {
  await page.getByRole('tab', { name: machine }).click();
  await expect(terminal(page, machine).locator('textarea')).toBeFocused();
  await prompts(page, machine);
}

/** Types a command at a machine's prompt with the keyboard. */
export async function type(page: Page, machine: string, command: string): Promise<void> {
  await openTerminal(page, machine);
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
}

/** The offers of the open step, in order. */
export function offers(page: Page): Locator {
  return page.locator('article .run button');
}

/** Presses one of the step's commands and waits until it has ended. */
export async function press(page: Page, at: number): Promise<void> {
  const button = offers(page).nth(at);
  const machine = /^(\S+)에서/.exec((await button.textContent()) ?? '')?.[1] ?? '';
  await button.click();
  await expect(page.getByRole('tab', { name: machine })).toHaveAttribute('aria-selected', 'true');
  await prompts(page, machine);
}

export async function predict(page: Page, choice: string): Promise<void> {
  await page.getByRole('group').getByRole('button', { name: choice, exact: true }).click();
  await expect(page.getByRole('button', { name: `내 예상: ${choice}` })).toBeVisible();
}

/** The step's check holds. */
export async function isDone(page: Page, timeout = 60_000): Promise<void> {
  await expect(page.locator('.check')).toContainText(/단계를 마쳤어요|레슨을 마쳤어요/, {
    timeout,
  });
}

/** Goes on to the next step, whose heading takes over. */
export async function goOn(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: '다음', exact: true }).click();
  await expect(page.getByRole('heading', { level: 2, name: title })).toBeVisible();
}

/** Clicks a machine's card, by its name: below stand its tasks. */
export async function pick(page: Page, machine: string): Promise<void> {
  await page.locator(`[data-key="machine:${machine}"]`).click({ position: { x: 50, y: 20 } });
}

/** Clicks a machine's card on the stage, then one of the things that can be done to it. */
export async function onStage(page: Page, machine: string, what: string): Promise<void> {
  await pick(page, machine);
  await page.getByRole('button', { name: what, exact: true }).click();
  await page.keyboard.press('Escape');
}

/** Jumps over dead time until something is seen. */
export async function skipUntil(
  page: Page,
  seen: () => Promise<boolean>,
  most = 80,
): Promise<void> {
  for (let n = 0; n < most && !(await seen()); n++) {
    await page.getByRole('button', { name: '다음 변화까지 건너뛰기' }).click();
    await page.waitForTimeout(150);
  }
  expect(await seen(), 'seen after jumping over dead time').toBe(true);
}

/** Whether the check's condition with this text is met. */
export async function isMet(page: Page, condition: string): Promise<boolean> {
  const item = page.locator('.check li', { hasText: condition });
  return (await item.getAttribute('class'))?.includes('ok') ?? false;
}

/** Marks a line of a terminal with a triple click and copies it with Ctrl+C, as people do. */
export async function copyLine(page: Page, machine: string, text: string): Promise<void> {
  const row = terminal(page, machine).locator('.xterm-rows > div', { hasText: text }).last();
  const box = await row.boundingBox();
  if (!box) throw new Error(`no line shows ${text}`);
  await page.mouse.click(box.x + 60, box.y + box.height / 2, { clickCount: 3 });
  await page.keyboard.press('Control+C');
  await expect(page.getByText('복사했어요.')).toBeVisible();
}
