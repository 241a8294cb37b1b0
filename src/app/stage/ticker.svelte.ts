import { untrack } from 'svelte';
import type { LabView } from '../../lab/index.ts';
import { BEAT_MS, isSlowBeat, onBeat } from '../beat.ts';
import type { LabClient } from '../lab.svelte.ts';
import type { Clock } from './layout/clock.ts';
import { type Layer, type Traffic, trafficAt } from './layout/flights.ts';
import { restlessUntil } from './layout/tasks.ts';

const RESTLESS_MS = 60;
const FORGET_MS = 2_000;
/**
 * Messages travel by themselves: what is looked at is when they begin and end, and what becomes of them. Everyday ones begin when they
 * are heard of, and are out of sight when they have arrived: nothing is to be looked at in between.
 */
const FRAME_MS: Readonly<Record<Traffic, number>> = {
  none: 0,
  even: 0,
  calm: BEAT_MS,
  busy: 50,
};

/**
 * The stage's heartbeat: tells the drawing what time it is, and only as often as something moves. Nothing is drawn while
 * the lab is paused, at rest, or in a tab that nobody sees.
 */
export class Ticker {
  /** What is drawn: the lab's view at the last beat. */
  view = $state.raw<LabView | undefined>(undefined);
  /** For messages. */
  flightMs = $state(0);
  /** For everything else. */
  sceneMs = $state(0);

  readonly #lab: () => LabClient;
  readonly #layers: () => ReadonlySet<Layer>;
  #before: Traffic = 'none';
  #messages: LabClient['messages'] = [];
  #wasPaused = false;
  #view: LabView | undefined;
  #restlessUntilMs: number | undefined;
  #sceneAtRealMs = 0;
  #flightAtRealMs = 0;
  #frame: number | undefined;
  #quit: (() => void) | undefined;

  constructor(lab: () => LabClient, layers: () => ReadonlySet<Layer>) {
    this.#lab = lab;
    this.#layers = layers;
  }

  /** Runs until the returned function is called. */
  start(): () => void {
    const onVisible = (): void => {
      this.#stop();
      if (!document.hidden) this.#beat();
    };
    document.addEventListener('visibilitychange', onVisible);
    onVisible();
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      this.#stop();
    };
  }

  #stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#quit?.();
    this.#quit = undefined;
    this.#frame = undefined;
  }

  #beat(): void {
    const traffic = untrack(() => this.#look());
    if (traffic === 'busy') {
      this.#quit?.();
      this.#quit = undefined;
      this.#frame = requestAnimationFrame(() => this.#beat());
    } else this.#quit ??= onBeat(() => this.#beat());
  }

  /** Sets the times; tells how soon to look again. */
  #look(): Traffic {
    const { nowMs, speed, messages, isPaused } = this.#lab();
    const clock: Clock = { nowMs, speed };
    const realMs = performance.now();
    const traffic = trafficAt(messages, this.#layers(), clock);
    const everyMs = FRAME_MS[traffic === 'none' ? this.#before : traffic];
    const isNew = messages !== this.#messages || isPaused !== this.#wasPaused;
    this.#messages = messages;
    this.#wasPaused = isPaused;
    const isDue = everyMs > 0 && realMs - this.#flightAtRealMs >= everyMs - 15;
    // Lanes in use stay drawn until the next message: should none come, they are cleared away.
    const isForgotten =
      traffic === 'none' && this.#before === 'even' && realMs - this.#flightAtRealMs > FORGET_MS;
    if (isDue || isForgotten || (isNew && traffic === 'even')) {
      this.#flightAtRealMs = realMs;
      this.flightMs = nowMs;
      this.#before = traffic;
    }
    this.#lookAtScene(clock, realMs, traffic);
    return isPaused ? 'none' : traffic;
  }

  #lookAtScene(clock: Clock, realMs: number, traffic: Traffic): void {
    const { view } = this.#lab();
    this.view = view;
    const isNew = view !== this.#view;
    if (isNew) {
      this.#view = view;
      this.#restlessUntilMs = view?.cluster && restlessUntil(view.cluster, clock);
    }
    const isRestless = clock.nowMs < (this.#restlessUntilMs ?? 0) + RESTLESS_MS * clock.speed;
    const isDue = isRestless
      ? realMs - this.#sceneAtRealMs >= RESTLESS_MS
      : isSlowBeat(traffic === 'none' ? 1_000 : 500);
    // What came anew and is at rest is drawn at once, but its timers move with the slow beat.
    if (!isDue && this.sceneMs > 0) return;
    this.#sceneAtRealMs = realMs;
    this.sceneMs = clock.nowMs;
  }
}
