/**
 * One lab, one tab: whoever opens a lab asks the other tabs of this page whether they have it. A tab that is asked to let
 * go does so, after it has saved.
 */
const CHANNEL = 'swarm-lab/1';
/** Tabs answer within a few ms; one that is frozen in the background answers later and is heard then, too. */
const ANSWER_MS = 150;

type Word =
  | { readonly type: 'who' | 'mine' | 'free'; readonly key: string; readonly from: string }
  | { readonly type: 'release'; readonly key: string; readonly from: string };

export interface ClaimEvents {
  /** Another tab has the lab (found out late: it slept), or has taken it from this one. */
  readonly onLost: () => void;
  /** Another tab wants it: save now, what is saved when this returns is what it gets. */
  readonly onRelease: () => void;
}

export class Claim {
  readonly #key: string;
  readonly #events: ClaimEvents;
  readonly #me = [...crypto.getRandomValues(new Uint32Array(2))].join('-');
  readonly #channel: BroadcastChannel | undefined;
  #isHeld = false;
  #heard: ((word: Word) => void) | undefined;

  constructor(key: string, events: ClaimEvents) {
    this.#key = key;
    this.#events = events;
    this.#channel =
      typeof BroadcastChannel === 'function' ? new BroadcastChannel(CHANNEL) : undefined;
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<Word>) => this.#hear(data));
  }

  /** True: the lab is this tab's now. False: another has it. */
  async ask(): Promise<boolean> {
    this.#isHeld = !(await this.#call('who', 'mine'));
    return this.#isHeld;
  }

  /** Takes a lab that nobody has kept, without waiting for others: should one have it all the same, it says so and this tab has lost it. */
  assume(): void {
    this.#isHeld = true;
    this.#say('who');
  }

  /** Takes the lab from the tab that has it; that one saves it first. */
  async takeOver(): Promise<void> {
    await this.#call('release', 'free');
    this.#isHeld = true;
  }

  close(): void {
    this.#isHeld = false;
    this.#channel?.close();
  }

  /** Says something and waits for one kind of answer: whether it came in time. */
  #call(type: 'who' | 'release', wanted: Word['type']): Promise<boolean> {
    if (!this.#channel) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ANSWER_MS);
      this.#heard = (word) => {
        if (word.type !== wanted) return;
        clearTimeout(timer);
        resolve(true);
      };
      this.#say(type);
    });
  }

  #hear(word: Word): void {
    if (word.key !== this.#key || word.from === this.#me) return;
    this.#heard?.(word);
    if (!this.#isHeld) return;
    if (word.type === 'who') this.#say('mine');
    if (word.type === 'mine') this.#lose();
    if (word.type === 'release') {
      this.#events.onRelease();
      this.#say('free');
      this.#lose();
    }
  }

  #lose(): void {
    this.#isHeld = false;
    this.#events.onLost();
  }

  #say(type: Word['type']): void {
    this.#channel?.postMessage({ type, key: this.#key, from: this.#me } satisfies Word);
  }
}
