/** Real HTTP requests into the lab, and its answers out. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { decodeBody, headerLines, type HttpWire } from '../../sim/index.ts';
import type { Host } from '../lab.ts';
import { bodyText } from './bodies.ts';
import type { Clock } from './clock.ts';
import { FrameRecoder } from './frames.ts';
import { dial, drain, Feed, readHead, send, type ResponseHead } from './wire.ts';

/** Lengths count characters inside, bytes outside; connections are Node's affair. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
]);

export interface Crossing {
  readonly host: Host;
  readonly clock: Clock;
}

/** Carries one request in and its answer out. */
export function proxyRequest(
  { host, clock }: Crossing,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('error', () => response.destroy());
  request.on('end', () => {
    const body = textOrNothing(Buffer.concat(pieces));
    if (body === undefined) return refuse(response, 'archive/tar: invalid tar header');
    clock.enter(() => {
      const wire = dial(host);
      if (!wire) return void response.destroy();
      send(wire, clock, request, body, false);
      readHead(
        wire.reader,
        (head) => answer(wire, head, request.method === 'HEAD', response),
        () => response.destroy(),
      );
      response.on('close', () => wire.abort());
    });
  });
}

function answer(
  wire: HttpWire,
  { status, reason, headers, rest }: ResponseHead,
  isHead: boolean,
  response: ServerResponse,
): void {
  response.writeHead(status, reason, ownLess(headers));
  if (isHead || status === 204 || status === 304) return void response.end();
  response.flushHeaders();
  const frames = new FrameRecoder();
  drain(
    decodeBody(headers, rest, wire.reader),
    (text) => void response.write(frames.push(text)),
    () => void response.end(frames.flush()),
  );
}

/** `attach` and `exec`: after the switch, both directions flow as they are. */
export function proxyUpgrade(
  { host, clock }: Crossing,
  request: IncomingMessage,
  socket: Duplex,
  first: Buffer,
): void {
  socket.on('error', () => socket.destroy());
  collect(socket, first, Number(request.headers['content-length'] ?? 0), (body, extra) => {
    clock.enter(() => {
      const wire = dial(host);
      if (!wire) return void socket.destroy();
      send(wire, clock, request, body.toString('utf8'), true);
      takeInput(clock, wire, socket, extra);
      readHead(
        wire.reader,
        (head) =>
          head.status === 101 ? switched(wire, head, socket) : refused(wire, head, socket),
        () => socket.destroy(),
      );
      socket.on('close', () => wire.abort());
    });
  });
}

function switched(
  wire: HttpWire,
  { status, reason, headers, rest }: ResponseHead,
  socket: Duplex,
): void {
  socket.write(`HTTP/1.1 ${status} ${reason}\r\n${headerLines(headers)}\r\n`);
  const frames = new FrameRecoder();
  if (rest !== '') socket.write(frames.push(rest));
  drain(
    wire.reader,
    (text) => void socket.write(frames.push(text)),
    () => void socket.end(frames.flush()),
  );
}

/** No switch: an ordinary answer, mostly an error, and the end of the connection. */
function refused(
  wire: HttpWire,
  { status, reason, headers, rest }: ResponseHead,
  socket: Duplex,
): void {
  let text = '';
  drain(
    decodeBody(headers, rest, wire.reader),
    (piece) => (text += piece),
    () => {
      const own = {
        ...ownLess(headers),
        'content-length': String(Buffer.byteLength(text)),
        connection: 'close',
      };
      socket.end(`HTTP/1.1 ${status} ${reason}\r\n${headerLines(own)}\r\n${text}`);
    },
  );
}

/** What the client types. Its end of input is the end of that direction only. */
function takeInput(clock: Clock, wire: HttpWire, socket: Duplex, extra: Buffer): void {
  const decoder = new StringDecoder('utf8');
  const feed = new Feed(wire.writer);
  feed.put(decoder.write(extra));
  socket.on('data', (piece: Buffer) => clock.enter(() => feed.put(decoder.write(piece))));
  socket.on('end', () =>
    clock.enter(() => {
      feed.put(decoder.end());
      feed.end(() => wire.close());
    }),
  );
}

function textOrNothing(bytes: Buffer): string | undefined {
  try {
    return bodyText(bytes);
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, message: string): void {
  response.writeHead(400, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify({ message })}\n`);
}

function ownLess(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name)));
}

/** The first `length` bytes of a socket, and what came after them. */
function collect(
  socket: Duplex,
  first: Buffer,
  length: number,
  use: (body: Buffer, extra: Buffer) => void,
): void {
  let bytes = first;
  if (bytes.length >= length) return use(bytes.subarray(0, length), bytes.subarray(length));
  const more = (piece: Buffer): void => {
    bytes = Buffer.concat([bytes, piece]);
    if (bytes.length < length) return;
    socket.off('data', more);
    use(bytes.subarray(0, length), bytes.subarray(length));
  };
  socket.on('data', more);
}
