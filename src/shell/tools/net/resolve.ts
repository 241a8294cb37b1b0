/** Looking names up, as the C library and the tools around it do. */
import {
  addressesOf,
  askNameServer,
  call,
  callbackCall,
  DNS_TIMEOUT_MS,
  hostsEntries,
  nameservers,
  parseIP,
} from '../../sys.ts';
import type { DnsOutcome, DnsQuery, Namespace, Process, Sys } from '../../sys.ts';

export type { DnsAnswer, DnsRecord } from '../../sys.ts';
/** What a name server said, or why there is no answer. */
export type Asked = DnsOutcome;

const ATTEMPTS = 2;

/** The `nameserver` lines of `/etc/resolv.conf`. */
export function nameServers(namespace: Namespace): readonly string[] {
  return nameservers(namespace.files);
}

/** The address that `/etc/hosts` gives a name. */
export function hostsEntry(namespace: Namespace, name: string): string | undefined {
  return hostsEntries(namespace.files, name)[0];
}

/** Asks one name server once. */
export function* askServer(
  process: Process,
  server: string,
  name: string,
  type: DnsQuery['type'],
  timeoutMs: number = DNS_TIMEOUT_MS,
): Sys<Asked> {
  const { net } = process.namespace;
  return yield* call(
    callbackCall<Asked>('recvfrom', (done) =>
      askNameServer(net, { server, name, type, timeoutMs }, done),
    ),
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
      const addresses = addressesOf(answer);
      return addresses.length > 0 ? { kind: 'found', addresses } : { kind: 'unknown' };
    }
  return { kind: 'unavailable' };
}

function ownAddress(namespace: Namespace): string | undefined {
  return namespace.net.interfaces.find((port) => port.name !== 'lo')?.address;
}
