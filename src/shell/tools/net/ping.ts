import { callbackCall, race, sleep, sleepCall, SystemError, write } from '../../sys.ts';
import type { Packet, Process, Program, Sys, SystemCall } from '../../sys.ts';
import { withOptions, type Options } from '../options.ts';
import { resolve } from './resolve.ts';

const SPEC = 'c:count= W:timeout= w:deadline= i:interval= s:size= t:ttl= q n 4 6 I: v A f D O';

interface Style {
  readonly isBusybox: boolean;
}

export const ping: Program = (process) =>
  withOptions(process, SPEC, (options) => run(process, options, { isBusybox: false }), {
    usageStatus: 2,
  });
export const busyboxPing: Program = (process) =>
  withOptions(process, SPEC, (options) => run(process, options, { isBusybox: true }));

/** What came back for one ping, or `late`. */
type Reply =
  | {
      readonly kind: 'reply' | 'unreachable' | 'exceeded' | 'refused';
      readonly from: string;
      readonly ttl: number;
      readonly micros: number;
    }
  | 'late'
  | 'no route';

/** A call that sends one echo request and waits for what comes back. */
export function echoCall(process: Process, address: string, ttl = 64): SystemCall<Reply> {
  const { world } = process.kernel;
  return callbackCall<Reply>('recvmsg', (done) => {
    const sentAtMs = world.nowMs;
    // The queue counts whole milliseconds: what lies below is drawn.
    const below = world.random(`ping/${process.namespace.id}`).between(38, 190);
    const stop = process.namespace.net.echo(address, ttl, undefined, (packet: Packet) => {
      if (typeof stop === 'function') stop();
      const micros = (world.nowMs - sentAtMs) * 1000 + below;
      const kind =
        packet.kind === 'ECHO-REPLY'
          ? 'reply'
          : packet.kind === 'TIME-EXCEEDED'
            ? 'exceeded'
            : packet.kind === 'PORT-UNREACHABLE'
              ? 'refused'
              : 'unreachable';
      done({ kind, from: packet.source, ttl: packet.ttl, micros });
    });
    if (stop === 'ENETUNREACH') {
      done('no route');
      return undefined;
    }
    return stop;
  });
}

function* run(process: Process, options: Options, style: Style): Sys<number> {
  const host = options.operands.at(-1);
  if (host === undefined) {
    yield* write(
      process.stderr,
      style.isBusybox
        ? 'BusyBox v1.36.1 () multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n'
        : 'ping: usage error: Destination address required\n',
    );
    return style.isBusybox ? 1 : 1;
  }
  const found = yield* resolve(process, host);
  const [address] = found.kind === 'found' ? found.addresses : [];
  if (address === undefined) {
    const text = style.isBusybox
      ? `bad address '${host}'`
      : `${host}: ${found.kind === 'unknown' ? 'Name or service not known' : 'Temporary failure in name resolution'}`;
    yield* write(process.stderr, `ping: ${text}\n`);
    return style.isBusybox ? 1 : 2;
  }
  return yield* new Pinging(process, options, { host, address, ...style }).run();
}

class Pinging {
  readonly #process: Process;
  readonly #options: Options;
  readonly #host: string;
  readonly #address: string;
  readonly #isBusybox: boolean;
  #sent = 0;
  #errors = 0;
  readonly #times: number[] = [];
  #isStopped = false;

  constructor(
    process: Process,
    options: Options,
    target: { readonly host: string; readonly address: string; readonly isBusybox: boolean },
  ) {
    this.#process = process;
    this.#options = options;
    this.#host = target.host;
    this.#address = target.address;
    this.#isBusybox = target.isBusybox;
  }

  *run(): Sys<number> {
    const { world } = this.#process.kernel;
    const options = this.#options;
    const size = Number(options.get('s') ?? 56);
    const count = Number(options.get('c') ?? Number.MAX_SAFE_INTEGER);
    const intervalMs = Math.round(Number(options.get('i') ?? 1) * 1000);
    const deadlineMs = options.has('w')
      ? world.nowMs + Number(options.get('w')) * 1000
      : Number.MAX_SAFE_INTEGER;
    const beganAtMs = world.nowMs;
    this.#process.trap('SIGINT', () => {
      this.#isStopped = true;
      return 'interrupt';
    });
    yield* this.#print(
      this.#isBusybox
        ? `PING ${this.#host} (${this.#address}): ${size} data bytes\n`
        : `PING ${this.#host} (${this.#address}) ${size}(${size + 28}) bytes of data.\n`,
    );
    try {
      while (this.#sent < count && world.nowMs < deadlineMs && !this.#isStopped) {
        const sentAtMs = world.nowMs;
        this.#sent++;
        const isLast = this.#sent >= count;
        const waitMs = isLast
          ? Math.round(Number(options.get('W') ?? 10) * 1000)
          : Math.min(intervalMs, deadlineMs - world.nowMs);
        if (!(yield* this.#once(waitMs, size))) return 2;
        const restMs = sentAtMs + intervalMs - world.nowMs;
        if (!isLast && restMs > 0) yield* sleep(Math.min(restMs, deadlineMs - world.nowMs));
      }
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== 'EINTR') throw error;
    }
    yield* this.#statistics(world.nowMs - beganAtMs);
    return this.#times.length > 0 ? 0 : 1;
  }

  *#print(text: string): Sys<void> {
    yield* write(this.#process.stdout, text);
  }

  /** False when there is no route at all. */
  *#once(waitMs: number, size: number): Sys<boolean> {
    const first = yield* race({
      reply: echoCall(this.#process, this.#address, Number(this.#options.get('t') ?? 64)),
      late: sleepCall(Math.max(1, waitMs)),
    });
    const sequence = this.#isBusybox ? this.#sent - 1 : this.#sent;
    if (first.key === 'late') return true;
    const reply = first.value;
    if (reply === 'no route') {
      yield* write(
        this.#process.stderr,
        this.#isBusybox
          ? 'ping: sendto: Network unreachable\n'
          : 'ping: connect: Network is unreachable\n',
      );
      return false;
    }
    if (reply === 'late') return true;
    if (reply.kind !== 'reply') {
      this.#errors++;
      const what =
        reply.kind === 'exceeded'
          ? 'Time to live exceeded'
          : reply.kind === 'refused'
            ? 'Destination Port Unreachable'
            : 'Destination Host Unreachable';
      if (!this.#isBusybox && !this.#options.has('q'))
        yield* this.#print(`From ${reply.from} icmp_seq=${sequence} ${what}\n`);
      return true;
    }
    this.#times.push(reply.micros);
    if (this.#options.has('q')) return true;
    const time = this.#isBusybox ? (reply.micros / 1000).toFixed(3) : significant(reply.micros);
    const name =
      this.#host === this.#address || this.#isBusybox
        ? this.#address
        : `${this.#host} (${this.#address})`;
    yield* this.#print(
      `${size + 8} bytes from ${name}: ${this.#isBusybox ? 'seq' : 'icmp_seq'}=${sequence} ttl=${reply.ttl} time=${time} ms\n`,
    );
    return true;
  }

  *#statistics(elapsedMs: number): Sys<void> {
    const received = this.#times.length;
    const loss = this.#sent === 0 ? 0 : Math.round(((this.#sent - received) * 100) / this.#sent);
    const [min, max] = [Math.min(...this.#times), Math.max(...this.#times)];
    const average = this.#times.reduce((sum, one) => sum + one, 0) / Math.max(1, received);
    const ms = (micros: number): string => (micros / 1000).toFixed(3);
    const errors = this.#errors > 0 && !this.#isBusybox ? ` +${this.#errors} errors,` : '';
    const head = `\n--- ${this.#host} ping statistics ---\n${this.#sent} packets transmitted, ${received} ${this.#isBusybox ? 'packets ' : ''}received,${errors} ${loss}% packet loss`;
    if (this.#isBusybox)
      return yield* this.#print(
        `${head}\n${received > 0 ? `round-trip min/avg/max = ${ms(min)}/${ms(average)}/${ms(max)} ms\n` : ''}`,
      );
    const deviation = Math.sqrt(
      this.#times.reduce((sum, one) => sum + (one - average) * (one - average), 0) /
        Math.max(1, received),
    );
    yield* this.#print(
      `${head}, time ${elapsedMs}ms\n${received > 0 ? `rtt min/avg/max/mdev = ${ms(min)}/${ms(average)}/${ms(max)}/${ms(deviation)} ms` : ''}\n`,
    );
  }
}

/** As iputils prints a time: three digits that mean something. */
function significant(micros: number): string {
  const ms = micros / 1000;
  return ms >= 100
    ? ms.toFixed(0)
    : ms >= 10
      ? ms.toFixed(1)
      : ms >= 1
        ? ms.toFixed(2)
        : ms.toFixed(3);
}

/** `traceroute`: pings with a growing time to live. */
export const traceroute: Program = (process) =>
  withOptions(process, 'n m:max-hops= q:queries= w:wait= I T U', function* (options) {
    const [host] = options.operands;
    if (host === undefined) {
      yield* write(process.stderr, 'Specify "host" missing argument.\n');
      return 2;
    }
    const found = yield* resolve(process, host);
    const [address] = found.kind === 'found' ? found.addresses : [];
    if (address === undefined) {
      yield* write(
        process.stderr,
        `${host}: Name or service not known\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc 1)\n`,
      );
      return 2;
    }
    const hops = Number(options.get('m') ?? 30);
    const queries = Number(options.get('q') ?? 3);
    yield* write(
      process.stdout,
      `traceroute to ${host} (${address}), ${hops} hops max, 60 byte packets\n`,
    );
    for (let ttl = 1; ttl <= hops; ttl++) {
      let line = String(ttl).padStart(2);
      let last = '';
      let isThere = false;
      for (let query = 0; query < queries; query++) {
        const first = yield* race({
          reply: echoCall(process, address, ttl),
          late: sleepCall(Math.round(Number(options.get('w') ?? 5) * 1000)),
        });
        const reply = first.key === 'reply' ? first.value : 'late';
        if (reply === 'late' || reply === 'no route') line += ' *';
        else {
          if (reply.from !== last)
            line += `  ${options.has('n') ? reply.from : `${reply.from} (${reply.from})`}`;
          last = reply.from;
          line += `  ${(reply.micros / 1000).toFixed(3)} ms${reply.kind === 'unreachable' ? ' !H' : ''}`;
          isThere ||= reply.kind !== 'exceeded';
        }
      }
      yield* write(process.stdout, `${line}\n`);
      if (isThere) break;
    }
    return 0;
  });
