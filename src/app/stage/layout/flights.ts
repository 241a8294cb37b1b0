/**
 * Messages on the wire at a moment. A real one takes a millisecond; here each is drawn for at least `SEEN_MS` real ms, at
 * any speed. An answer departs when what it answers has been seen to arrive. Engines' and agents' signs of life set out with the
 * leader's next heartbeat: the picture rests in between, and costs nothing.
 */
import { easeQuadInOut } from 'd3-ease';
import type { MessageView } from '../../../lab/index.ts';
import { type Clock, clamp01, real } from './clock.ts';

/** Real ms that a message is seen travelling, at least; and that the end of a lost one stays. */
const SEEN_MS = 550;
const LOST_MS = 700;
/** Of messages alike on the same lane, one in so many real ms is drawn. */
const APART_MS = 140;
/** Virtual ms between two heartbeats of a leader. */
const HEARTBEAT_MS = 1_000;
/** More are never drawn. */
const FLIGHTS_MAX = 80;

export type FlightKind =
  'append' | 'heartbeat' | 'vote' | 'reply' | 'request' | 'dispatcher' | 'gossip';

export interface Flight {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly kind: FlightKind;
  readonly label: string;
  readonly entries: number;
  /** Where on its lane, 0 to 1. */
  readonly t: number;
  /** When it is under way, in virtual ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where on its lane it ends. */
  readonly end: number;
  /** It has ended midway. */
  readonly isLost: boolean;
}

export type Layer = 'raft' | 'tasks' | 'network' | 'requests';

/** Talk between engines about networks, whatever its layer is called. */
const GOSSIP = /^(ping|push-pull|gossip)/;
const REQUEST = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\S+)/;

export function layerOf(message: MessageView): Layer | undefined {
  if (message.layer !== 'request' && GOSSIP.test(message.label)) return 'network';
  if (message.layer === 'raft') return 'raft';
  if (message.layer === 'request') return 'requests';
  if (message.layer === 'dispatcher') return 'tasks';
  return message.layer === 'gossip' ? 'network' : undefined;
}

export function flightsAt(
  messages: readonly MessageView[],
  layers: ReadonlySet<Layer>,
  clock: Clock,
): readonly Flight[] {
  const found: Flight[] = [];
  const latest = new Map<string, number>();
  const rhythmMs = rhythmOf(messages, clock);
  for (let i = messages.length - 1; i >= 0 && found.length < FLIGHTS_MAX; i--) {
    const message = messages[i];
    if (!message) continue;
    const layer = layerOf(message);
    if (!layer || !layers.has(layer) || isSilent(message, clock)) continue;
    const flight = flightAt(message, clock, rhythmMs);
    if (!flight) continue;
    const lane = `${message.from} ${message.to} ${flight.kind}`;
    const newer = latest.get(lane);
    if (newer !== undefined && newer - message.sentAtMs < real(clock, APART_MS)) continue;
    latest.set(lane, message.sentAtMs);
    found.push(flight);
  }
  return found.reverse();
}

function flightAt(
  message: MessageView,
  clock: Clock,
  rhythmMs: number | undefined,
): Flight | undefined {
  const kind = kindOf(message);
  const { startMs, endMs } = spanOf(message, clock, rhythmMs);
  const { nowMs } = clock;
  if (nowMs < startMs) return undefined;
  const isLost = message.arrivesAtMs === undefined;
  if (nowMs > endMs + (isLost ? real(clock, LOST_MS) : 0)) return undefined;
  const share = clamp01((nowMs - startMs) / Math.max(1, endMs - startMs));
  const end = isLost ? 0.5 : 1;
  return {
    id: message.id,
    from: message.from,
    to: message.to,
    kind,
    label: REQUEST.exec(message.label)?.slice(1).join(' ') ?? message.label,
    entries: message.entries,
    t: easeQuadInOut(share) * end,
    startMs,
    endMs,
    end,
    isLost: isLost && share >= 1,
  };
}

/** When the leader's last heartbeat set out; undefined: there is none, or time runs slowly and everything is seen at its own moment. */
export function rhythmOf(messages: readonly MessageView[], clock: Clock): number | undefined {
  if (clock.speed <= 0.3) return undefined;
  const last = messages.findLast(({ label, layer }) => layer === 'raft' && label === 'Heartbeat');
  return last && clock.nowMs - last.sentAtMs < 2 * HEARTBEAT_MS ? last.sentAtMs : undefined;
}

/** When it is drawn, in virtual ms. */
export function spanOf(
  message: MessageView,
  clock: Clock,
  rhythmMs?: number,
): { readonly startMs: number; readonly endMs: number } {
  const tookMs = (message.arrivesAtMs ?? message.sentAtMs) - message.sentAtMs;
  const seenMs = Math.max(tookMs, real(clock, SEEN_MS));
  const kind = kindOf(message);
  const waitsMs =
    kind === 'reply'
      ? seenMs - tookMs
      : rhythmMs !== undefined && (kind === 'dispatcher' || kind === 'gossip')
        ? (((rhythmMs - message.sentAtMs) % HEARTBEAT_MS) + HEARTBEAT_MS) % HEARTBEAT_MS
        : 0;
  const startMs = message.sentAtMs + waitsMs;
  return { startMs, endMs: startMs + seenMs };
}

/**
 * `even`: only the everyday signs of life are under way, and they arrive: nothing but their journeys is to be seen. `calm`: some
 * of them are lost or answered, which is to be seen at its moment.
 */
export type Traffic = 'none' | 'even' | 'calm' | 'busy';

/** What is on its way: how soon the next frame is worth drawing. */
export function trafficAt(
  messages: readonly MessageView[],
  layers: ReadonlySet<Layer>,
  clock: Clock,
): Traffic {
  let traffic: Traffic = 'none';
  const rhythmMs = rhythmOf(messages, clock);
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i];
    // Messages stand in the order in which they were sent: what is much older has long arrived.
    if (!message || clock.nowMs - message.sentAtMs > real(clock, 4 * SEEN_MS) + 60_000) break;
    const layer = layerOf(message);
    if (!layer || !layers.has(layer) || isSilent(message, clock)) continue;
    const stays = message.arrivesAtMs === undefined ? real(clock, LOST_MS) : 0;
    const { startMs, endMs } = spanOf(message, clock, rhythmMs);
    if (clock.nowMs < startMs && isCalm(message)) continue;
    if (clock.nowMs > endMs + stays) continue;
    if (!isCalm(message)) return 'busy';
    if (message.arrivesAtMs === undefined || kindOf(message) === 'reply') traffic = 'calm';
    else if (traffic === 'none') traffic = 'even';
  }
  return traffic;
}

function isCalm(message: MessageView): boolean {
  const kind = kindOf(message);
  return kind === 'dispatcher' || kind === 'gossip' || message.label.startsWith('Heartbeat');
}

/** Answers to heartbeats say nothing new; they are drawn when time runs slowly. */
function isSilent({ label }: MessageView, clock: Clock): boolean {
  return label === 'HeartbeatResponse' && clock.speed > 0.3;
}

/** Engines' and agents' everyday talk, which is no message of Raft. */
export function isSignOfLife({ kind }: Pick<Flight, 'kind'>): boolean {
  return kind === 'dispatcher' || kind === 'gossip';
}

export function kindOf({ layer, label }: MessageView): FlightKind {
  if (layer === 'request') return REQUEST.test(label) || label === 'ECHO' ? 'request' : 'reply';
  if (GOSSIP.test(label)) return 'gossip';
  if (layer === 'dispatcher') return 'dispatcher';
  if (layer !== 'raft') return 'gossip';
  if (/(Response|reply)$/.test(label)) return 'reply';
  if (label === 'Heartbeat') return 'heartbeat';
  return label === 'RequestVote' || label === 'TimeoutNow' ? 'vote' : 'append';
}
