import { beforeEach, describe, expect, it } from 'vitest';
import '../../../src/lab/rest.ts';
import type { BrowseAction, BrowserView, PageNode } from '../../../src/lab/browser/index.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { local, vms } from '../../../src/lab/templates.ts';
import { Timeline } from '../../../src/lab/view/timeline.ts';
import { isVisible } from '../../../src/lab/view/visible.ts';
import { serve, type Asked } from './site.ts';

let lab: Lab;
beforeEach(() => {
  lab = new Lab({ template: vms(1, 1), seed: 'browser' });
});

const SITE = 'http://192.168.99.100:8000';

/** Does something in the browser and lets time pass. */
function act(action: BrowseAction, forMs = 1_000): BrowserView {
  lab.input({ kind: 'browse', window: 'w', action });
  lab.runUntil(lab.nowMs + forMs);
  return view();
}

function view(): BrowserView {
  const found = lab.browsers?.window('w')?.view();
  if (!found) throw new Error('no window');
  return found;
}

const go = (url: string, forMs?: number): BrowserView => act({ type: 'go', url }, forMs);
const text = (): string => lab.browsers?.window('w')?.text ?? '';

describe('a page', () => {
  it('comes over the wire as a browser asks for it', () => {
    const asked = serve(lab, 'manager1', 8000, { '/': '<title>집</title><p>안녕' });
    const page = go('192.168.99.100:8000');
    expect(page).toMatchObject({
      url: `${SITE}/`,
      status: 200,
      isLoading: false,
      error: undefined,
    });
    expect(page.page?.title).toBe('집');
    expect(text()).toBe('집\n\n안녕');
    expect(asked[0]?.line).toBe('GET /');
    expect(asked[0]?.headers).toMatchObject({ host: '192.168.99.100:8000' });
    expect(asked[0]?.headers['user-agent']).toMatch(/^Mozilla\/5\.0 .*Chrome/);
  });

  it('is under way until its answer has come', () => {
    serve(lab, 'manager1', 8000, { '/': 'x' });
    expect(act({ type: 'go', url: SITE }, 0)).toMatchObject({ isLoading: true, page: undefined });
    lab.runUntil(lab.nowMs + 1_000);
    expect(view().isLoading).toBe(false);
  });

  it('brings its style sheets before it is shown, and its pictures afterwards', () => {
    const asked = serve(lab, 'manager1', 8000, {
      '/a/': `<link rel=stylesheet href=one.css><style>b{background:url(http://x/)}</style>
        <link rel=stylesheet href=/wrong.css><img src=p.svg><img src=p.svg><img src=/none.png><img src="data:image/gif;base64,AA==">`,
      '/a/one.css': {
        headers: { 'content-type': 'text/css' },
        body: '@import "evil.css"; p{color:red}',
      },
      '/wrong.css': 'p{color:blue}',
      '/a/p.svg': { headers: { 'content-type': 'image/svg+xml' }, body: '<svg/>' },
    });
    const page = go(`${SITE}/a/`);
    expect(page.page?.styles).toEqual([' p{color:red}', 'b{background:url("data:,")}', '']);
    const drawing = 'data:image/svg+xml;charset=utf-8,%3Csvg%2F%3E';
    expect(page.images).toEqual([drawing, drawing, '', 'data:image/gif;base64,AA==']);
    expect(asked.map(({ line }) => line)).toEqual([
      'GET /a/',
      'GET /a/one.css',
      'GET /wrong.css',
      'GET /a/p.svg',
      'GET /none.png',
      'GET /favicon.ico',
    ]);
    expect(asked[1]?.headers['referer']).toBe(`${SITE}/a/`);
  });

  it('of plain text is shown as it is; a file is not', () => {
    serve(lab, 'manager1', 8000, {
      '/t': { headers: { 'content-type': 'text/plain' }, body: '<b>no</b>' },
      '/j': { headers: { 'content-type': 'application/json' }, body: '{}' },
      '/f': { headers: { 'content-type': 'application/octet-stream' }, body: '' },
    });
    expect(go(`${SITE}/t`).page?.body.children).toMatchObject([
      { tag: 'pre', children: ['<b>no</b>'] },
    ]);
    go(`${SITE}/j`);
    expect(text()).toBe('{}');
    expect(go(`${SITE}/f`).error?.code).toBe('NOT_SUPPORTED');
  });

  it('has nothing that runs, and what is for those without scripts', () => {
    serve(lab, 'manager1', 8000, {
      '/': '<p>a<script>alert(1)</script><noscript><b>b</b></noscript><iframe src=/x></iframe>',
    });
    const tags = (node: PageNode): string[] =>
      typeof node === 'string' ? [node] : [node.tag, ...node.children.flatMap(tags)];
    const { page } = go(SITE);
    expect(page && tags(page.body)).toEqual(['body', 'p', 'a', 'noscript', 'b', 'b']);
  });
});

describe('an error', () => {
  it.each([
    ['http://192.168.99.100:81/', 'ERR_CONNECTION_REFUSED', 100],
    ['http://192.168.99.77/', 'ERR_ADDRESS_UNREACHABLE', 5_000],
    ['http://10.9.9.9/', 'ERR_ADDRESS_UNREACHABLE', 100],
    ['http://nobody/', 'ERR_NAME_NOT_RESOLVED', 100],
    ['http://192.168.99.100:22/', 'ERR_UNSAFE_PORT', 100],
    ['ftp://192.168.99.100/', 'ERR_UNKNOWN_URL_SCHEME', 100],
    ['http://a b/', 'ERR_INVALID_URL', 100],
  ])('%s is %s', (url, code, afterMs) => {
    expect(go(url, afterMs)).toMatchObject({ status: 0, isLoading: false, error: { code } });
  });

  it('comes when a machine that is off does not answer', () => {
    lab.input({ kind: 'fault', fault: { type: 'crash', machine: 'manager1' } });
    expect(go(SITE, 29_000).isLoading || view().error?.code === 'ERR_ADDRESS_UNREACHABLE').toBe(
      true,
    );
    lab.runUntil(lab.nowMs + 2_000);
    expect(view().error?.code).toMatch(/ERR_CONNECTION_TIMED_OUT|ERR_ADDRESS_UNREACHABLE/);
  });

  it('tells a server that hangs up from one that speaks something else', () => {
    const { tcp } = lab.host('manager1')!.machine.net;
    tcp.listen('0.0.0.0', 8001, (connection) => connection.close());
    tcp.listen('0.0.0.0', 8002, (connection) => {
      connection.writer.put('-ERR wrong\r\n');
    });
    tcp.listen('0.0.0.0', 8003, (connection) => connection.abort());
    tcp.listen('0.0.0.0', 8443, () => {});
    expect(go('192.168.99.100:8001').error?.code).toBe('ERR_EMPTY_RESPONSE');
    expect(go('192.168.99.100:8002').error?.code).toBe('ERR_INVALID_HTTP_RESPONSE');
    expect(go('192.168.99.100:8003').error?.code).toBe('ERR_CONNECTION_RESET');
    expect(go('https://192.168.99.100:8443').error?.code).toBe('ERR_SSL_PROTOCOL_ERROR');
  });

  it('ends a wait that is too long, and stop ends it at once', () => {
    lab.host('manager1')?.machine.net.tcp.listen('0.0.0.0', 8000, () => {});
    expect(go(SITE, 299_000).isLoading).toBe(true);
    lab.runUntil(lab.nowMs + 2_000);
    expect(view().error?.code).toBe('ERR_TIMED_OUT');
    act({ type: 'reload' });
    expect(view().isLoading).toBe(true);
    expect(act({ type: 'stop' }, 0).isLoading).toBe(false);
  });
});

describe('going on', () => {
  it('follows redirects, as what they say', () => {
    const asked = serve(lab, 'manager1', 8000, {
      '/': { status: 302, headers: { location: 'a/b' } },
      '/a/b': { status: 301, headers: { location: `${SITE}/end#here` } },
      '/end': 'end',
      '/loop': { status: 302, headers: { location: '/loop' } },
    });
    expect(go(SITE)).toMatchObject({ url: `${SITE}/end#here`, canGoBack: false });
    expect(asked.slice(0, 3).map(({ line }) => line)).toEqual(['GET /', 'GET /a/b', 'GET /end']);
    expect(go(`${SITE}/loop`).error?.code).toBe('ERR_TOO_MANY_REDIRECTS');
  });

  it('keeps a form through 307 and not through 303', () => {
    const form = (path: string): string =>
      `<form method=post action=${path}><input name=a value=1></form>`;
    const asked = serve(lab, 'manager1', 8000, {
      '/7': form('/to7'),
      '/3': form('/to3'),
      '/to7': { status: 307, headers: { location: '/end' } },
      '/to3': { status: 303, headers: { location: '/end' } },
      '/end': 'end',
    });
    for (const path of ['/7', '/3']) {
      go(SITE + path);
      act({ type: 'submit', form: 0, button: undefined, fields: [] });
    }
    const end = asked.filter(({ line }) => line.endsWith('/end'));
    expect(end.map(({ line, body }) => `${line} ${body}`)).toEqual(['POST /end a=1', 'GET /end ']);
  });

  it('goes back to the page as it was, and forward, and forgets what was ahead', () => {
    const asked = serve(lab, 'manager1', 8000, { '/1': '<a href=2>', '/2': '2', '/3': '3' });
    go(`${SITE}/1`);
    act({ type: 'follow', url: `${SITE}/2` });
    expect(asked.at(-1)?.headers['referer']).toBe(`${SITE}/1`);
    const before = asked.length;
    expect(act({ type: 'back' })).toMatchObject({
      url: `${SITE}/1`,
      canGoBack: false,
      canGoForward: true,
    });
    expect(act({ type: 'forward' })).toMatchObject({ url: `${SITE}/2`, canGoForward: false });
    expect(asked.length).toBe(before);
    act({ type: 'back' });
    expect(go(`${SITE}/3`)).toMatchObject({ canGoBack: true, canGoForward: false });
    act({ type: 'reload' });
    expect(asked.at(-1)).toMatchObject({
      line: 'GET /3',
      headers: { 'cache-control': 'max-age=0' },
    });
  });

  it('asks again for a page that failed', () => {
    go(`${SITE}/`, 100);
    expect(view().error?.code).toBe('ERR_CONNECTION_REFUSED');
    serve(lab, 'manager1', 8000, { '/': 'here' });
    expect(act({ type: 'reload' })).toMatchObject({ status: 200, error: undefined });
    expect(text()).toBe('here');
  });

  it('stays on the page for another place in it', () => {
    const asked = serve(lab, 'manager1', 8000, { '/': '<p id=x>' });
    const first = go(SITE);
    const before = asked.length;
    const second = act({ type: 'follow', url: `${SITE}/#x` });
    expect(asked.length).toBe(before);
    expect(second).toMatchObject({ url: `${SITE}/#x`, canGoBack: true });
    expect(second.page?.serial).toBe(first.page?.serial);
    expect(second.arrivals).toBeGreaterThan(first.arrivals);
  });

  it('goes elsewhere by itself when the page says so', () => {
    serve(lab, 'manager1', 8000, {
      '/': '<meta http-equiv=refresh content="5; url=/next">',
      '/next': 'next',
      '/evil': '<meta http-equiv=refresh content="0; url=javascript:alert(1)">',
    });
    expect(go(SITE, 4_000).url).toBe(`${SITE}/`);
    lab.runUntil(lab.nowMs + 2_000);
    expect(view()).toMatchObject({ url: `${SITE}/next`, canGoBack: false });
    expect(go(`${SITE}/evil`, 10_000).url).toBe(`${SITE}/evil`);
  });
});

describe('who one is', () => {
  it('is kept in cookies until they end', () => {
    const asked = serve(lab, 'manager1', 8000, {
      '/': { headers: { 'set-cookie': 'sid=7; Path=/; Max-Age=60' }, body: 'x' },
    });
    go(SITE);
    act({ type: 'reload' });
    expect(asked.at(-1)?.headers['cookie']).toBe('sid=7');
    lab.runUntil(lab.nowMs + 61_000);
    act({ type: 'reload' });
    expect(asked.at(-1)?.headers['cookie']).toBeUndefined();
  });

  it('is asked for, asked again when it is wrong, and remembered', () => {
    const asked = serve(lab, 'manager1', 8000, {
      '/': ({ headers }: Asked) =>
        headers['authorization'] === `Basic ${btoa('admin:pw:1')}`
          ? 'inside'
          : {
              status: 401,
              headers: { 'www-authenticate': 'Basic realm="HAProxy Statistics"' },
              body: 'no',
            },
    });
    expect(go(SITE).login).toEqual({ host: '192.168.99.100:8000', realm: 'HAProxy Statistics' });
    expect(act({ type: 'login', user: 'admin', password: 'no' }).login).toBeDefined();
    expect(act({ type: 'login', user: 'admin', password: 'pw:1' }).login).toBeUndefined();
    expect(text()).toBe('inside');
    const before = asked.length;
    act({ type: 'reload' });
    expect(asked.length).toBe(before + 1);
  });

  it('may be kept to oneself', () => {
    serve(lab, 'manager1', 8000, {
      '/': { status: 401, headers: { 'www-authenticate': 'Basic realm=x' }, body: 'keep out' },
    });
    go(SITE);
    expect(act({ type: 'cancel-login' })).toMatchObject({ login: undefined, status: 401 });
    expect(text()).toBe('keep out');
  });
});

describe('where it runs', () => {
  it('decides what it reaches, and with which cookies', () => {
    lab = new Lab({ template: local(), seed: 'browser' });
    const asked = serve(lab, 'local', 8000, {
      '/': { headers: { 'set-cookie': 'a=1' }, body: 'own' },
    });
    go('localhost:8000');
    expect(text()).toBe('own');
    expect(asked[0]?.headers['host']).toBe('localhost:8000');
  });

  it('may be a machine of the cluster', () => {
    const asked = serve(lab, 'worker1', 8000, {
      '/': { headers: { 'set-cookie': 'a=1' }, body: 'w' },
    });
    expect(go('localhost:8000', 100).error?.code).toBe('ERR_CONNECTION_REFUSED');
    expect(act({ type: 'use', machine: 'worker1' })).toMatchObject({ machine: 'worker1', url: '' });
    go('localhost:8000');
    expect(text()).toBe('w');
    act({ type: 'use', machine: 'manager1' });
    go('192.168.99.101:8000');
    const pages = asked.filter(({ line }) => line === 'GET /');
    expect(pages.map(({ headers }) => headers['cookie'])).toEqual([undefined, undefined]);
    lab.input({ kind: 'fault', fault: { type: 'crash', machine: 'manager1' } });
    expect(act({ type: 'reload' }).error?.code).toBe('ERR_INTERNET_DISCONNECTED');
  });

  it('is not opened by pages whose machine goes off under them', () => {
    lab.host('worker1')?.machine.net.tcp.listen('0.0.0.0', 8000, () => {});
    act({ type: 'use', machine: 'worker1' });
    go('localhost:8000');
    lab.input({ kind: 'fault', fault: { type: 'crash', machine: 'worker1' } });
    lab.runUntil(lab.nowMs + 1_000);
    expect(view()).toMatchObject({
      isLoading: false,
      error: { code: 'ERR_INTERNET_DISCONNECTED' },
    });
  });
});

it('is a mark of the time line, and a change to stop at', () => {
  const timeline = new Timeline(lab);
  serve(lab, 'manager1', 8000, { '/': 'x' });
  go(SITE);
  expect(timeline.take().filter(({ text: said }) => said.startsWith('브라우저'))).toMatchObject([
    { lane: 'command', machine: undefined, text: `브라우저 ${SITE}/` },
  ]);
  expect(
    lab.world.trace
      .since(0)
      .filter(isVisible)
      .map(({ kind }) => kind),
  ).toEqual(['browser.page']);
});

it('what was done in it replays to the same', () => {
  const play = (run: (made: Lab) => void): Lab => {
    const made = new Lab({ template: local(), seed: 'same' });
    serve(made, 'local', 8000, {
      '/': '<form method=post action=/x><input name=a></form>',
      '/x': ({ body }: Asked) => `got ${body}`,
    });
    run(made);
    return made;
  };
  const first = play((made) => {
    lab = made;
    go('localhost:8000', 700);
    act(
      { type: 'submit', form: 0, button: undefined, fields: [{ control: 0, value: 'b c' }] },
      300,
    );
    expect(text()).toBe('got a=b+c');
  });
  const again = play((made) => made.replay(JSON.parse(JSON.stringify(first.record()))));
  expect(again.fingerprint()).toBe(first.fingerprint());
  expect(again.fingerprint()).toContain('w:');
});
