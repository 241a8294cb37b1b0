/**
 * The line to one other manager: one gRPC connection over one TCP connection, for raft's messages and for calls to the leader alike.
 * The packets themselves cross the underlay; what is kept here is what both protocols know, and what makes a peer that comes back
 * late unreachable for longer than it was away.
 *
 * Real:     google.golang.org/grpc clientconn.go (resetTransport), backoff/backoff.go; Linux net/ipv4/tcp_timer.c
 *           swarmkit manager/state/raft/transport/peer.go (active)
 * Left out: round trips that are slower than the send timeout; what was in flight when a line broke is lost, not sent again.
 */
import type { Random, Scheduler, Timer } from '../../sim/index.ts';

/** A message that is not taken within this has failed, and its peer is inactive. Real: raft.go NewNode (SendTimeout) */
export const SEND_TIMEOUT_MS = 2000;
/** TCP sends again after its least timeout and the round trip, then each time twice as late, at most this late. */
const RETRANSMIT_MS = 210;
const RETRANSMIT_MAX_MS = 120_000;
/** After so long nobody answers ARP for the peer any more. RFC 6069: then the wait stays as it is. */
const NEIGHBOUR_LOST_MS = 60_000;
/** tcp_retries2: then TCP gives up. */
const TCP_GIVES_UP_MS = 924_600;
/** Dialing a machine that is not there: "no route to host" after three questions for its address. */
const DIAL_TIMEOUT_MS = 3060;
/** Real: backoff.DefaultConfig with the transport's WithBackoffMaxDelay(8s). */
const BACKOFF_BASE_MS = 1000;
const BACKOFF_MAX_MS = 8000;
const BACKOFF_JITTER_PERCENT = 20;

/** A process that answers says since when it runs: connections do not outlive it. */
export type ProbeOutcome =
  | { readonly kind: 'answered'; readonly runsSinceMs: number }
  | { readonly kind: 'refused' | 'silent' };
/** One question to the peer's port. Returns what cancels it. */
export type Probe = (
  ask: { readonly timeoutMs: number; readonly once: boolean },
  done: (outcome: ProbeOutcome) => void,
) => () => void;

export interface PeerConnectionOptions {
  readonly world: Scheduler;
  readonly random: Random;
  readonly probe: Probe;
}

interface Held {
  readonly atMs: number;
  readonly transmit: () => void;
}

export class PeerConnection {
  readonly #options: PeerConnectionOptions;
  #state: 'connecting' | 'ready' | 'failing' | 'closed' = 'connecting';
  #failures = 0;
  /** The process at the other end when the connection was made. */
  #peerSinceMs = 0;
  /** Since when TCP has bytes that the other side has not taken. */
  #unansweredSinceMs: number | undefined;
  /** Since when one of raft's messages is among them. */
  #messageSinceMs: number | undefined;
  #retransmits = 0;
  #lastGapMs = 0;
  #timer: Timer | undefined;
  #retransmitTimer: Timer | undefined;
  readonly #probes = new Set<() => void>();
  #held: Held[] = [];
  readonly #stuckCalls = new Set<() => void>();
  #isActive = false;
  #activeSinceMs: number | undefined;

  constructor(options: PeerConnectionOptions) {
    this.#options = options;
    this.#dial();
  }

  /** Whether the last of raft's messages went through; calls do not count. Real: peer.go active */
  get isActive(): boolean {
    const since = this.#messageSinceMs;
    const hasFailed = since !== undefined && this.#options.world.nowMs - since >= SEND_TIMEOUT_MS;
    return this.#isActive && !hasFailed;
  }

  get activeSinceMs(): number | undefined {
    return this.isActive ? this.#activeSinceMs : undefined;
  }

  /** The other side has been silent for so long that what is sent now waits for TCP. */
  get isStuck(): boolean {
    const since = this.#unansweredSinceMs;
    return since !== undefined && this.#options.world.nowMs - since >= SEND_TIMEOUT_MS;
  }

  get isFailing(): boolean {
    return this.#state === 'failing' || this.#state === 'closed';
  }

  /** Whether what is sent now arrives, as far as can be known. */
  get isUsable(): boolean {
    return this.#state === 'ready' && !this.isStuck;
  }

  /** Sends, or keeps it for as long as a send may take; what is late by then is dropped. */
  send(transmit: () => void, wantsAnswer: boolean): void {
    const { nowMs } = this.#options.world;
    switch (this.#state) {
      case 'closed':
        return;
      case 'failing':
        this.#isActive = false;
        return;
      case 'connecting':
        return this.#hold({ atMs: nowMs, transmit });
      case 'ready':
        if (wantsAnswer) this.#messageSinceMs ??= nowMs;
        if (this.isStuck) return this.#hold({ atMs: nowMs, transmit });
        transmit();
        if (wantsAnswer) this.#awaitAnswer();
        return;
      default:
        return this.#state satisfies never;
    }
  }

  /** A call goes over the line: its bytes, too, must be taken. */
  called(): void {
    if (this.#state === 'ready') this.#awaitAnswer();
  }

  /** Something has come from the peer: it takes what we send, unless TCP still waits to send again. */
  heard(): void {
    if (this.#state !== 'ready' || this.isStuck) return;
    this.#unansweredSinceMs = undefined;
    this.#messageSinceMs = undefined;
    this.#setActive();
  }

  /** Calls `done` once, when a line that is stuck is stuck no more. Returns what forgets it. */
  onceUnstuck(done: () => void): () => void {
    this.#stuckCalls.add(done);
    return () => this.#stuckCalls.delete(done);
  }

  /** The peer has closed its end: its daemon is ending. */
  closedByPeer(): void {
    if (this.#state !== 'ready') return;
    this.#reset();
    this.#dial();
  }

  close(): void {
    this.#reset();
    this.#state = 'closed';
    this.#timer?.cancel();
    this.#stuckCalls.clear();
  }

  #hold(held: Held): void {
    const oldestMs = held.atMs - SEND_TIMEOUT_MS;
    this.#held = [...this.#held.filter(({ atMs }) => atMs > oldestMs), held];
  }

  #setActive(): void {
    if (!this.#isActive) this.#activeSinceMs = this.#options.world.nowMs;
    this.#isActive = true;
  }

  #reset(): void {
    this.#unansweredSinceMs = undefined;
    this.#messageSinceMs = undefined;
    this.#retransmitTimer?.cancel();
    this.#retransmitTimer = undefined;
    for (const cancel of this.#probes) cancel();
    this.#probes.clear();
  }

  #probe(...[ask, done]: Parameters<Probe>): void {
    const cancel = this.#options.probe(ask, (outcome) => {
      this.#probes.delete(cancel);
      done(outcome);
    });
    this.#probes.add(cancel);
  }

  #dial(): void {
    this.#state = 'connecting';
    this.#probe({ timeoutMs: DIAL_TIMEOUT_MS, once: false }, (outcome) => {
      if (outcome.kind !== 'answered') return this.#fail();
      this.#peerSinceMs = outcome.runsSinceMs;
      this.#ready();
    });
  }

  #ready(): void {
    this.#reset();
    this.#state = 'ready';
    this.#failures = 0;
    this.#setActive();
    const oldestMs = this.#options.world.nowMs - SEND_TIMEOUT_MS;
    const held = this.#held.filter(({ atMs }) => atMs > oldestMs);
    this.#held = [];
    for (const { transmit } of held) this.send(transmit, true);
    this.#releaseCalls();
  }

  /** Real: backoff.go Exponential.Backoff */
  #fail(): void {
    const { world, random } = this.#options;
    this.#reset();
    this.#state = 'failing';
    this.#isActive = false;
    this.#held = [];
    let delayMs = BACKOFF_BASE_MS;
    for (let i = 0; i < this.#failures && delayMs < BACKOFF_MAX_MS; i++)
      delayMs = Math.min(BACKOFF_MAX_MS, Math.trunc((delayMs * 8) / 5));
    if (this.#failures > 0) {
      const spread = Math.trunc((delayMs * BACKOFF_JITTER_PERCENT) / 100);
      delayMs += random.below(2 * spread + 1) - spread;
    }
    this.#failures++;
    this.#timer = world.schedule(delayMs, 'manager reconnects', () => this.#dial());
    this.#releaseCalls();
  }

  #releaseCalls(): void {
    const waiting = [...this.#stuckCalls];
    this.#stuckCalls.clear();
    for (const done of waiting) done();
  }

  #awaitAnswer(): void {
    if (this.#unansweredSinceMs !== undefined) return;
    this.#unansweredSinceMs = this.#options.world.nowMs;
    this.#retransmits = 0;
    this.#lastGapMs = RETRANSMIT_MS;
    this.#retransmitLater(RETRANSMIT_MS);
  }

  /** One timer for all that is sent: nearly always the answer is there long before it runs out. */
  #retransmitLater(delayMs: number): void {
    this.#retransmitTimer ??= this.#options.world.schedule(delayMs, 'tcp retransmission', () => {
      this.#retransmitTimer = undefined;
      const since = this.#unansweredSinceMs;
      if (since === undefined) return;
      const awayMs = this.#options.world.nowMs - since;
      if (this.#retransmits === 0 && awayMs < RETRANSMIT_MS)
        return this.#retransmitLater(RETRANSMIT_MS - awayMs);
      if (awayMs >= TCP_GIVES_UP_MS) {
        this.#reset();
        return this.#dial();
      }
      this.#retransmit(awayMs);
    });
  }

  #retransmit(awayMs: number): void {
    this.#retransmits++;
    if (awayMs < NEIGHBOUR_LOST_MS)
      this.#lastGapMs = Math.min(RETRANSMIT_MAX_MS, 2 * this.#lastGapMs);
    this.#probe({ timeoutMs: SEND_TIMEOUT_MS, once: true }, (outcome) => {
      if (this.#unansweredSinceMs === undefined) return;
      if (outcome.kind === 'refused') return this.#fail();
      if (outcome.kind !== 'answered') return;
      if (outcome.runsSinceMs === this.#peerSinceMs) return this.#ready();
      // The machine knows of no such connection any more: what was under way is lost.
      this.#held = [];
      this.#reset();
      this.#dial();
    });
    this.#retransmitLater(this.#lastGapMs);
  }
}
