/** What stands at the first address of every network that machines are on: it leads nowhere else, and answers for the names it knows. */
import {
  formatIP,
  NetStack,
  parseCIDR,
  serveNames,
  type Machine,
  type Underlay,
  type World,
} from '../sim/index.ts';

export class Routers {
  readonly #world: World;
  readonly #underlay: Underlay;
  readonly #names: ReadonlyMap<string, string>;
  readonly #known = new Set<string>();

  constructor(world: World, underlay: Underlay, names: ReadonlyMap<string, string> = new Map()) {
    this.#world = world;
    this.#underlay = underlay;
    this.#names = names;
  }

  /** The name server that a machine with this address has been told of, by DHCP. */
  nameServerOf(cidr: string): string | undefined {
    const subnet = parseCIDR(cidr);
    if (!subnet || subnet.prefix > 30) return undefined;
    const address = formatIP(subnet.base + 1);
    if (cidr.startsWith(`${address}/`)) return undefined;
    if (!this.#known.has(address)) {
      this.#known.add(address);
      serveNames(
        neighbour(this.#world, this.#underlay, 'router', `${address}/${subnet.prefix}`),
        (name) => {
          const found = this.#names.get(name);
          return found === undefined ? undefined : [found];
        },
      );
    }
    return address;
  }
}

/** Ubuntu asks itself (127.0.0.53), and says here whom that asks. */
export function tellNameServer(machine: Machine, server: string | undefined): void {
  if (server === undefined) return;
  machine.files.mkdir('/run/systemd/resolve', { parents: true });
  machine.files.writeFile('/run/systemd/resolve/resolv.conf', `nameserver ${server}\nsearch .\n`);
}

/** A host on the underlay that is nobody's machine. */
export function neighbour(world: World, underlay: Underlay, name: string, cidr: string): NetStack {
  const stack = new NetStack(world, name);
  const bytes = cidr.slice(0, cidr.indexOf('/')).split('.');
  const mac = ['02', '00', ...bytes.map((byte) => Number(byte).toString(16).padStart(2, '0'))];
  stack.addInterface({ name: 'eth0', cidr, segment: underlay, mac: mac.join(':') });
  return stack;
}
