/**
 * Where a server's log lines go: a file that a link may lead to the process's own standard output.
 *
 * Real: images link `/var/log/nginx/access.log` to `/dev/stdout`, so that `docker logs` sees it.
 */
import { dirname, normalize, SystemError, type Process, type Writable } from '../../sim/index.ts';

const STREAMS: Readonly<Record<string, 'stdout' | 'stderr'>> = {
  '/dev/stdout': 'stdout',
  '/proc/self/fd/1': 'stdout',
  '/dev/fd/1': 'stdout',
  '/dev/stderr': 'stderr',
  '/proc/self/fd/2': 'stderr',
  '/dev/fd/2': 'stderr',
};
const LINKS_MAX = 8;
/** Lines that wait for a full pipe; beyond this they are lost, as with a non-blocking write. */
const BACKLOG_MAX = 1_000;

export type Log = (text: string) => void;

/** Opens a log file for appending. ENOENT, EACCES, EROFS, as `open` gives them. */
export function openLog(process: Process, path: string): Log {
  const target = resolve(process, path);
  const stream = STREAMS[target];
  if (stream !== undefined) return streamLog(process[stream]);
  const { files } = process.namespace;
  if (!files.exists(target))
    files.writeFile(target, '', { uid: process.user.uid, gid: process.user.gid });
  return (text) => {
    try {
      files.appendFile(target, text);
    } catch (error) {
      // A full disk or a folder that is gone: servers go on without the line.
      if (!(error instanceof SystemError)) throw error;
    }
  };
}

/** Follows links without touching what they lead to: `/proc/self/fd/1` is no file of the tree. */
function resolve(process: Process, path: string): string {
  let here = normalize(path, process.cwd);
  for (let i = 0; i < LINKS_MAX && STREAMS[here] === undefined; i++) {
    const node = process.namespace.files.lookup(here, { nofollow: true });
    if (node?.type !== 'symlink') return here;
    here = normalize(node.target, dirname(here));
  }
  return here;
}

export function streamLog(stream: Writable): Log {
  const backlog: string[] = [];
  const drain = (): void => {
    while (backlog.length > 0) {
      if (!stream.put(backlog[0] as string)) return void stream.whenWritable(drain);
      backlog.shift();
    }
  };
  return (text) => {
    if (backlog.length === 0 && stream.put(text)) return;
    if (backlog.length >= BACKLOG_MAX) return;
    backlog.push(text);
    if (backlog.length === 1) stream.whenWritable(drain);
  };
}
