/**
 * Addresses of a name as a process of a namespace finds them: numbers, `/etc/hosts`, then the name servers of `/etc/resolv.conf`.
 *
 * Real: glibc getaddrinfo. The datagrams have the shape that the engine's resolver speaks (`DnsQuery`, `DnsAnswer`).
 */
import type { DnsAnswer, DnsQuery } from '../../engine/index.ts';
import {
  callbackCall,
  parseIP,
  TTL_DEFAULT,
  type FileSystem,
  type Namespace,
  type Process,
  type SystemCall,
} from '../../sim/index.ts';

const TIMEOUT_MS = 5_000;
const ATTEMPTS = 2;

/** All addresses of a name, none when it has none. Returns what gives it up. */
export function lookupHost(
  namespace: Namespace,
  name: string,
  done: (addresses: readonly string[]) => void,
  servers?: readonly string[],
): () => void {
  const { net, files } = namespace;
  const known = parseIP(name) !== undefined ? [name] : hostsEntries(files, name);
  if (known.length > 0) {
    const timer = net.world.schedule(0, `lookup ${name}`, () => done(known));
    return () => timer.cancel();
  }
  return askServers(namespace, servers ?? nameservers(files), name, done);
}

export function lookupHostCall(process: Process, name: string): SystemCall<readonly string[]> {
  return callbackCall('lookup', (done) => lookupHost(process.namespace, name, done));
}

function askServers(
  namespace: Namespace,
  servers: readonly string[],
  name: string,
  done: (addresses: readonly string[]) => void,
): () => void {
  const tries = Array.from({ length: ATTEMPTS }, () => servers).flat();
  let cancel = (): void => {};
  const next = (): void => {
    const server = tries.shift();
    if (server === undefined) {
      const timer = namespace.net.world.schedule(0, `lookup ${name}`, () => done([]));
      cancel = () => timer.cancel();
    } else
      cancel = ask(namespace, server, name, (answer) =>
        answer ? done(addressesOf(answer)) : next(),
      );
  };
  next();
  return () => cancel();
}

function ask(
  { net }: Namespace,
  server: string,
  name: string,
  done: (answer: DnsAnswer | undefined) => void,
): () => void {
  const source = net.sourceFor(server);
  if (source === undefined) {
    const timer = net.world.schedule(0, 'no route', () => done(undefined));
    return () => timer.cancel();
  }
  const port = net.ephemeralPort();
  let unbind = (): void => {};
  const timer = net.world.schedule(TIMEOUT_MS, 'dns timeout', () => {
    unbind();
    done(undefined);
  });
  const end = (): void => {
    timer.cancel();
    unbind();
  };
  unbind = net.bindUdp(port, ({ payload }) => {
    end();
    const answer = payload as Partial<DnsAnswer> | undefined;
    done(
      answer?.dns === 'answer' && (answer.code === 'NOERROR' || answer.code === 'NXDOMAIN')
        ? (answer as DnsAnswer)
        : undefined,
    );
  });
  const query: DnsQuery = { dns: 'query', id: port, name, type: 'A' };
  net.send({
    source,
    sourcePort: port,
    destination: server,
    destinationPort: 53,
    protocol: 'udp',
    kind: 'DATAGRAM',
    ttl: TTL_DEFAULT,
    number: 0,
    bytes: 60 + name.length,
    payload: query,
    label: `DNS ${name}`,
  });
  return end;
}

function addressesOf(answer: DnsAnswer): readonly string[] {
  return answer.answers.filter((record) => record.type === 'A').map((record) => record.data);
}

function hostsEntries(files: FileSystem, name: string): readonly string[] {
  const lines = textOf(files, '/etc/hosts')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  return lines
    .filter(([address = '', ...names]) => names.includes(name) && parseIP(address) !== undefined)
    .map(([address = '']) => address);
}

function nameservers(files: FileSystem): readonly string[] {
  return [...textOf(files, '/etc/resolv.conf').matchAll(/^nameserver\s+(\S+)/gm)].map(
    (m) => m[1] as string,
  );
}

function textOf(files: FileSystem, path: string): string {
  return files.lookup(path)?.type === 'file' ? files.readFile(path) : '';
}
