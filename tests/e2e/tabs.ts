/**
 * Tabs as people have them: the one behind is hidden, its timers are throttled, it may be frozen. Playwright keeps all of its
 * pages visible and in focus; these tabs are driven past it, by the protocol itself.
 */
import { type Browser, type CDPSession } from '@playwright/test';

/** Playwright's own arguments that keep hidden tabs as lively as visible ones. */
export const KEEPS_HIDDEN_TABS_LIVELY = [
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
];

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
  readonly error?: { readonly message: string };
}

/** A window of its own; what is opened in it are tabs of that window. */
export async function openWindow(
  browser: Browser,
): Promise<{ readonly openTab: (url: string) => Promise<Tab> }> {
  const session = await browser.newBrowserCDPSession();
  const { browserContextId } = await session.send('Target.createBrowserContext');
  const openTab = async (url: string): Promise<Tab> => {
    const { targetId } = await session.send('Target.createTarget', { url, browserContextId });
    const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
    const tab = new Tab(session, targetId, sessionId);
    await tab.size(1440, 900);
    return tab;
  };
  return { openTab };
}

export class Tab {
  readonly #session: CDPSession;
  readonly #target: string;
  readonly #id: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  constructor(session: CDPSession, target: string, id: string) {
    this.#session = session;
    this.#target = target;
    this.#id = id;
    session.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      if (sessionId !== id) return;
      const answer = JSON.parse(message) as Answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  async size(width: number, height: number): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#send('Emulation.setDeviceMetricsOverride', metrics);
  }

  async show(): Promise<void> {
    await this.#session.send('Target.activateTarget', { targetId: this.#target });
  }

  /** As the browser does with tabs that nobody has looked at for long: nothing runs, no worker either. */
  async freeze(isFrozen: boolean): Promise<void> {
    await this.#send('Page.setWebLifecycleState', { state: isFrozen ? 'frozen' : 'active' });
  }

  /** The value of an expression in the tab. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.#send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    return result?.result?.value as T;
  }

  async type(text: string): Promise<void> {
    for (const key of text) {
      const named = key === '\r' ? { key: 'Enter', windowsVirtualKeyCode: 13 } : { key };
      await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', text: key, ...named });
      await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', ...named });
    }
  }

  async #send(method: string, params: object): Promise<Answer> {
    const id = ++this.#asked;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await this.#session.send('Target.sendMessageToTarget', { sessionId: this.#id, message });
    const answer = await answered;
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  }
}
