import { call, callbackCall } from '../kernel/calls.ts';
import { SystemError } from '../kernel/errors.ts';
import type { Process, Sys } from '../kernel/process.ts';
import type { FileSystem } from '../files/filesystem.ts';
import type { SocketNode } from '../files/node.ts';
import type { Scheduler } from '../world.ts';
import { socketPair, type HttpWire } from './http.ts';

interface UnixListener {
  readonly accept: (wire: HttpWire, process: Process | undefined) => void;
}

/** Listens at a path: makes the socket file (0660, group docker by its owner's choice). Returns what closes and removes it. */
export function listenUnix(
  files: FileSystem,
  path: string,
  accept: UnixListener['accept'],
): () => void {
  const listener: UnixListener = { accept };
  const node: SocketNode = {
    type: 'socket',
    owner: 0,
    mode: 0o660,
    uid: 0,
    gid: 999,
    modifiedAtMs: 0,
    listener,
  };
  if (files.exists(path)) files.remove(path);
  files.putNode(path, node);
  return () => {
    const there = files.lookup(path);
    if (there?.type === 'socket' && there.listener === listener) files.remove(path);
  };
}

/** Connects to a Unix socket. ENOENT, ECONNREFUSED (a file without a listener), EACCES. */
export function* connectUnix(process: Process, path: string): Sys<HttpWire> {
  const node = process.namespace.files.stat(path);
  if (node.type !== 'socket') throw new SystemError('ECONNREFUSED', path);
  const { user } = process;
  if (user.uid !== 0 && !user.groups?.includes('docker') && (node.mode & 0o006) !== 0o006)
    throw new SystemError('EACCES', path);
  return yield* call(
    callbackCall<HttpWire>('connect', (done) => {
      done(dialUnix(process.kernel.world, node, process));
      return undefined;
    }),
  );
}

/** The client's end of a new connection to a socket node: for those who are no process. */
export function dialUnix(world: Scheduler, node: SocketNode, process?: Process): HttpWire {
  const [client, server] = socketPair();
  world.schedule(0, 'accept', () => (node.listener as UnixListener).accept(server, process));
  return client;
}
