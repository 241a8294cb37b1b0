import { call, callbackCall, parseIP, TTL_DEFAULT } from '../../sys.ts';
import type { Namespace, Packet, Process, Sys } from '../../sys.ts';

/** One question to a name server and one answer: the shape that all rooms use on port 53. */
interface DnsQuery {
  readonly dns: 'query';
  readonly id: number;
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'PTR';
}

export interface DnsRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'PTR';
  readonly data: string;
  readonly ttl: number;
}

export interface DnsAnswer {
  readonly dns: 'answer';
  readonly id: number;
  readonly name: string;
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly answers: readonly DnsRecord[];
}

/** What a name server said, or why there is no answer. */
export type Asked = DnsAnswer | 'timeout' | 'refused' | 'unreachable';

const TIMEOUT_MS = 5_000;
const ATTEMPTS = 2;

function textOf(namespace: Namespace, path: string): string {
  return namespace.files.lookup(path)?.type === 'file' ? namespace.files.readFile(path) : '';
}

/** The `nameserver` lines of `/etc/resolv.conf`. */
export function nameServers(namespace: Namespace): string[] {
  return [...textOf(namespace, '/etc/resolv.conf').matchAll(/^nameserver\s+(\S+)/gm)].map(
    (match) => match[1] as string,
  );
}

/** The address that `/etc/hosts` gives a name. */
export function hostsEntry(namespace: Namespace, name: string): string | undefined {
  for (const line of textOf(namespace, '/etc/hosts').split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (
      parseIP(address) !== undefined &&
      names.some((one) => one.toLowerCase() === name.toLowerCase())
    )
      return address;
  }
  return undefined;
}

/** Asks one name server once. */
export function* askServer(
  process: Process,
  server: string,
  name: string,
  type: DnsQuery['type'],
  timeoutMs: number = TIMEOUT_MS,
): Sys<Asked> {
  const { net } = process.namespace;
  return yield* call(
    callbackCall<Asked>('recvfrom', (done) => {
      const source = net.sourceFor(server);
      if (source === undefined) {
        done('unreachable');
        return undefined;
      }
      const port = net.ephemeralPort();
      const end = (): void => {
        unbind();
        timer.cancel();
      };
      const unbind = net.bindUdp(port, (packet: Packet) => {
        end();
        const answer = packet.payload as DnsAnswer | undefined;
        done(
          answer?.dns === 'answer'
            ? answer
            : packet.kind === 'HOST-UNREACHABLE'
              ? 'unreachable'
              : 'refused',
        );
      });
      const timer = process.kernel.world.schedule(timeoutMs, 'dns timeout', () => {
        unbind();
        done('timeout');
      });
      const query: DnsQuery = { dns: 'query', id: port, name, type };
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
    }),
  );
}

/** What looking a name up came to. */
export type Resolved =
  | { readonly kind: 'found'; readonly addresses: readonly string[] }
  /** The name servers say that there is no such name. */
  | { readonly kind: 'unknown' }
  /** No name server answered. */
  | { readonly kind: 'unavailable' };

/** A name's IPv4 addresses: `/etc/hosts`, then the name servers, as the C library does. */
export function* resolve(process: Process, name: string): Sys<Resolved> {
  const { namespace } = process;
  if (parseIP(name) !== undefined) return { kind: 'found', addresses: [name] };
  if (name === 'localhost') return { kind: 'found', addresses: ['127.0.0.1'] };
  const known =
    hostsEntry(namespace, name) ??
    (name === namespace.hostname ? ownAddress(namespace) : undefined);
  if (known !== undefined) return { kind: 'found', addresses: [known] };
  const servers = nameServers(namespace);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++)
    for (const server of servers) {
      const answer = yield* askServer(process, server, name, 'A');
      if (typeof answer === 'string') continue;
      if (answer.code === 'NXDOMAIN') return { kind: 'unknown' };
      if (answer.code !== 'NOERROR') continue;
      const addresses = answer.answers
        .filter((record) => record.type === 'A')
        .map((record) => record.data);
      return addresses.length > 0 ? { kind: 'found', addresses } : { kind: 'unknown' };
    }
  return { kind: 'unavailable' };
}

function ownAddress(namespace: Namespace): string | undefined {
  return namespace.net.interfaces.find((port) => port.name !== 'lo')?.address;
}
