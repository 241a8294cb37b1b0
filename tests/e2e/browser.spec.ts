/**
 * The browser pane: pages of the virtual network, drawn without letting anything in them run or reach out.
 */
import type { Locator, Page } from '@playwright/test';
import { openTerminal, prompts, shows, terminal, type } from './desk.ts';
import { expect, test } from './harness.ts';

// What looks into frames for a trace runs scripts there, which the pane's frame does not let happen.
test.use({ trace: 'off' });

const SITE = 'http://192.168.99.100:8080/';

async function openDesk(page: Page): Promise<void> {
  await page.goto('./#/free/1/0');
  await openTerminal(page, 'manager1');
}

function pane(page: Page): Locator {
  return page.getByRole('region', { name: '브라우저', exact: true });
}

function bar(page: Page): Locator {
  return pane(page).getByLabel('주소', { exact: true });
}

/** The text of the drawn page: read from outside, as the pane itself does. */
async function drawn(page: Page): Promise<string> {
  return pane(page)
    .locator('iframe')
    .evaluate((frame: HTMLIFrameElement) => frame.contentDocument?.body.innerText ?? '');
}

async function draws(page: Page, what: RegExp): Promise<void> {
  await expect(pane(page).locator('iframe')).toBeVisible();
  await expect.poll(() => drawn(page)).toMatch(what);
}

async function fails(page: Page, what: RegExp): Promise<void> {
  await expect(pane(page).getByRole('alert')).toContainText(what);
}

/** Clicks something on the drawn page, where it is. */
async function click(page: Page, selector: string): Promise<void> {
  const frame = pane(page).locator('iframe');
  const [box, at] = await Promise.all([
    frame.boundingBox(),
    frame.evaluate((one: HTMLIFrameElement, wanted) => {
      const rect = one.contentDocument?.querySelector(wanted)?.getBoundingClientRect();
      return rect && { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
    }, selector),
  ]);
  if (!box || !at) throw new Error(`nothing is at ${selector}`);
  await page.mouse.click(box.x + at.x, box.y + at.y);
}

async function openPane(page: Page): Promise<void> {
  await page.getByRole('tab', { name: '브라우저' }).click();
  await expect(bar(page)).toBeFocused();
}

async function go(page: Page, address: string): Promise<void> {
  await bar(page).fill(address);
  await bar(page).press('Enter');
}

/** Runs nginx on port 8080, with these pages in place of its own. */
async function serve(page: Page, pages: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [path, html] of Object.entries(pages)) {
    await type(page, 'manager1', `mkdir -p site; cat > site/${path} <<'END'`);
    await page.keyboard.type(`${html}\nEND\n`);
    await prompts(page, 'manager1');
  }
  const mount = Object.keys(pages).length > 0 ? '-v $PWD/site:/usr/share/nginx/html:ro ' : '';
  await type(
    page,
    'manager1',
    `docker run -d --name web -p 8080:80 ${mount}nginx:alpine; echo rea""dy`,
  );
  await shows(page, 'manager1', /^ready$/m);
}

test('a published port is opened by its address, gone back from, and loaded again', async ({
  page,
}) => {
  await openDesk(page);
  await serve(page);
  await openPane(page);
  await expect(pane(page).getByRole('list', { name: '지금 공개된 포트' })).toContainText(SITE);
  await go(page, '192.168.99.100:8080');
  await draws(page, /Welcome to nginx!/);
  await expect(bar(page)).toHaveValue(SITE);
  await go(page, '192.168.99.100:8080/none');
  await draws(page, /404 Not Found/);
  await pane(page).getByRole('button', { name: '뒤로' }).click();
  await draws(page, /Welcome to nginx!/);
  await pane(page).getByRole('button', { name: '앞으로' }).click();
  await draws(page, /404 Not Found/);
  await type(page, 'manager1', 'docker rm -f web');
  await shows(page, 'manager1', /^web$/m);
  await openPane(page);
  await pane(page).getByRole('button', { name: '새로고침' }).click();
  await fails(page, /ERR_CONNECTION_REFUSED/);
});

test('what cannot be opened says why', async ({ page }) => {
  await openDesk(page);
  await openPane(page);
  await go(page, '192.168.99.100:8080');
  await fails(page, /192\.168\.99\.100에서 연결을 거부했습니다\./);
  await go(page, 'http://web/');
  await fails(page, /ERR_NAME_NOT_RESOLVED/);
  await go(page, '10.1.2.3');
  await fails(page, /ERR_ADDRESS_UNREACHABLE/);
});

test('a form goes to another server and its answer is shown', async ({ page }) => {
  await openDesk(page);
  await type(page, 'manager1', 'docker run -d -p 8081:80 traefik/whoami; echo o""k');
  await shows(page, 'manager1', /^ok$/m);
  await serve(page, {
    'index.html':
      '<form action=http://192.168.99.100:8081/hello><input name=who required><input type=checkbox name=yes><select name=n><option>1<option>2</select><button name=do value=it>Send</button></form>',
  });
  await openPane(page);
  await go(page, SITE);
  await draws(page, /Send/);
  // What is required has to be filled in.
  await click(page, 'button');
  await expect(bar(page)).toHaveValue(SITE);
  await click(page, 'input[required]');
  await page.keyboard.type('a & b');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await draws(page, /GET \/hello\?who=a\+%26\+b&yes=on&n=2&do=it HTTP\/1\.1/);
  expect(await drawn(page)).toMatch(/^Referer: http:\/\/192\.168\.99\.100:8080\/$/m);
});

test('a page that means harm runs nothing and reaches nobody', async ({ page }) => {
  await openDesk(page);
  await serve(page, {
    'index.html': `<script>top.harm=1</script><img src=x onerror="top.harm=2"><svg onload="top.harm=3"><script>top.harm=4</script></svg>
<a id=js href="javascript:top.harm=5">js</a> <a id=out target=_top href="http://evil.test/out">out</a>
<iframe src="http://evil.test/"></iframe><object data="http://evil.test/"></object><embed src="http://evil.test/">
<link rel=stylesheet href="http://evil.test/a.css"><style>body{background:url(http://evil.test/b.png)}</style>
<style>p{background:u\\72l(http://evil.test/c.png)}</style><p style="background:u\\72l(http://evil.test/d.png)">styled</p>
<img name=body><form name=createElement action="http://evil.test/form"><input name=closest autofocus onfocus="top.harm=6"><button id=send>go</button></form>
<math><mtext><table><mglyph><style></math><img src onerror=top.harm=7></style>`,
    'away.html': '<meta http-equiv=refresh content="1; url=http://evil.test/away">',
  });
  const address = page.url();
  await openPane(page);
  await go(page, SITE);
  await draws(page, /styled/);
  await click(page, '#js');
  await expect(bar(page)).toHaveValue(SITE);
  await click(page, '#send');
  await fails(page, /evil\.test의 서버 IP 주소를 찾을 수 없습니다/);
  await pane(page).getByRole('button', { name: '뒤로' }).click();
  await draws(page, /styled/);
  await click(page, '#out');
  await expect(bar(page)).toHaveValue('http://evil.test/out');
  await go(page, `${SITE}away.html`);
  await expect(bar(page)).toHaveValue('http://evil.test/away');
  expect(page.url()).toBe(address);
  expect(await page.evaluate(() => 'harm' in window)).toBe(false);
  expect(page.context().pages()).toHaveLength(1);
});

test('an address in a terminal opens in the pane, and the keyboard finds its way', async ({
  page,
}) => {
  await openDesk(page);
  await serve(page);
  await type(page, 'manager1', 'clear; docker ps');
  await shows(page, 'manager1', /0\.0\.0\.0:8080->80/);
  const row = terminal(page, 'manager1').locator('.xterm-rows > div', { hasText: '->80/tcp' });
  const at = await row.first().evaluate((line) => {
    const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = text.nextNode(); node; node = text.nextNode()) {
      const found = node.textContent?.indexOf('0.0.0.0:8080') ?? -1;
      if (found < 0) continue;
      const range = document.createRange();
      range.setStart(node, found + 3);
      range.setEnd(node, found + 4);
      const { x, y } = range.getBoundingClientRect();
      return { x, y };
    }
    return undefined;
  });
  if (!at) throw new Error('no address is shown');
  await page.mouse.move(at.x + 2, at.y + 4);
  await page.mouse.move(at.x + 4, at.y + 5);
  await page.mouse.click(at.x + 4, at.y + 5);
  await draws(page, /Welcome to nginx!/);
  await expect(bar(page)).toHaveValue(SITE);
  // Into the page by Tab, out of it by F6.
  await bar(page).focus();
  await page.keyboard.press('Tab');
  await expect(pane(page).locator('iframe')).toBeFocused();
  await page.keyboard.press('F6');
  await expect(pane(page).locator('iframe')).not.toBeFocused();
  await expect(page.getByRole('button', { name: '시간 멈추기' })).toBeVisible();
});

test('one machine is shown from the inside, and its ports open', async ({ page }) => {
  await openDesk(page);
  await type(page, 'manager1', 'docker network create app');
  await prompts(page, 'manager1');
  await type(
    page,
    'manager1',
    'docker run -d --name web --network app -p 8080:80 -v data:/cache nginx:alpine; echo o""k',
  );
  await shows(page, 'manager1', /^ok$/m);
  const inside = page.getByRole('region', { name: 'manager1 안의 컨테이너와 네트워크' });
  await expect(inside).toContainText('172.18.0.0/16');
  await expect(inside).toContainText('볼륨');
  const web = inside.getByRole('button', { name: /^web, nginx:alpine, Running, 네트워크 app 172/ });
  await web.click();
  await inside.getByRole('button', { name: /docker inspect web 실행$/ }).click();
  await shows(page, 'manager1', /"DNSNames"/);
  await inside.getByRole('button', { name: /^8080 → 80/ }).click();
  await draws(page, /Welcome to nginx!/);
  await expect(bar(page)).toHaveValue(SITE);
});
