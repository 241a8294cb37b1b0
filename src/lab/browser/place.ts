/**
 * Where a browser runs: the network stack it speaks through, and how names are found there.
 *
 * The learner's own computer is the machine `local` where the lab has one. Elsewhere it stands on the machines' wire with a stack of its own, and its
 * hosts file has the machines' names.
 */
import { lookupHost } from '../../programs/index.ts';
import { Bridge, contains, NetStack, parseCIDR, parseIP } from '../../sim/index.ts';
import type { Lab } from '../lab.ts';

export interface Place {
  readonly machine: string;
  readonly net: NetStack;
  readonly isOn: boolean;
  /** All addresses of a name, none when it has none. Returns what gives it up. */
  lookup(name: string, done: (addresses: readonly string[]) => void): () => void;
  /** Calls `notify` when the power is cut. */
  onOff(notify: () => void): () => void;
}

/** The learner's own computer. */
export const OWN = 'local';

export class Places {
  readonly #lab: Lab;
  #own: Place | undefined;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The place of that name; the learner's own when there is no such machine. */
  of(machine: string): Place {
    const host = this.#lab.host(machine);
    if (!host) return (this.#own ??= ownPlace(this.#lab));
    return {
      machine,
      net: host.machine.net,
      get isOn() {
        return host.machine.isOn;
      },
      lookup: (name, done) =>
        name === 'localhost'
          ? soon(host.machine.net, ['127.0.0.1'], done)
          : lookupHost(host.machine.namespace, name, done),
      onOff: (notify) => host.machine.onPower((isOn) => !isOn && notify()),
    };
  }
}

function ownPlace(lab: Lab): Place {
  const net = ownStack(lab);
  return {
    machine: OWN,
    net,
    isOn: true,
    lookup: (name, done) => soon(net, ownNames(lab, name), done),
    onOff: () => () => {},
  };
}

function soon(
  net: NetStack,
  addresses: readonly string[],
  done: (addresses: readonly string[]) => void,
): () => void {
  const timer = net.world.schedule(0, 'lookup', () => done(addresses));
  return () => timer.cancel();
}

function ownNames(lab: Lab, name: string): readonly string[] {
  if (parseIP(name) !== undefined) return [name];
  if (name === 'localhost') return ['127.0.0.1'];
  const host = lab.hosts.find(({ machine }) => machine.name === name);
  const address = host?.template.cards[0]?.cidr.split('/')[0];
  return address === undefined ? [] : [address];
}

/** A stack with the first address of each of the lab's subnets. */
function ownStack(lab: Lab): NetStack {
  const net = new NetStack(lab.world, 'browser');
  net.addInterface({ name: 'lo', cidr: '127.0.0.1/8', segment: new Bridge('lo') });
  const subnets = new Set<string>();
  for (const { template } of lab.hosts)
    for (const card of template.cards) {
      const subnet = parseCIDR(card.cidr);
      if (!subnet || [...subnets].some((one) => contains(parseCIDR(one) ?? subnet, subnet.base)))
        continue;
      const address = `${card.cidr.split('.').slice(0, 3).join('.')}.1`;
      subnets.add(`${address}/${subnet.prefix}`);
    }
  for (const cidr of subnets)
    net.addInterface({ name: `eth${net.interfaces.length - 1}`, cidr, segment: lab.underlay });
  return net;
}
