/** What can be opened now: the published ports of services and containers, with an address that answers. */
import type { LabView } from '../../lab/index.ts';
import { webAddress } from './address.ts';

export interface Published {
  readonly url: string;
  /** The service or container behind it. */
  readonly what: string;
  readonly image: string;
}

export function published(view: LabView | undefined): readonly Published[] {
  if (!view) return [];
  const on = view.machines.filter(({ isOn, isCableIn }) => isOn && isCableIn);
  const first = on.find(({ swarm }) => swarm.state === 'active');
  const services = (view.cluster?.services ?? []).flatMap((service) =>
    service.ports.flatMap(({ published: port, protocol, mode }) =>
      first && protocol === 'tcp' && mode === 'ingress' && port > 0
        ? [{ url: webAddress(first.address, port), what: service.name, image: service.image }]
        : [],
    ),
  );
  const containers = on.flatMap((machine) =>
    machine.containers.flatMap((container) =>
      container.state !== 'running'
        ? []
        : container.ports.flatMap((port) => {
            const m = /^(\d+):\d+\/tcp$/.exec(port);
            return m
              ? [
                  {
                    url: webAddress(machine.address, Number(m[1])),
                    what: container.name,
                    image: container.image,
                  },
                ]
              : [];
          }),
    ),
  );
  const seen = new Set<string>();
  return [...services, ...containers].filter(({ url }) => !seen.has(url) && seen.add(url));
}

/** The learner's own computer, in the lab or beside it. */
export const OWN = 'local';

/** Where an address that was read on a machine means what it meant there: that machine for `localhost` and what only it reaches, the own computer for the rest. */
export function placeFor(view: LabView | undefined, url: string, seenOn: string): string {
  const host = /^https?:\/\/([^/:?#]+)/i.exec(url)?.[1] ?? '';
  const wire = (address: string): string => address.replace(/\.\d+$/, '');
  const isOnWire = view?.machines.some(
    ({ name, address: own }) => name === host || wire(own) === wire(host),
  );
  return isOnWire ? OWN : seenOn;
}
