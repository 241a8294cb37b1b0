import { SystemError } from '../kernel/errors.ts';
import type { Timer } from '../world.ts';
import { TTL_DEFAULT, type Packet } from './packet.ts';
import type { NetStack } from './stack.ts';

/** Why a call got no answer from the other side's handler. */
export type RpcFailure = 'refused' | 'unreachable' | 'timeout' | 'cancelled';

export interface RpcRequest {
  readonly method: string;
  /** Plain data that nobody changes any more. */
  readonly body: unknown;
  /** The address it came from. */
  readonly from: string;
}

/** Answers a request, at once or later; a second answer is ignored. */
export type RpcHandler = (request: RpcRequest, respond: (body: unknown) => void) => void;

export interface RpcCallOptions {
  readonly address: string;
  readonly port: number;
  readonly method: string;
  readonly body: unknown;
  /** Give up after this many ms. */
  readonly timeoutMs: number;
  /** Asked once: what is lost is not sent again. */
  readonly once?: boolean;
  /** Size on the wire in bytes; a guess is good enough. */
  readonly bytes?: number;
  /** What the stage calls it; absent: the method. */
  readonly label?: string;
  readonly answer: (result: { readonly body: unknown } | { readonly failure: RpcFailure }) => void;
}

/** A message nobody answers: raft's own messages. Lost when it is lost. */
export type NoticeHandler = (request: RpcRequest) => void;

interface Envelope {
  readonly type: 'call' | 'reply' | 'notice';
  readonly id: number;
  readonly method: string;
  readonly body: unknown;
}

/** A lost call is sent again, as TCP would, after this long and then twice as long each time. */
const RESEND_MS = 200;
const CALL_BYTES = 300;

/**
 * Requests and answers between daemons over long-lived connections (gRPC), one packet each. Handlers run once per call, however often it was resent.
 */
export class RpcServer {
  readonly #stack: NetStack;
  readonly #handlers = new Map<string, RpcHandler>();
  readonly #notices = new Map<string, NoticeHandler>();
  readonly #answers = new Map<string, { body: unknown } | undefined>();
  readonly #unbind: () => void;
  readonly port: number;

  /** Listens on all addresses. EADDRINUSE when somebody does already. */
  constructor(stack: NetStack, port: number) {
    this.#stack = stack;
    this.port = port;
    this.#unbind = stack.bindMessages(port, (packet) => this.#receive(packet));
  }

  on(method: string, handler: RpcHandler): void {
    this.#handlers.set(method, handler);
  }

  onNotice(method: string, handler: NoticeHandler): void {
    this.#notices.set(method, handler);
  }

  close(): void {
    this.#unbind();
    this.#handlers.clear();
    this.#notices.clear();
  }

  #receive(packet: Packet): void {
    const envelope = packet.payload as Envelope;
    const request = { method: envelope.method, body: envelope.body, from: packet.source };
    if (envelope.type === 'notice') return this.#notices.get(envelope.method)?.(request);
    const key = `${packet.source}:${packet.sourcePort} ${envelope.id}`;
    if (this.#answers.has(key)) {
      const known = this.#answers.get(key);
      if (known) this.#reply(packet, envelope, known.body);
      return;
    }
    const handler = this.#handlers.get(envelope.method);
    if (!handler) return;
    this.#answers.set(key, undefined);
    if (this.#answers.size > 4096)
      this.#answers.delete(this.#answers.keys().next().value as string);
    let isAnswered = false;
    handler(request, (body) => {
      if (isAnswered) return;
      isAnswered = true;
      this.#answers.set(key, { body });
      this.#reply(packet, envelope, body);
    });
  }

  #reply(to: Packet, { id, method }: Envelope, body: unknown): void {
    const envelope: Envelope = { type: 'reply', id, method, body };
    this.#stack.send({
      ...to,
      source: to.destination,
      destination: to.source,
      sourcePort: to.destinationPort,
      destinationPort: to.sourcePort,
      ttl: TTL_DEFAULT,
      payload: envelope,
      bytes: CALL_BYTES,
      label: `${method} reply`,
    });
  }
}

/** The calling side. One for each daemon; closing it cancels what is under way. */
export class RpcClient {
  readonly #stack: NetStack;
  readonly #port: number;
  readonly #unbind: () => void;
  readonly #pending = new Map<
    number,
    (result: { body: unknown } | { failure: RpcFailure }) => void
  >();
  #nextID = 1;

  constructor(stack: NetStack) {
    this.#stack = stack;
    this.#port = stack.ephemeralPort();
    this.#unbind = stack.bindMessages(this.#port, (packet) => this.#receive(packet));
  }

  /** Calls; exactly one answer comes, never before this returns. Returns what cancels it (no answer then). */
  call(options: RpcCallOptions): () => void {
    const id = this.#nextID++;
    const timers: Timer[] = [];
    const settle = (result: { body: unknown } | { failure: RpcFailure }): void => {
      if (!this.#pending.delete(id)) return;
      for (const timer of timers) timer.cancel();
      options.answer(result);
    };
    this.#pending.set(id, settle);
    const { world } = this.#stack;
    timers.push(
      world.schedule(options.timeoutMs, `${options.method} timeout`, () =>
        settle({ failure: 'timeout' }),
      ),
    );
    const transmit = (waitMs: number): void => {
      if (waitMs < options.timeoutMs && options.once !== true)
        timers[1] = world.schedule(waitMs, `${options.method} resend`, () => transmit(2 * waitMs));
      if (
        !this.#transmit({ type: 'call', id, method: options.method, body: options.body }, options)
      )
        timers[1] = world.schedule(0, 'no route', () => settle({ failure: 'unreachable' }));
    };
    transmit(RESEND_MS);
    return () => {
      this.#pending.delete(id);
      for (const timer of timers) timer.cancel();
    };
  }

  /** Sends a message that nobody answers. */
  notify(options: Omit<RpcCallOptions, 'answer' | 'timeoutMs'>): void {
    this.#transmit({ type: 'notice', id: 0, method: options.method, body: options.body }, options);
  }

  close(): void {
    this.#unbind();
    for (const settle of [...this.#pending.values()]) settle({ failure: 'cancelled' });
  }

  #transmit(
    envelope: Envelope,
    to: Pick<RpcCallOptions, 'address' | 'port' | 'bytes' | 'label'>,
  ): boolean {
    const source = this.#stack.sourceFor(to.address);
    if (source === undefined) return false;
    this.#stack.send({
      source,
      sourcePort: this.#port,
      destination: to.address,
      destinationPort: to.port,
      protocol: 'tcp',
      kind: 'MESSAGE',
      ttl: TTL_DEFAULT,
      number: envelope.id,
      bytes: to.bytes ?? CALL_BYTES,
      payload: envelope,
      label: to.label ?? envelope.method,
    });
    return true;
  }

  #receive(packet: Packet): void {
    if (packet.protocol === 'icmp') {
      const original = (packet.payload as Packet).payload as Envelope;
      const failure = packet.kind === 'PORT-UNREACHABLE' ? 'refused' : 'unreachable';
      if (original.type === 'call') this.#pending.get(original.id)?.({ failure });
      return;
    }
    const envelope = packet.payload as Envelope;
    if (envelope.type === 'reply') this.#pending.get(envelope.id)?.({ body: envelope.body });
  }
}

/** The error text that Go's dialer would give for a failure. */
export function dialError(address: string, failure: RpcFailure): SystemError {
  return new SystemError(
    failure === 'refused'
      ? 'ECONNREFUSED'
      : failure === 'unreachable'
        ? 'EHOSTUNREACH'
        : 'ETIMEDOUT',
    address,
  );
}
