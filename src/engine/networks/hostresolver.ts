/**
 * The machine's own name resolution, for the daemon: /etc/hosts, then the name servers of /etc/resolv.conf.
 *
 * Real: Go's net resolver as dockerd uses it. Its sentences are part of dockerd's errors.
 */
import { parseIP, TTL_DEFAULT, type Machine } from '../../sim/index.ts';
import { isDnsAnswer, type DnsQuery } from './dns.ts';

export type HostAnswer = { readonly address: string } | { readonly error: string };

const TIMEOUT_MS = 5_000;

export function lookupHost(
  machine: Machine,
  name: string,
  done: (answer: HostAnswer) => void,
): void {
  const known = parseIP(name) !== undefined ? name : hostsEntry(machine, name);
  if (known !== undefined)
    return void machine.world.schedule(0, `lookup ${name}`, () => done({ address: known }));
  const server = nameservers(machine)[0];
  if (server === undefined)
    return void machine.world.schedule(0, `lookup ${name}`, () =>
      done({ error: `lookup ${name}: no such host` }),
    );
  askServer(machine, server, name, done);
}

function askServer(
  machine: Machine,
  server: string,
  name: string,
  done: (answer: HostAnswer) => void,
): void {
  const { net, world } = machine;
  const source = net.sourceFor(server);
  const fail = (why: string): void => done({ error: `lookup ${name} on ${server}:53: ${why}` });
  if (source === undefined) return void world.schedule(0, 'no route', () => fail('no such host'));
  const port = net.ephemeralPort();
  const unbind = net.bindUdp(port, (packet) => {
    timer.cancel();
    unbind();
    const answer = packet.payload;
    if (!isDnsAnswer(answer))
      return fail(`read udp ${source}:${port}->${server}:53: read: connection refused`);
    const address = answer.answers.find((record) => record.type === 'A')?.data;
    if (address === undefined) fail('no such host');
    else done({ address });
  });
  const timer = world.schedule(TIMEOUT_MS, 'dns timeout', () => {
    unbind();
    fail('no such host');
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
}

function hostsEntry(machine: Machine, name: string): string | undefined {
  for (const line of textOf(machine, '/etc/hosts').split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name) && parseIP(address) !== undefined) return address;
  }
  return undefined;
}

/** Name servers of a machine's resolv.conf. */
export function nameservers(machine: Machine): readonly string[] {
  return [...textOf(machine, '/etc/resolv.conf').matchAll(/^nameserver\s+(\S+)/gm)].map(
    (m) => m[1] as string,
  );
}

function textOf(machine: Machine, path: string): string {
  return machine.files.lookup(path)?.type === 'file' ? machine.files.readFile(path) : '';
}
