/**
 * The nodes that this dispatcher hears of: their sessions, when they last beat, how often they registered.
 *
 * Real: swarmkit manager/dispatcher/{nodes.go, heartbeat/heartbeat.go}
 */
import type { Random, Scheduler, Timer } from '../../sim/index.ts';
import type { DispatcherPush, PollResponse } from '../api/index.ts';
import type { AssignmentSet } from './assignments.ts';
import { GRACE_PERIOD_MULTIPLIER, choosePeriod } from './period.ts';

/** No more than so many registrations of one node... */
const RATE_LIMIT_COUNT = 3;
/** ... within so long. */
const RATE_LIMIT_MS = 8000;

/** A line to one agent. What is pushed is kept until the agent asks for what follows it. */
export interface Session {
  readonly id: string;
  readonly assignments: AssignmentSet;
  sequence: number;
  unseen: { readonly sequence: number; readonly push: DispatcherPush }[];
  /** The agent's question, while there is nothing to answer. */
  held: ((response: PollResponse) => void) | undefined;
  /** Changes are collected before they are sent. */
  flush: Timer | undefined;
}

export class RegisteredNode {
  readonly nodeID: string;
  session: Session | undefined;
  /** When the node was told to register; those of the last eight seconds. */
  #attemptsMs: number[] = [];
  readonly #world: Scheduler;
  #deadlineMs = 0;
  #timer: Timer | undefined;
  #expired: () => void = () => undefined;

  constructor(world: Scheduler, nodeID: string) {
    this.#world = world;
    this.nodeID = nodeID;
  }

  /** Counts a registration; false when there were too many. */
  mayRegister(): boolean {
    const now = this.#world.nowMs;
    this.#attemptsMs = [...this.#attemptsMs.filter((atMs) => now - atMs <= RATE_LIMIT_MS), now];
    return this.#attemptsMs.length <= RATE_LIMIT_COUNT;
  }

  /** Starts the clock anew: `expired` runs when nothing is heard for `graceMs`. */
  expect(graceMs: number, expired: () => void): void {
    this.#deadlineMs = this.#world.nowMs + graceMs;
    this.#expired = expired;
    // A beat only moves the deadline; the timer looks at it when it rings. Thousands of nodes beat, few die.
    if (!this.#timer || this.#timer.atMs > this.#deadlineMs) this.#arm();
  }

  /** A beat was heard: chooses when the next is due. */
  beat(random: Random, periodMs: number): number {
    const nextMs = choosePeriod(random, periodMs);
    this.expect(nextMs * GRACE_PERIOD_MULTIPLIER, this.#expired);
    return nextMs;
  }

  forget(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.session?.flush?.cancel();
    this.session = undefined;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = this.#world.schedule(
      this.#deadlineMs - this.#world.nowMs,
      `heartbeat deadline ${this.nodeID}`,
      () => {
        this.#timer = undefined;
        if (this.#deadlineMs > this.#world.nowMs) this.#arm();
        else this.#expired();
      },
    );
  }
}
