/**
 * A browser window: where it is, how it got there, and what is under way.
 *
 * Real: a browser's navigation. Scripts are not run. Left out: caches (but going back shows the page as it was left), downloads, several tabs.
 */
import { hashHex, type Scheduler, type Timer } from '../../sim/index.ts';
import { CookieJar } from './cookies.ts';
import {
  readHtml,
  readImage,
  readText,
  refreshOf,
  type Document,
  type Refresh,
} from './document.ts';
import { base64OfBytes, utf8Bytes } from './encode.ts';
import { errorPage, type ErrorCode } from './errors.ts';
import { defaultButton, filled, isSubmit, submission } from './forms.ts';
import type { Place } from './place.ts';
import { send, type Answer, type Request } from './request.ts';
import { imageOf, sheetOf, typeOf, withoutAddresses } from './resources.ts';
import { textOf } from './text.ts';
import type { BrowseAction, BrowserView, FieldState, PageError } from './types.ts';
import {
  formatUrl,
  isSameDocument,
  originOf,
  authorityOf,
  resolveUrl,
  typedUrl,
  type Url,
} from './url.ts';

const REDIRECTS_MAX = 20;
const HISTORY_MAX = 50;
const CONNECTIONS_MAX = 6;
/** A page that loads itself again at once does so this often at most. */
const REFRESH_MS_MIN = 250;
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const ACCEPT =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8';

/** What a place in the history asks for. */
interface Ask {
  readonly url: Url;
  readonly method: 'GET' | 'POST';
  readonly body: string;
  readonly contentType: string;
  readonly referrer: Url | undefined;
}

/** A page in the history, or why there was none. */
interface Page {
  readonly serial: number;
  readonly url: string;
  readonly status: number;
  readonly document: Document | undefined;
  readonly styles: readonly string[];
  images: (string | undefined)[];
  readonly error: PageError | undefined;
  readonly isKept: boolean;
}

interface Entry {
  readonly ask: Ask;
  readonly page: Page;
}

/** The window of scenarios, which nobody looks at. */
export const HEADLESS = 'play';

/** Where a page goes when it has come: a new place after this one, this one, or another. */
type Into = 'push' | 'replace' | number;

interface Login {
  readonly ask: Ask;
  readonly into: Into;
  readonly realm: string;
  readonly answer: Answer;
}

export class Browser {
  readonly window: string;
  /** Grows with whatever can be seen. */
  version = 0;
  #place: Place;
  readonly #world: Scheduler;
  #jar = new CookieJar();
  #passwords = new Map<string, string>();
  #iconsSeen = new Set<string>();
  #entries: Entry[] = [];
  #at = -1;
  #serial = 0;
  #arrivals = 0;
  /** The address that is being loaded; undefined: nothing is. */
  #pending: Url | undefined;
  #login: Login | undefined;
  #refresh: Timer | undefined;
  readonly #cancels = new Set<() => void>();

  constructor(window: string, place: Place) {
    this.window = window;
    this.#place = place;
    this.#world = place.net.world;
  }

  /** Somebody waits for a page or a part of it. */
  get isLoading(): boolean {
    return this.#pending !== undefined || this.#cancels.size > 0;
  }

  get status(): number {
    return this.#login?.answer.status ?? this.#page?.status ?? 0;
  }

  /** What a person reads. */
  get text(): string {
    const page = this.#page;
    if (this.#login) return textOf(readHtml(this.#login.ask.url, this.#login.answer.body));
    if (page?.error) return [page.error.title, page.error.text, page.error.code].join('\n');
    return page?.document ? textOf(page.document) : '';
  }

  /** Tells two histories apart: equal browsers have equal ones. */
  get fingerprint(): string {
    return `${this.window}:${this.version}:${hashHex(this.text, 8)}`;
  }

  act(action: BrowseAction, placeOf: (machine: string) => Place): void {
    this.version++;
    switch (action.type) {
      case 'use':
        return this.#use(placeOf(action.machine));
      case 'go':
        return this.#typed(action.url);
      case 'follow':
        return this.#follow(action.url);
      case 'submit':
        return this.#submit(action.form, action.button, action.fields);
      case 'back':
        return this.#goTo(this.#at - 1);
      case 'forward':
        return this.#goTo(this.#at + 1);
      case 'reload':
        return this.#reload();
      case 'stop':
        return this.#stop();
      case 'login':
        return this.#logIn(action.user, action.password);
      case 'cancel-login':
        return this.#cancelLogin();
    }
  }

  /** For scripts: fills in fields by name and presses the button with this label, or the form's only one. Undefined: there is none. */
  byName(
    values: Readonly<Record<string, string>>,
    label: string | undefined,
  ): BrowseAction | undefined {
    const document = this.#page?.document;
    if (!document) return undefined;
    const fields = filled(document.controls, values);
    const buttons = [...document.controls.entries()].filter(([, one]) => isSubmit(one));
    const wanted = label?.trim().toLowerCase();
    const pressed =
      buttons.find(([, one]) => one.label.toLowerCase() === wanted) ??
      buttons.find(
        ([, one]) =>
          one.form !== undefined &&
          fields.some(({ control }) => document.controls[control]?.form === one.form),
      ) ??
      (buttons.length === 1 ? buttons[0] : undefined);
    const form = pressed?.[1].form ?? document.controls[fields[0]?.control ?? -1]?.form;
    if (form === undefined) return undefined;
    return { type: 'submit', form, button: pressed?.[0], fields };
  }

  view(): BrowserView {
    const entry = this.#entries[this.#at];
    const page = entry?.page;
    const document = page?.document;
    return {
      window: this.window,
      machine: this.#place.machine,
      url: this.#pending ? formatUrl(this.#pending) : (page?.url ?? ''),
      status: this.status,
      isLoading: this.isLoading,
      canGoBack: this.#at > 0,
      canGoForward: this.#at < this.#entries.length - 1,
      isPosted: entry?.ask.method === 'POST',
      page: document && {
        serial: page.serial,
        title: document.title,
        language: document.language,
        styles: page.styles,
        body: document.body,
      },
      images: page?.images ?? [],
      error: page?.error,
      login: this.#login && { host: authorityOf(this.#login.ask.url), realm: this.#login.realm },
      arrivals: this.#arrivals,
    };
  }

  get #page(): Page | undefined {
    return this.#entries[this.#at]?.page;
  }

  /** Another machine is another browser: its own cookies, and nothing in the history. */
  #use(place: Place): void {
    if (place.machine === this.#place.machine) return;
    this.#stop();
    this.#place = place;
    this.#jar = new CookieJar();
    this.#passwords = new Map();
    this.#iconsSeen = new Set();
    this.#entries = [];
    this.#at = -1;
  }

  #typed(text: string): void {
    const url = typedUrl(text);
    if (url) return this.#open(plainAsk(url, undefined));
    this.#stop();
    const code =
      /^[a-z][a-z0-9+.-]*:/i.test(text.trim()) && !/^https?:/i.test(text.trim())
        ? 'ERR_UNKNOWN_URL_SCHEME'
        : 'ERR_INVALID_URL';
    this.#arrive(
      { ...plainAsk(NOWHERE, undefined) },
      'push',
      this.#errorPage(code, undefined, text.trim()),
    );
  }

  #follow(text: string): void {
    const page = this.#page?.document;
    const url = page && resolveUrl(page.url, text);
    if (url) this.#open(plainAsk(url, page.url));
  }

  #submit(form: number, button: number | undefined, fields: readonly FieldState[]): void {
    const page = this.#page?.document;
    if (!page) return;
    const pressed = button ?? defaultButton(page.controls, form);
    const sent = submission(page, form, pressed, fields);
    if (!sent) return;
    this.#open({
      url: sent.url,
      method: sent.body === undefined ? 'GET' : 'POST',
      body: sent.body ?? '',
      contentType: sent.contentType,
      referrer: page.url,
    });
  }

  /** A new page, or another place in this one. */
  #open(ask: Ask): void {
    const page = this.#page;
    const here = page?.document?.url;
    const isWithin =
      ask.method === 'GET' && ask.url.fragment !== '' && here && isSameDocument(here, ask.url);
    if (page && isWithin) {
      this.#stop();
      return this.#arrive(ask, 'push', { ...page, url: formatUrl(ask.url) });
    }
    const isSame = page?.url === formatUrl(ask.url) && ask.method === 'GET';
    this.#load(ask, isSame ? 'replace' : 'push');
  }

  #goTo(at: number): void {
    const entry = this.#entries[at];
    if (!entry) return;
    this.#stop();
    // A page is there as it was left; one that failed, or that did not want to be kept, is asked for again.
    if (entry.page.error || !entry.page.isKept) return this.#load(entry.ask, at);
    this.#at = at;
    this.#arrivals++;
    this.#refreshLater(entry.page.document?.refresh);
  }

  #reload(): void {
    const entry = this.#entries[this.#at];
    if (entry && entry.ask.url !== NOWHERE)
      this.#load(entry.ask, 'replace', { 'cache-control': 'max-age=0' });
  }

  #stop(): void {
    for (const cancel of [...this.#cancels]) cancel();
    this.#cancels.clear();
    this.#refresh?.cancel();
    this.#pending = undefined;
    this.#login = undefined;
  }

  #logIn(user: string, password: string): void {
    const asked = this.#login;
    if (!asked) return;
    this.#passwords.set(
      originOf(asked.ask.url),
      base64OfBytes(utf8Bytes(`${user}:${password}`)) ?? '',
    );
    this.#load(asked.ask, asked.into);
  }

  /** Without a password there is what the server says to those who have none. */
  #cancelLogin(): void {
    const asked = this.#login;
    this.#login = undefined;
    if (asked) this.#show(asked.ask, asked.into, asked.answer);
  }

  #load(ask: Ask, into: Into, extra: Readonly<Record<string, string>> = {}, redirects = 0): void {
    this.#stop();
    this.#pending = ask.url;
    this.version++;
    const password = this.#passwords.get(originOf(ask.url));
    this.#send(this.#request(ask, password, extra), {
      answered: (answer) => {
        const next = this.#redirected(ask, answer);
        if (next && redirects >= REDIRECTS_MAX)
          return this.#fail(ask, into, 'ERR_TOO_MANY_REDIRECTS');
        if (next) return this.#load(next, into, {}, redirects + 1);
        if (answer.status === 204 || answer.status === 205) return this.#end();
        const realm = answer.status === 401 ? realmOf(answer) : undefined;
        if (realm === undefined) return this.#show(ask, into, answer);
        // A password that is refused is asked for again.
        this.#passwords.delete(originOf(ask.url));
        this.#end();
        this.#login = { ask, into, realm, answer };
      },
      failed: (code) => this.#fail(ask, into, code),
    });
  }

  #end(): void {
    this.#pending = undefined;
    this.version++;
  }

  #fail(ask: Ask, into: Into, code: ErrorCode): void {
    this.#arrive(ask, into, this.#errorPage(code, ask.url, formatUrl(ask.url)));
  }

  #errorPage(code: ErrorCode, url: Url | undefined, shown: string): Page {
    return {
      serial: ++this.#serial,
      url: shown,
      status: 0,
      document: undefined,
      styles: [],
      images: [],
      error: errorPage(code, url),
      isKept: false,
    };
  }

  #request(
    ask: Ask,
    password: string | undefined,
    extra: Readonly<Record<string, string>>,
  ): Request {
    const { url, method, body, contentType, referrer } = ask;
    return {
      url,
      method,
      body,
      headers: {
        ...extra,
        ...(password === undefined ? {} : { authorization: `Basic ${password}` }),
        'upgrade-insecure-requests': '1',
        ...(method === 'POST'
          ? { origin: referrer ? originOf(referrer) : 'null', 'content-type': contentType }
          : {}),
        accept: ACCEPT,
        ...this.#usual(url, referrer),
      },
    };
  }

  /** Headers that every request has. */
  #usual(url: Url, referrer: Url | undefined): Readonly<Record<string, string>> {
    const cookie = this.#jar.header(url, this.#world.unixMs);
    const isSame = referrer && originOf(referrer) === originOf(url);
    return {
      'user-agent': USER_AGENT,
      ...(referrer
        ? { referer: isSame ? formatUrl({ ...referrer, fragment: '' }) : `${originOf(referrer)}/` }
        : {}),
      'accept-language': 'ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7',
      ...(cookie === '' ? {} : { cookie }),
    };
  }

  /** Sends a request of this page: `stop` takes it back. */
  #send(
    request: Request,
    done: {
      readonly answered: (answer: Answer) => void;
      readonly failed: (code: ErrorCode) => void;
    },
  ): void {
    const cancel = send(this.#place, request, {
      answered: (answer) => {
        this.#cancels.delete(cancel);
        for (const header of answer.cookies)
          this.#jar.take(request.url, header, this.#world.unixMs);
        done.answered(answer);
        this.version++;
      },
      failed: (code) => {
        this.#cancels.delete(cancel);
        done.failed(code);
        this.version++;
      },
    });
    this.#cancels.add(cancel);
  }

  #redirected(ask: Ask, { status, headers }: Answer): Ask | undefined {
    const location = headers['location'];
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
    const url = resolveUrl(ask.url, location);
    if (!url) return undefined;
    const to = url.fragment === '' ? { ...url, fragment: ask.url.fragment } : url;
    return status >= 307 ? { ...ask, url: to } : plainAsk(to, ask.referrer);
  }

  /** An answer has come: it is read, its style sheets are fetched, then it is shown. */
  #show(ask: Ask, into: Into, answer: Answer): void {
    const document = documentOf(ask.url, answer);
    if (!document) return this.#fail(ask, into, 'NOT_SUPPORTED');
    const styles = document.sheets.map((sheet) =>
      typeof sheet === 'string' ? withoutAddresses(sheet) : '',
    );
    const page: Page = {
      serial: ++this.#serial,
      url: formatUrl(ask.url),
      status: answer.status,
      document,
      styles,
      images: document.images.map((image) => (typeof image === 'string' ? image : undefined)),
      error: undefined,
      isKept: !/no-store/i.test(answer.headers['cache-control'] ?? ''),
    };
    const wanted = [...document.sheets.entries()].flatMap(([at, sheet]) =>
      typeof sheet === 'string' ? [] : [{ at, url: sheet }],
    );
    this.#fetchAll(
      wanted,
      'text/css,*/*;q=0.1',
      ask.url,
      (at, got) => (styles[at] = got ? sheetOf(got) : ''),
      () => {
        this.#arrive(ask, into, page);
        const header = answer.headers['refresh'];
        this.#refreshLater(
          document.refresh ?? (header === undefined ? undefined : refreshOf(ask.url, header)),
        );
        this.#fetchImages(page, ask.url, document);
      },
    );
  }

  #arrive(ask: Ask, into: Into, page: Page): void {
    const at = into === 'push' ? this.#at + 1 : into === 'replace' ? Math.max(0, this.#at) : into;
    if (into === 'push') this.#entries.length = at;
    this.#entries[at] = { ask, page };
    this.#at = at;
    while (this.#entries.length > HISTORY_MAX) {
      this.#entries.shift();
      this.#at--;
    }
    this.#pending = undefined;
    this.#arrivals++;
    this.version++;
    this.#world.emit('browser.page', {
      window: this.window,
      machine: this.#place.machine,
      url: page.url,
      status: page.status,
      error: page.error?.code ?? '',
    });
  }

  #fetchImages(page: Page, referrer: Url, { images }: Document): void {
    const wanted = [...images.entries()].flatMap(([at, image]) =>
      typeof image === 'string' ? [] : [{ at, url: image }],
    );
    // The same picture twice is fetched once.
    const first = new Map<string, number>();
    for (const { at, url } of wanted) if (!first.has(formatUrl(url))) first.set(formatUrl(url), at);
    this.#fetchAll(
      wanted.filter(({ at, url }) => first.get(formatUrl(url)) === at),
      'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
      referrer,
      (at, got) => {
        const data = got ? imageOf(got) : '';
        const found = formatUrl(images[at] as Url);
        page.images = page.images.map((old, i) => {
          const other = images[i];
          return typeof other === 'object' && formatUrl(other) === found ? data : old;
        });
      },
      () => this.#fetchIcon(referrer),
    );
  }

  /** Browsers ask each site once for the picture in the tab, and servers' logs show it. One without a window has no tab to put it in. */
  #fetchIcon(page: Url): void {
    const origin = originOf(page);
    if (this.window === HEADLESS || this.#iconsSeen.has(origin)) return;
    this.#iconsSeen.add(origin);
    const url = { ...page, path: '/favicon.ico', query: '', fragment: '' };
    this.#fetchAll(
      [{ at: 0, url }],
      'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
      page,
      () => {},
      () => {},
    );
  }

  /** Fetches parts of a page, a few at a time. */
  #fetchAll(
    parts: readonly { readonly at: number; readonly url: Url }[],
    accept: string,
    referrer: Url,
    got: (at: number, answer: Answer | undefined) => void,
    done: () => void,
  ): void {
    if (parts.length === 0) return done();
    const waiting = [...parts];
    let left = parts.length;
    const take = (at: number, answer: Answer | undefined): void => {
      got(at, answer);
      if (--left === 0) done();
      else next();
    };
    const next = (): void => {
      const part = waiting.shift();
      if (part) this.#fetchPart(part.url, accept, referrer, (answer) => take(part.at, answer));
    };
    for (let n = 0; n < CONNECTIONS_MAX; n++) next();
  }

  #fetchPart(
    url: Url,
    accept: string,
    referrer: Url,
    done: (answer: Answer | undefined) => void,
    redirects = 0,
  ): void {
    const password = this.#passwords.get(originOf(url));
    this.#send(
      {
        url,
        method: 'GET',
        body: '',
        headers: {
          ...(password === undefined ? {} : { authorization: `Basic ${password}` }),
          accept,
          ...this.#usual(url, referrer),
        },
      },
      {
        answered: (answer) => {
          const next = this.#redirected(plainAsk(url, referrer), answer);
          if (!next) return done(answer);
          if (redirects >= REDIRECTS_MAX) return done(undefined);
          this.#fetchPart(next.url, accept, referrer, done, redirects + 1);
        },
        failed: () => done(undefined),
      },
    );
  }

  /** `<meta http-equiv="refresh">`: another page after a while, unless something else happens first. */
  #refreshLater(refresh: Refresh | undefined): void {
    this.#refresh?.cancel();
    if (!refresh) return;
    const { url } = refresh;
    const waitMs = Math.max(REFRESH_MS_MIN, refresh.afterMs);
    this.#refresh = this.#world.schedule(waitMs, 'page refreshes itself', () =>
      this.#load(plainAsk(url, this.#page?.document?.url), 'replace'),
    );
  }
}

/** What an address that is none stands at. */
const NOWHERE: Url = { scheme: 'http', host: '', port: 80, path: '/', query: '', fragment: '' };

function plainAsk(url: Url, referrer: Url | undefined): Ask {
  return { url, method: 'GET', body: '', contentType: '', referrer };
}

/** The page in an answer; undefined: it is a file. */
function documentOf(url: Url, answer: Answer): Document | undefined {
  const type = typeOf(answer);
  if (/^\s*attachment/i.test(answer.headers['content-disposition'] ?? '')) return undefined;
  if (type === 'text/html' || type === 'application/xhtml+xml') return readHtml(url, answer.body);
  // What has no type is looked at.
  if (type === '' && /^\s*<(!doctype|html|head|body|h1|p|div|table|!--)/i.test(answer.body))
    return readHtml(url, answer.body);
  if (type.startsWith('image/')) return readImage(url, imageOf(answer));
  const isText = type === '' || /^text\/|json|xml|javascript/.test(type);
  return isText ? readText(url, answer.body) : undefined;
}

/** What the name and password are for; undefined: another way to log in is wanted. */
function realmOf({ headers }: Answer): string | undefined {
  const asked = headers['www-authenticate'];
  if (asked === undefined || !/^\s*basic\b/i.test(asked)) return undefined;
  return /realm="([^"]*)"/i.exec(asked)?.[1] ?? /realm=([^\s,]+)/i.exec(asked)?.[1] ?? '';
}
