import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { decodeBody, dialUnix, headerLines, parseHead, type HttpWire, type Readable, type SocketNode } from '../../sim/index.ts';
import type { Host } from '../lab.ts';
import { FrameRecoder } from './frames.ts';

const SOCKET = '/var/run/docker.sock';

/** A connection into a machine's Engine API; undefined while its daemon does not run. */
function dial(host: Host): HttpWire | undefined {
  if (!host.machine.isOn) return undefined;
  const node = host.machine.files.lookup(SOCKET);
  if (node?.type !== 'socket') return undefined;
  const wire = dialUnix(host.machine.world, node as SocketNode);
  wire.reader.retain();
  wire.writer.retain();
  return wire;
}

/** Carries one real HTTP request into the lab and its answer out. */
export function proxyRequest(host: Host, request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const wire = dial(host);
    if (!wire) return void response.destroy();
    send(wire, request, Buffer.concat(pieces).toString('utf8'));
    readHead(wire.reader, ({ status, reason, headers, rest }) => {
      const out = Object.fromEntries(Object.entries(headers).filter(([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name)));
      response.writeHead(status, reason, out);
      response.flushHeaders();
      const frames = new FrameRecoder();
      const isBare = request.method === 'HEAD' || status === 204 || status === 304;
      if (isBare) return void response.end();
      drain(
        decodeBody(headers, rest, wire.reader),
        (text) => void response.write(frames.push(text)),
        () => response.end(frames.flush()),
      );
    }, () => response.destroy());
    response.on('close', () => wire.abort());
  });
}

/** `attach` and `exec`: after the switch, both directions flow as they are. */
export function proxyUpgrade(host: Host, request: IncomingMessage, socket: Duplex, first: Buffer): void {
  const length = Number(request.headers['content-length'] ?? 0);
  collect(socket, first, length, (body, extra) => {
    const wire = dial(host);
    if (!wire) return void socket.destroy();
    send(wire, request, body.toString('utf8'), true);
    readHead(wire.reader, ({ status, reason, headers, rest }) => {
      socket.write(`HTTP/1.1 ${status} ${reason}\r\n${headerLines(headers)}\r\n`);
      const frames = new FrameRecoder();
      if (rest !== '') socket.write(frames.push(rest));
      drain(
        wire.reader,
        (text) => void socket.write(frames.push(text)),
        () => {
          socket.write(frames.flush());
          socket.end();
        },
      );
      if (extra.length > 0) wire.writer.put(extra.toString('utf8'));
      socket.on('data', (piece: Buffer) => wire.writer.put(piece.toString('utf8')));
      socket.on('end', () => wire.close());
    }, () => socket.destroy());
    socket.on('close', () => wire.abort());
    socket.on('error', () => wire.abort());
  });
}

function send(wire: HttpWire, request: IncomingMessage, body: string, isUpgrade = false): void {
  const kept = ['host', 'user-agent', 'content-type', 'x-registry-auth', 'x-registry-config', ...(isUpgrade ? ['upgrade', 'connection'] : [])];
  const headers: Record<string, string> = {};
  for (const name of kept) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  headers['content-length'] = String(body.length);
  wire.writer.put(`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1\r\n${headerLines(headers)}\r\n${body}`);
}

interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rest: string;
}

function readHead(reader: Readable, use: (head: ResponseHead) => void, failed: () => void): void {
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
      return match ? use({ status: Number(match[1]), reason: match[2] ?? '', headers: head.headers, rest: head.rest }) : failed();
    }
  };
  pull();
}

function drain(body: Readable, take: (text: string) => void, end: () => void): void {
  for (;;) {
    const text = body.take();
    if (text === undefined) return void body.whenReadable(() => drain(body, take, end));
    if (text === '') return end();
    take(text);
  }
}

/** The first `length` bytes of a socket, and what came after them. */
function collect(socket: Duplex, first: Buffer, length: number, use: (body: Buffer, extra: Buffer) => void): void {
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
