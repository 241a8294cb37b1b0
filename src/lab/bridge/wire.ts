/** The bridge's end of a connection into a machine's Engine API. */
import type { IncomingMessage } from 'node:http';
import {
  dialUnix,
  headerLines,
  parseHead,
  type HttpWire,
  type Readable,
  type Writable,
} from '../../sim/index.ts';
import type { Host } from '../lab.ts';
import type { Clock } from './clock.ts';

const SOCKET = '/var/run/docker.sock';
const KEPT_HEADERS = [
  'host',
  'user-agent',
  'content-type',
  'x-registry-auth',
  'x-registry-config',
  'version',
];
/** Requests whose `since` and `until` were computed with the client's clock. */
const TIMED = /\/(events|(containers|services|tasks)\/[^/?]+\/logs)\?/;

/** A connection; undefined while the machine's daemon does not run. */
export function dial(host: Host): HttpWire | undefined {
  if (!host.machine.isOn) return undefined;
  const node = host.machine.files.lookup(SOCKET);
  if (node?.type !== 'socket') return undefined;
  const wire = dialUnix(host.machine.world, node);
  wire.reader.retain();
  wire.writer.retain();
  return wire;
}

/** Writes a request whose body is there. */
export function send(
  wire: HttpWire,
  clock: Clock,
  request: IncomingMessage,
  body: string,
  isUpgrade: boolean,
): void {
  const headers: Record<string, string> = {};
  for (const name of [...KEPT_HEADERS, ...(isUpgrade ? ['upgrade', 'connection'] : [])]) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  headers['content-length'] = String(body.length);
  const target = targetOf(request.url ?? '/', clock);
  wire.writer.put(
    `${request.method ?? 'GET'} ${target} HTTP/1.1\r\n${headerLines(headers)}\r\n${body}`,
  );
}

function targetOf(url: string, clock: Clock): string {
  if (!TIMED.test(url)) return url;
  return url.replace(/(?<=[?&](?:since|until)=)\d+(?:\.\d+)?(?=&|$)/g, (text) =>
    Number(text) === 0 ? text : clock.inLab(Number(text)).toFixed(9),
  );
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rest: string;
}

export function readHead(
  reader: Readable,
  use: (head: ResponseHead) => void,
  failed: () => void,
): void {
  let text = '';
  const pull = (): void => {
    for (;;) {
      const piece = reader.take();
      if (piece === undefined) return void reader.whenReadable(pull);
      if (piece === '') return failed();
      text += piece;
      const head = parseHead(text);
      if (!head) continue;
      const match = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(head.first);
      return match
        ? use({
            status: Number(match[1]),
            reason: match[2] ?? '',
            headers: head.headers,
            rest: head.rest,
          })
        : failed();
    }
  };
  pull();
}

export function drain(body: Readable, take: (text: string) => void, end: () => void): void {
  for (;;) {
    const text = body.take();
    if (text === undefined) return void body.whenReadable(() => drain(body, take, end));
    if (text === '') return end();
    take(text);
  }
}

/** Text that goes in as fast as the other end reads it. */
export class Feed {
  readonly #writer: Writable;
  readonly #waiting: string[] = [];
  #whenEmpty: (() => void) | undefined;

  constructor(writer: Writable) {
    this.#writer = writer;
  }

  put(text: string): void {
    if (text === '') return;
    this.#waiting.push(text);
    if (this.#waiting.length === 1) this.#move();
  }

  /** Calls `done` when all that was put has gone in. */
  end(done: () => void): void {
    if (this.#waiting.length === 0) done();
    else this.#whenEmpty = done;
  }

  #move(): void {
    while (this.#waiting.length > 0) {
      if (!this.#writer.put(this.#waiting[0] as string))
        return void this.#writer.whenWritable(() => this.#move());
      this.#waiting.shift();
    }
    this.#whenEmpty?.();
  }
}
