import type { Crossing, Packet } from '../../sim/index.ts';
import type { Lab } from '../lab.ts';
import type { MessageView } from './types.ts';

/** Messages kept between two updates; a storm shows its end. */
const MESSAGES_MAX = 300;

/** Raft's RPCs by the label that managers put on their packets. */
const RAFT = new Set([
  'AppendEntries',
  'AppendEntries reply',
  'AppendEntriesResponse',
  'Heartbeat',
  'HeartbeatResponse',
  'RequestVote',
  'RequestVote reply',
  'RequestVoteResponse',
  'InstallSnapshot',
  'TimeoutNow',
]);

/** Collects the packets between machines that are worth drawing, until the page takes them. */
export class Messages {
  #waiting: MessageView[] = [];
  #next = 1;

  constructor(lab: Lab) {
    lab.onCrossing((crossing) => this.#add(crossing));
  }

  take(): readonly MessageView[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  #add({ packet, from, to, sentAtMs, arrivesAtMs }: Crossing): void {
    const layer = layerOf(packet);
    if (!layer) return;
    this.#waiting.push({
      id: this.#next++,
      from,
      to,
      label: labelOf(packet),
      layer,
      sentAtMs,
      arrivesAtMs,
      entries: entriesOf(packet),
    });
    if (this.#waiting.length > MESSAGES_MAX) this.#waiting.shift();
  }
}

/** Undefined: not drawn (acknowledgements, handshakes, replies of the control plane). */
function layerOf(packet: Packet): MessageView['layer'] | undefined {
  const label = packet.label ?? packet.kind;
  if (RAFT.has(label) || label.startsWith('raft')) return 'raft';
  if (packet.kind === 'MESSAGE') return label.endsWith('reply') ? undefined : 'dispatcher';
  if (packet.kind === 'DATA') return 'request';
  if (packet.kind === 'DATAGRAM') return packet.destinationPort === 7946 ? 'gossip' : undefined;
  if (packet.kind === 'ECHO' || packet.kind === 'ECHO-REPLY') return 'request';
  return undefined;
}

function labelOf(packet: Packet): string {
  return packet.label ?? packet.kind;
}

/** Entries of an AppendEntries: its body is raft's own message. */
function entriesOf(packet: Packet): number {
  const envelope = packet.payload as
    { readonly body?: { readonly entries?: readonly unknown[] } } | undefined;
  return envelope?.body?.entries?.length ?? 0;
}
