/** DNS as it crosses the lab: one datagram to port 53 and one back; who asks, who answers, and the files that tell whom to ask. */
import type { FileSystem } from '../files/filesystem.ts';
import { parseIP } from './address.ts';
import { TTL_DEFAULT, type Packet } from './packet.ts';
import type { NetStack } from './stack.ts';

export interface DnsQuery {
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

export function isDnsQuery(payload: unknown): payload is DnsQuery {
  return (payload as DnsQuery | undefined)?.dns === 'query';
}

export function isDnsAnswer(payload: unknown): payload is DnsAnswer {
  return (payload as DnsAnswer | undefined)?.dns === 'answer';
}

/** What a name server said, or why there is no answer. */
export type DnsOutcome = DnsAnswer | 'timeout' | 'refused' | 'unreachable';

/** What resolvers wait for a name server. */
export const DNS_TIMEOUT_MS = 5_000;
const PORT = 53;

/** Asks one name server once; `done` is called later, once. Returns what gives it up. */
export function askNameServer(
  net: NetStack,
  question: {
    readonly server: string;
    readonly name: string;
    readonly type?: DnsQuery['type'];
    readonly timeoutMs?: number;
  },
  done: (outcome: DnsOutcome, ownEnd: string) => void,
): () => void {
  const { server, name, type = 'A', timeoutMs = DNS_TIMEOUT_MS } = question;
  const source = net.sourceFor(server);
  if (source === undefined) {
    const timer = net.world.schedule(0, 'no route', () => done('unreachable', ''));
    return () => timer.cancel();
  }
  const port = net.ephemeralPort();
  const end = (): void => {
    timer.cancel();
    unbind();
  };
  const settle = (outcome: DnsOutcome): void => {
    end();
    done(outcome, `${source}:${port}`);
  };
  const unbind = net.bindUdp(port, ({ payload, kind }) => {
    if (isDnsAnswer(payload)) settle(payload);
    else settle(kind === 'HOST-UNREACHABLE' ? 'unreachable' : 'refused');
  });
  const timer = net.world.schedule(timeoutMs, 'dns timeout', () => settle('timeout'));
  const query: DnsQuery = { dns: 'query', id: port, name, type };
  net.send({
    ...{ source, sourcePort: port, destination: server, destinationPort: PORT },
    ...{ protocol: 'udp', kind: 'DATAGRAM', ttl: TTL_DEFAULT, number: 0 },
    bytes: 60 + name.length,
    payload: query,
    label: `DNS ${name}`,
  });
  return end;
}

/** A name server: `lookup` gives the addresses of a name, undefined when there is no such name. */
export function serveNames(
  net: NetStack,
  lookup: (name: string) => readonly string[] | undefined,
): () => void {
  return net.bindUdp(PORT, (packet: Packet) => {
    const query = packet.payload;
    if (!isDnsQuery(query)) return;
    const name = query.name.replace(/\.$/, '').toLowerCase();
    const addresses = query.type === 'PTR' ? undefined : lookup(name);
    const answer: DnsAnswer = {
      dns: 'answer',
      id: query.id,
      name: query.name,
      code: addresses ? 'NOERROR' : 'NXDOMAIN',
      answers:
        query.type === 'A'
          ? (addresses ?? []).map((data) => ({ name: query.name, type: 'A', data, ttl: 60 }))
          : [],
    };
    net.send({
      ...{ source: packet.destination, sourcePort: PORT },
      ...{ destination: packet.source, destinationPort: packet.sourcePort },
      ...{ protocol: 'udp', kind: 'DATAGRAM', ttl: TTL_DEFAULT, number: 0 },
      bytes: 76 + name.length,
      payload: answer,
      label: `DNS ${name}`,
    });
  });
}

/** The addresses of an answer. */
export function addressesOf(answer: DnsAnswer): readonly string[] {
  return answer.answers.filter((record) => record.type === 'A').map((record) => record.data);
}

/** The addresses that `/etc/hosts` gives a name. */
export function hostsEntries(files: FileSystem, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return textOf(files, '/etc/hosts')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(
      ([address = '', ...names]) =>
        parseIP(address) !== undefined && names.some((one) => one.toLowerCase() === wanted),
    )
    .map(([address = '']) => address);
}

/** The `nameserver` lines of `/etc/resolv.conf`, or of another file like it. */
export function nameservers(files: FileSystem, path = '/etc/resolv.conf'): readonly string[] {
  return [...textOf(files, path).matchAll(/^nameserver\s+(\S+)/gm)].map(
    (match) => match[1] as string,
  );
}

function textOf(files: FileSystem, path: string): string {
  return files.lookup(path)?.type === 'file' ? files.readFile(path) : '';
}
