import { isDnsQuery, RegistryServer, type DnsAnswer } from '../../engine/index.ts';
import { NetStack, TTL_DEFAULT, type Packet } from '../../sim/index.ts';
import type { Lab } from '../lab.ts';

/** The recordings' network has two hosts that are nobody's machines: a name server, and a registry that it knows. */
const NAME_SERVER = '192.168.99.1';
const NAMES: ReadonlyMap<string, string> = new Map([['registry', '192.168.99.10']]);
const REGISTRY_PORT = 5000;

export function addNeighbours(lab: Lab): void {
  serveNames(neighbour(lab, 'nameserver', NAME_SERVER));
  for (const [name, address] of NAMES)
    new RegistryServer(neighbour(lab, name, address), REGISTRY_PORT);
  for (const { machine } of lab.hosts)
    machine.files.writeFile('/etc/resolv.conf', `nameserver ${NAME_SERVER}\n`);
}

function neighbour(lab: Lab, name: string, address: string): NetStack {
  const stack = new NetStack(lab.world, name);
  const mac = `02:00${address
    .split('.')
    .map((part) => `:${Number(part).toString(16).padStart(2, '0')}`)
    .join('')}`;
  stack.addInterface({ name: 'eth0', cidr: `${address}/24`, segment: lab.underlay, mac });
  return stack;
}

function serveNames(stack: NetStack): void {
  stack.bindUdp(53, (packet: Packet) => {
    const query = packet.payload;
    if (!isDnsQuery(query)) return;
    const name = query.name.replace(/\.$/, '').toLowerCase();
    const address = NAMES.get(name);
    const answer: DnsAnswer = {
      dns: 'answer',
      id: query.id,
      name: query.name,
      code: address === undefined ? 'NXDOMAIN' : 'NOERROR',
      answers:
        address !== undefined && query.type === 'A'
          ? [{ name: query.name, type: 'A', data: address, ttl: 60 }]
          : [],
    };
    stack.send({
      source: packet.destination,
      sourcePort: 53,
      destination: packet.source,
      destinationPort: packet.sourcePort,
      protocol: 'udp',
      kind: 'DATAGRAM',
      ttl: TTL_DEFAULT,
      number: 0,
      bytes: 76 + name.length,
      payload: answer,
      label: `DNS ${name}`,
    });
  });
}
