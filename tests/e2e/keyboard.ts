/** What a student without a mouse does at the desk: nothing is clicked, nothing is focused but by keys. */
import { expect, type Page } from '@playwright/test';
import { isDone, isMet, prompts } from './desk.ts';

/** Goes round the panes until one has the keyboard. */
export async function toPane(page: Page, name: string): Promise<void> {
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
export async function tabTo(page: Page, name: RegExp): Promise<void> {
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

export async function pressInLesson(page: Page, name: RegExp): Promise<void> {
  await toPane(page, '레슨');
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

/** From the terminal in front to another machine's. */
export async function toTerminal(page: Page, machine: string): Promise<void> {
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

export async function type(page: Page, machine: string, command: string): Promise<void> {
  await toTerminal(page, machine);
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(150);
  await prompts(page, machine);
}

export async function goOn(page: Page, title: string): Promise<void> {
  await isDone(page);
  await pressInLesson(page, /^다음$/);
  await expect(page.getByRole('heading', { level: 2, name: title })).toBeFocused();
}

export async function skipUntil(page: Page, condition: string): Promise<void> {
  await toPane(page, '시간');
  await tabTo(page, /^다음 변화까지 건너뛰기$/);
  for (let n = 0; n < 80 && !(await isMet(page, condition)); n++) {
    await page.keyboard.press('Enter');
    await page.waitForTimeout(150);
  }
  expect(await isMet(page, condition)).toBe(true);
}

/** Chooses a machine on the stage with the arrow keys, then what is done to it. */
export async function onStage(page: Page, machine: string, what: RegExp): Promise<void> {
  await toPane(page, '클러스터 그림');
  await tabTo(page, /^(manager|worker)\d|\.\d/);
  const label = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  for (let n = 0; n < 16; n++) {
    const at = /^(manager|worker)(\d+)/.exec(await label());
    if (at?.[0] === machine) break;
    await page.keyboard.press(towards(at, machine));
  }
  expect(await label()).toMatch(new RegExp(`^${machine}\\b`));
  await page.keyboard.press('Enter');
  await tabTo(page, what);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
}

/** The arrow that leads from a machine's card (or a task on the way, when it is none) towards a machine: managers stand above workers. */
function towards(at: RegExpExecArray | null, machine: string): string {
  const isManager = machine.startsWith('manager');
  if (!at) return isManager ? 'ArrowUp' : 'ArrowDown';
  if ((at[1] === 'manager') !== isManager) return isManager ? 'ArrowUp' : 'ArrowDown';
  return Number(at[2]) < Number(machine.replace(/\D+/, '')) ? 'ArrowRight' : 'ArrowLeft';
}
