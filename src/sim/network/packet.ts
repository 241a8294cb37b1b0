/** What a packet is for. TCP is modelled by its flags, not by sequence space: `number` counts segments. */
export type PacketKind =
  | 'SYN'
  | 'SYN-ACK'
  | 'ACK'
  | 'DATA'
  | 'FIN'
  | 'RST'
  /** One whole message of a long-lived connection (gRPC between nodes): no handshake is drawn out for it. */
  | 'MESSAGE'
  | 'DATAGRAM'
  | 'ECHO'
  | 'ECHO-REPLY'
  | 'HOST-UNREACHABLE'
  | 'PORT-UNREACHABLE'
  | 'TIME-EXCEEDED';

export interface Packet {
  readonly source: string;
  readonly destination: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly kind: PacketKind;
  readonly ttl: number;
  /** Segment number (DATA, FIN), or the next one expected (ACK). */
  readonly number: number;
  /** Size on the wire, in bytes. */
  readonly bytes: number;
  /** Plain data that nobody changes any more. */
  readonly payload: unknown;
  /** Firewall mark, kept within one machine. */
  readonly mark?: number;
  /** What it carries, for people: `AppendEntries`, `Heartbeat`, `GET /`. */
  readonly label?: string;
}

export const TTL_DEFAULT = 64;

/** `tcp 10.0.0.3:80 → 10.0.0.5:40000`: which conversation a packet belongs to, in its own direction. */
export function flowOf(packet: Packet): string {
  return `${packet.protocol} ${packet.source}:${packet.sourcePort} ${packet.destination}:${packet.destinationPort}`;
}

/** The flow of the answers. */
export function reverseFlowOf(packet: Packet): string {
  return `${packet.protocol} ${packet.destination}:${packet.destinationPort} ${packet.source}:${packet.sourcePort}`;
}
