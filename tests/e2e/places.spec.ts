/** Every place has its address; back and forward work; both themes and all places are open to everybody. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './harness.ts';
import { openTerminal, prompts, shows, type } from './desk.ts';

const PLACES = [
  ['front', './'],
  ['lessons', './#/lessons'],
  ['free', './#/free'],
  ['unknown', './#/no/such/place'],
  ['lesson', './#/lesson/14-swarm-init/4'],
  ['failure lesson', './#/lesson/19-failure-recovery/2'],
  ['free lab', './#/free/3/3'],
] as const;

for (const theme of ['light', 'dark'] as const) {
  for (const [name, address] of PLACES) {
    test(`axe finds nothing: ${name}, ${theme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(address);
      await page.getByRole('main').waitFor();
      if (address.includes('/lesson/') || address.includes('/free/'))
        await prompts(page, 'manager1');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
      ).toEqual([]);
    });
  }
}

test('back and forward between steps keep the lab; an address of its own prepares it', async ({
  page,
}) => {
  await page.goto('./#/lesson/14-swarm-init/2');
  await prompts(page, 'manager1');
  await type(page, 'manager1', 'docker info | grep Swarm');
  await type(page, 'manager1', 'docker node ls');
  await page.getByRole('button', { name: '다음', exact: true }).click();
  await expect(page.getByRole('heading', { level: 2, name: '첫 매니저를 만들어요' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 2, name: '스웜은 이미' })).toBeVisible();
  await shows(page, 'manager1', /not a swarm manager/);
  await page.goForward();
  await expect(page.getByRole('heading', { level: 2, name: '첫 매니저를 만들어요' })).toBeVisible();
  await shows(page, 'manager1', /not a swarm manager/);
  await page.goto('./#/lesson/14-swarm-init/5');
  await expect(page.getByRole('heading', { level: 2, name: '나머지도' })).toBeVisible();
  await openTerminal(page, 'manager1');
  await shows(page, 'manager1', /Swarm initialized/);
});

test('addresses that lead nowhere say so', async ({ page }) => {
  for (const address of [
    './#/nowhere',
    './#/lesson/99-none/1',
    './#/lesson/14-swarm-init/99',
    './#/free/9/99',
  ]) {
    await page.goto(address);
    await expect(page.getByRole('heading', { name: '여기에는 아무것도 없어요' })).toBeVisible();
  }
});

test('+ and - change the size of the type, and it is remembered', async ({ page }) => {
  await page.goto('./#/lessons');
  const size = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--mono-size'));
  await page.keyboard.press('+');
  await expect.poll(size).toBe('22px');
  await page.reload();
  await expect.poll(size).toBe('22px');
  await page.keyboard.press('-');
  await expect.poll(size).toBe('14.5px');
});

test('panes are sized, hidden and maximised with the keyboard', async ({ page }) => {
  await page.goto('./#/lesson/14-swarm-init/1');
  await prompts(page, 'manager1');
  const lesson = page.getByRole('region', { name: '레슨' });
  const width = async (): Promise<number> => (await lesson.boundingBox())?.width ?? 0;
  const before = await width();
  await page.getByRole('separator', { name: '레슨과 실습 사이 너비' }).focus();
  for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowRight');
  expect(await width()).toBeGreaterThan(before + 50);
  await page.getByRole('button', { name: '레슨 숨기기' }).press('Enter');
  await expect(lesson).toBeHidden();
  await page.getByRole('button', { name: '레슨 보이기' }).press('Enter');
  await expect(lesson).toBeVisible();
  await page.getByRole('button', { name: '터미널 크게 보기' }).press('Enter');
  await expect(lesson).toBeHidden();
  await page.getByRole('button', { name: '터미널 원래 크기로' }).press('Enter');
  await expect(lesson).toBeVisible();
});

test('the editor saves a file of a machine, and says what is wrong with its YAML', async ({
  page,
}) => {
  await page.goto('./#/free/1/0');
  await prompts(page, 'manager1');
  await page.getByRole('tab', { name: '편집기' }).click();
  await expect(
    page.locator('.monaco-editor textarea, .monaco-editor .native-edit-context').first(),
  ).toBeFocused();
  // The editor indents by itself.
  await page.keyboard.insertText('services:\nweb:\nimage: nginx\nimage: httpd\n');
  await expect(page.getByText('같은 이름이 두 번 나와요')).toBeVisible();
  await page.keyboard.press('Control+S');
  await expect(page.getByText('저장했어요.')).toBeVisible();
  await type(page, 'manager1', 'cat stack.yml');
  await shows(page, 'manager1', /image: httpd/);
});
