/**
 * The lab in Chromium's web worker is the lab in Node: the input log of a page session (at 1×, at 10×, stopped in between, in a
 * hidden tab) replays to the same fingerprint, every byte that every terminal showed; and a scenario gives the same bytes here and there.
 */
import type { Page } from '@playwright/test';
import { BROWSER_ARGS, findBrowser } from '../../scripts/browser.mjs';
import { Lab } from '../../src/lab/lab.ts';
import type { LabRecord } from '../../src/lab/inputs.ts';
import { Player } from '../../src/lab/play/player.ts';
import { TypingRunner } from '../../src/lab/play/typing.ts';
import '../../src/lab/rest.ts';
import { templateByName, vms } from '../../src/lab/templates.ts';
import { questionOf, readRecording } from '../conformance/recording.ts';
import { openTerminal, prompts, screen, shows, type } from './desk.ts';
import { expect, test } from './harness.ts';
import { KEEPS_HIDDEN_TABS_LIVELY, openWindow, type Tab } from './tabs.ts';

interface Saved extends LabRecord {
  readonly fingerprint: string;
}

interface Moment {
  readonly realMs: number;
  readonly virtualMs: number;
}

/** What the page has put by of its lab, as text. */
const SAVED = `localStorage.getItem(Object.keys(localStorage).find((key) => /[/]lab[/]free[/]/.test(key)) ?? '')`;

/** The log as it stands, once the page has written what was typed last. */
async function savedBy(
  evaluate: (expression: string) => Promise<unknown>,
  typed: string,
): Promise<Saved> {
  let record: Saved | undefined;
  await expect
    .poll(async () => {
      record = JSON.parse(String(await evaluate(SAVED))) as Saved | undefined;
      const keys = record?.inputs
        .map(({ input }) => (input.kind === 'type' ? input.text : ''))
        .join('');
      return record?.fingerprint !== '' && keys?.includes(typed);
    })
    .toBe(true);
  return record as Saved;
}

/** Runs the log in Node to the moment of its fingerprint. */
function replayed(record: Saved): Lab {
  const lab = new Lab({ template: templateByName(record.template), seed: record.seed });
  lab.replay({ inputs: record.inputs, nowMs: Number(record.fingerprint.split('/')[0]) });
  return lab;
}

async function replays(page: Page, last: string): Promise<Lab> {
  const record = await savedBy((expression) => page.evaluate(expression), last);
  const lab = replayed(record);
  expect(lab.fingerprint()).toBe(record.fingerprint);
  expect(replayed(record).fingerprint()).toBe(record.fingerprint);
  return lab;
}

const INIT = 'docker swarm init --advertise-addr 192.168.99.100';
const CREATE = 'docker service create --name web --replicas 3 -p 80:80 nginx';
const LOOK = 'curl -s localhost | head -4; docker service ps web';

test('a session at 1× and at 10× replays in Node to the same bytes', async ({ page }) => {
  await page.goto('./#/free/1/1');
  await type(page, 'manager1', INIT);
  await prompts(page, 'manager1');
  await page.getByText('10×', { exact: true }).click();
  await type(page, 'manager1', CREATE);
  await prompts(page, 'manager1');
  await type(page, 'manager1', `${LOOK}; echo end`);
  await shows(page, 'manager1', /\nend\n/);
  const lab = await replays(page, 'echo end\r');
  expect(lab.screen('manager1')?.between(0)).toContain('overall progress: 3 out of 3 tasks');
});

test('a session that was stopped in between replays in Node to the same bytes', async ({
  page,
}) => {
  const stop = page.getByRole('button', { name: '시간 멈추기' });
  const goOn = page.getByRole('button', { name: '시간 흐르게 하기' });
  await page.goto('./#/free/1/1');
  await type(page, 'manager1', INIT);
  await prompts(page, 'manager1');
  await type(page, 'manager1', CREATE);
  await shows(page, 'manager1', /overall progress/);
  for (let n = 0; n < 4; n++) {
    await stop.click();
    await expect(goOn).toBeVisible();
    const before = await screen(page, 'manager1');
    await page.waitForTimeout(300);
    expect(await screen(page, 'manager1')).toBe(before);
    if (n === 2) await page.getByRole('button', { name: '다음 변화에서 멈추기' }).click();
    await goOn.click();
    await expect(stop).toBeVisible();
    await page.waitForTimeout(200 * n);
  }
  await prompts(page, 'manager1');
  await stop.click();
  await type(page, 'manager1', LOOK);
  await goOn.click();
  await shows(page, 'manager1', /Running[^\n]*\n(.*\n)*.*#$/);
  await stop.click();
  await type(page, 'manager1', 'echo end');
  await shows(page, 'manager1', /\nend\n/);
  await replays(page, 'echo end\r');
});

test.describe('in a hidden tab', () => {
  const AWAY_MS = 4_000;

  async function until(tab: Tab, expression: string): Promise<void> {
    await expect.poll(() => tab.evaluate<boolean>(expression), { timeout: 30_000 }).toBe(true);
  }
  const shown = `document.querySelector('.xterm-rows')?.textContent.replaceAll('\\u00a0', ' ').trimEnd()`;

  test('time goes on quietly, and the log replays in Node to the same bytes', async ({
    playwright,
    server,
  }) => {
    const browser = await playwright.chromium.launch({
      executablePath: await findBrowser(),
      args: BROWSER_ARGS,
      ignoreDefaultArgs: KEEPS_HIDDEN_TABS_LIVELY,
    });
    const { openTab } = await openWindow(browser);
    const tab = await openTab(`${server.url}#/free/1/1`);
    await until(tab, `${shown}?.endsWith('#') ?? false`);
    await tab.evaluate(`document.querySelector('.xterm-helper-textarea').focus()`);
    await tab.type(`${INIT}\r`);
    await until(tab, `/Swarm initialized[^]*#$/.test(${shown})`);
    await tab.evaluate(`document.querySelector('[role="radio"][aria-label="10배"]').click()`);
    await tab.type(`${CREATE}\r`);

    // What the page writes when it goes out of sight, and when it comes back.
    await tab.evaluate(
      `window.seen = []; document.addEventListener('visibilitychange', () =>
        window.seen.push({ realMs: performance.now(), virtualMs: JSON.parse(${SAVED}).nowMs }))`,
    );
    const other = await openTab('about:blank');
    const away = async (isFrozen: boolean): Promise<Moment> => {
      await other.show();
      await until(tab, 'document.hidden');
      if (isFrozen) await tab.freeze(true);
      await other.evaluate(`new Promise((resolve) => setTimeout(resolve, ${AWAY_MS}))`);
      if (isFrozen) await tab.freeze(false);
      await tab.show();
      await until(tab, '!document.hidden');
      const seen = await tab.evaluate<Moment[]>('window.seen.splice(0)');
      const [left, back] = [seen[0] as Moment, seen.at(-1) as Moment];
      return { realMs: back.realMs - left.realMs, virtualMs: back.virtualMs - left.virtualMs };
    };
    const hidden = await away(false);
    // At 1× at most, though 10× is chosen (and rules until the worker hears of it); but it does not stand still.
    expect(hidden.virtualMs).toBeLessThan(hidden.realMs * 3);
    expect(hidden.virtualMs).toBeGreaterThan(hidden.realMs / 2);
    const frozen = await away(true);
    expect(frozen.realMs).toBeGreaterThan(AWAY_MS);
    expect(frozen.virtualMs).toBeLessThan(AWAY_MS);

    await tab.type('echo end\r');
    await until(tab, `/[^ ]end/.test(${shown})`);
    const record = await savedBy((expression) => tab.evaluate(expression), 'echo end\r');
    expect(replayed(record).fingerprint()).toBe(record.fingerprint);
    expect(replayed(record).screen('manager1')?.between(0)).toContain('3 out of 3 tasks');
    await browser.close();
  });
});

test('a scenario gives the same bytes twice in Node and once in the worker of the page', async ({
  page,
}) => {
  // Pulled, created, scaled; a worker loses power, its tasks go elsewhere; it comes back.
  const question = questionOf(readRecording('22-node-crash'));
  const play = (): { lab: Lab; answers: string } => {
    const lab = new Lab({ template: vms(1, 2), seed: 'scenario' });
    const answers = JSON.stringify(new Player(lab, question, new TypingRunner(lab)).play());
    return { lab, answers };
  };
  const first = play();
  const second = play();
  expect(second.answers).toBe(first.answers);
  expect(second.lab.fingerprint()).toBe(first.lab.fingerprint());

  // The page is given what was typed and when, and no word of what came of it.
  const record = {
    ...first.lab.record(),
    open: { kind: 'free', managers: 1, workers: 2 },
    fingerprint: '',
  };
  await page.addInitScript((text) => {
    if (!localStorage.getItem('swarm-lab/1/lab/free/1/2'))
      localStorage.setItem('swarm-lab/1/lab/free/1/2', text);
  }, JSON.stringify(record));
  await page.goto('./#/free/1/2');
  await openTerminal(page, 'manager1');
  await type(page, 'manager1', 'echo end');
  await shows(page, 'manager1', /\nend\n/);
  const lab = await replays(page, 'echo end\r');
  for (const { name } of first.lab.screens) {
    const shown = first.lab.screen(name)?.between(0) ?? '';
    expect(lab.screen(name)?.between(0).startsWith(shown), name).toBe(true);
  }
  expect(first.answers).toContain('Down');
});
