import { SystemError, type Errno } from '../kernel/errors.ts';
import { Pipe, type Readable, type Writable } from '../kernel/stream.ts';
import type { Timer } from '../world.ts';
import { TTL_DEFAULT, type Packet, type PacketKind } from './packet.ts';
import type { NetStack } from './stack.ts';

/** Retransmission of a SYN: after 1, 3, 7, ... s, six times (Linux `tcp_syn_retries`), then ETIMEDOUT. */
const SYN_RETRIES = 6;
const SYN_TIMEOUT_MS = 1_000;
/** Retransmission of data: after 200 ms, doubled each time, fifteen times (`tcp_retries2`). */
const DATA_TIMEOUT_MS = 200;
const DATA_RETRIES = 15;
const DATA_TIMEOUT_MS_MAX = 120_000;
/** Characters in one segment, and segments that may be under way unacknowledged. */
const SEGMENT_SIZE = 16_384;
const WINDOW_SEGMENTS = 32;
const HEADER_BYTES = 54;

export interface TcpAddress {
  readonly address: string;
  readonly port: number;
}

export interface Listener {
  readonly address: string;
  readonly port: number;
  close(): void;
}

interface ConnectAnswers {
  readonly connected: (connection: TcpConnection) => void;
  readonly failed: (error: SystemError) => void;
}

/** The TCP sockets of one stack. */
export class TcpLayer {
  readonly stack: NetStack;
  readonly #listeners = new Map<string, (connection: TcpConnection) => void>();
  readonly #connections = new Map<string, TcpConnection>();

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** Listens on a port of an own address, or of all (`0.0.0.0`). EADDRINUSE, EADDRNOTAVAIL. */
  listen(address: string, port: number, accept: (connection: TcpConnection) => void): Listener {
    const key = `${address}:${port}`;
    if (address !== '0.0.0.0' && !this.stack.owns(address)) throw new SystemError('EADDRNOTAVAIL');
    if (this.#listeners.has(key) || this.#listeners.has(`0.0.0.0:${port}`))
      throw new SystemError('EADDRINUSE');
    this.#listeners.set(key, accept);
    return {
      address,
      port,
      close: () => {
        if (this.#listeners.get(key) === accept) this.#listeners.delete(key);
      },
    };
  }

  /** `address:port` of everybody who listens. */
  get listening(): readonly string[] {
    return [...this.#listeners.keys()];
  }

  get connections(): readonly TcpConnection[] {
    return [...this.#connections.values()];
  }

  /** Opens a connection; exactly one answer comes, later. Returns what gives it up. */
  connect(to: TcpAddress, answers: ConnectAnswers): () => void {
    const source = this.stack.sourceFor(to.address);
    if (source === undefined) {
      const timer = this.stack.world.schedule(0, 'no route', () =>
        answers.failed(new SystemError('ENETUNREACH')),
      );
      return () => timer.cancel();
    }
    const local = { address: source, port: this.stack.ephemeralPort() };
    // On a wire without delay the other end answers before this returns: the caller hears of it afterwards.
    const { world } = this.stack;
    const connection = new TcpConnection(this, local, to, {
      connected: (open) => world.schedule(0, 'connected', () => answers.connected(open)),
      failed: (error) => world.schedule(0, 'not connected', () => answers.failed(error)),
    });
    this.#connections.set(key(local, to), connection);
    connection.open();
    // Giving up is for who still waits: a connection that is open belongs to whoever got it.
    return () => {
      if (!connection.isOpen) connection.abort();
    };
  }

  forget(connection: TcpConnection): void {
    const at = key(connection.local, connection.remote);
    if (this.#connections.get(at) === connection) this.#connections.delete(at);
  }

  receive(packet: Packet): void {
    const local = { address: packet.destination, port: packet.destinationPort };
    const remote = { address: packet.source, port: packet.sourcePort };
    const connection = this.#connections.get(key(local, remote));
    if (connection) return connection.receive(packet);
    if (packet.kind === 'SYN') {
      const accept =
        this.#listeners.get(`${local.address}:${local.port}`) ??
        this.#listeners.get(`0.0.0.0:${local.port}`);
      if (!accept) return this.transmit(local, remote, 'RST', 0, '');
      const accepted = new TcpConnection(this, local, remote, {
        connected: accept,
        failed: () => {},
      });
      this.#connections.set(key(local, remote), accepted);
      return accepted.accept();
    }
    if (packet.kind !== 'RST' && packet.kind !== 'ACK') this.transmit(local, remote, 'RST', 0, '');
  }

  /** An ICMP error about one of our packets. */
  unreachable(packet: Packet): void {
    const original = packet.payload as Packet;
    const at = key(
      { address: original.source, port: original.sourcePort },
      { address: original.destination, port: original.destinationPort },
    );
    const code: Errno = packet.kind === 'HOST-UNREACHABLE' ? 'EHOSTUNREACH' : 'ECONNREFUSED';
    this.#connections.get(at)?.unreachable(code);
  }

  transmit(
    local: TcpAddress,
    remote: TcpAddress,
    kind: PacketKind,
    number: number,
    text: string,
  ): void {
    this.stack.send({
      source: local.address,
      sourcePort: local.port,
      destination: remote.address,
      destinationPort: remote.port,
      protocol: 'tcp',
      kind,
      number,
      ttl: TTL_DEFAULT,
      bytes: HEADER_BYTES + text.length,
      payload: text,
      ...(kind === 'DATA' ? { label: /^[^\r\n]{1,40}/.exec(text)?.[0] ?? 'DATA' } : {}),
    });
  }

  reset(): void {
    for (const connection of this.#connections.values()) connection.vanish();
    this.#connections.clear();
    this.#listeners.clear();
  }
}

/** One end of a TCP connection. `reader` and `writer` are what a program holds of it. */
export class TcpConnection {
  readonly local: TcpAddress;
  readonly remote: TcpAddress;
  readonly reader: Readable;
  readonly writer: Writable;
  readonly #layer: TcpLayer;
  readonly #answers: ConnectAnswers;
  readonly #incoming = new Pipe(Number.MAX_SAFE_INTEGER);
  readonly #outgoing = new Pipe();
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #retries = 0;
  #timer: Timer | undefined;
  /** Sent and not yet acknowledged, oldest first. */
  #unacknowledged: {
    readonly number: number;
    readonly kind: 'DATA' | 'FIN';
    readonly text: string;
  }[] = [];
  #nextToSend = 1;
  #nextExpected = 1;
  #hasSentFin = false;
  #hasReceivedFin = false;
  #isPumping = false;
  /** Why it broke, when it did. */
  error: SystemError | undefined;

  constructor(layer: TcpLayer, local: TcpAddress, remote: TcpAddress, answers: ConnectAnswers) {
    this.#layer = layer;
    this.local = local;
    this.remote = remote;
    this.#answers = answers;
    this.reader = this.#incoming.reader;
    this.writer = this.#outgoing.writer;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  open(): void {
    this.#layer.transmit(this.local, this.remote, 'SYN', 0, '');
    this.#timer = this.#layer.stack.world.schedule(
      SYN_TIMEOUT_MS << this.#retries,
      'SYN timeout',
      () => {
        if (this.#retries++ >= SYN_RETRIES) this.#fail('ETIMEDOUT');
        else this.open();
      },
    );
  }

  accept(): void {
    this.#layer.transmit(this.local, this.remote, 'SYN-ACK', 0, '');
    this.#establish();
  }

  /** No more will be written; what is written still goes out. Reading goes on until the other end closes too. */
  close(): void {
    this.#outgoing.end();
    this.#pump();
  }

  /** Gives the connection up at once: the other end gets a reset. */
  abort(): void {
    if (this.#state === 'closed') return;
    this.#layer.transmit(this.local, this.remote, 'RST', 0, '');
    this.vanish();
  }

  /** Gone without a word: the machine lost power, or the container's namespace is no more. */
  vanish(): void {
    this.#state = 'closed';
    this.#timer?.cancel();
    this.#layer.forget(this);
    this.#incoming.end();
    this.#outgoing.break();
  }

  receive(packet: Packet): void {
    switch (packet.kind) {
      case 'SYN':
        return this.#layer.transmit(this.local, this.remote, 'SYN-ACK', 0, '');
      case 'SYN-ACK':
        if (this.#state === 'opening') {
          this.#layer.transmit(this.local, this.remote, 'ACK', 1, '');
          this.#establish();
        }
        return;
      case 'RST':
        return this.#fail(this.#state === 'opening' ? 'ECONNREFUSED' : 'ECONNRESET');
      case 'ACK':
        return this.#acknowledged(packet.number);
      case 'DATA':
      case 'FIN':
        return this.#arrived(packet);
      default:
        return;
    }
  }

  unreachable(code: Errno): void {
    if (this.#state === 'opening') this.#fail(code);
  }

  #establish(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#state = 'open';
    this.#retries = 0;
    this.#answers.connected(this);
    this.#pump();
  }

  #arrived(packet: Packet): void {
    if (packet.number === this.#nextExpected) {
      this.#nextExpected++;
      if (packet.kind === 'DATA') this.#incoming.writer.put(packet.payload as string);
      else {
        this.#hasReceivedFin = true;
        this.#incoming.end();
      }
    }
    this.#layer.transmit(this.local, this.remote, 'ACK', this.#nextExpected, '');
    this.#maybeDone();
  }

  #acknowledged(next: number): void {
    const before = this.#unacknowledged.length;
    this.#unacknowledged = this.#unacknowledged.filter((segment) => segment.number >= next);
    if (this.#unacknowledged.length === before) return;
    this.#retries = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#unacknowledged.length > 0) this.#arm();
    this.#pump();
    this.#maybeDone();
  }

  /** Sends what the program has written, as far as the window allows. */
  #pump(): void {
    if (this.#state !== 'open' || this.#isPumping) return;
    this.#isPumping = true;
    while (this.#unacknowledged.length < WINDOW_SEGMENTS && !this.#hasSentFin) {
      const text = this.#outgoing.reader.take(SEGMENT_SIZE);
      if (text === undefined) {
        this.#outgoing.reader.whenReadable(() =>
          this.#layer.stack.world.schedule(0, 'send', () => this.#pump()),
        );
        break;
      }
      this.#hasSentFin = text === '';
      const segment = {
        number: this.#nextToSend++,
        kind: text === '' ? ('FIN' as const) : ('DATA' as const),
        text,
      };
      this.#unacknowledged.push(segment);
      this.#layer.transmit(this.local, this.remote, segment.kind, segment.number, text);
    }
    this.#isPumping = false;
    if (this.#unacknowledged.length > 0 && !this.#timer) this.#arm();
  }

  #arm(): void {
    const delayMs = Math.min(DATA_TIMEOUT_MS << Math.min(this.#retries, 12), DATA_TIMEOUT_MS_MAX);
    this.#timer = this.#layer.stack.world.schedule(delayMs, 'retransmit', () => {
      this.#timer = undefined;
      if (this.#retries++ >= DATA_RETRIES) return this.#fail('ETIMEDOUT');
      for (const { kind, number, text } of this.#unacknowledged)
        this.#layer.transmit(this.local, this.remote, kind, number, text);
      this.#arm();
    });
  }

  #maybeDone(): void {
    if (this.#hasSentFin && this.#hasReceivedFin && this.#unacknowledged.length === 0)
      this.vanish();
  }

  #fail(code: Errno): void {
    const wasOpening = this.#state === 'opening';
    if (this.#state === 'closed') return;
    this.error = new SystemError(code);
    this.vanish();
    if (wasOpening) this.#answers.failed(this.error);
  }
}

function key(local: TcpAddress, remote: TcpAddress): string {
  return `${local.address}:${local.port} ${remote.address}:${remote.port}`;
}
