/**
 * Published ports of the routing mesh. A service keeps the port that was chosen for it as long as
 * target and protocol stay.
 *
 * Real: swarmkit manager/allocator/portallocator.go
 */
import type { PortConfig, Service } from '../api/index.ts';
import { NumberPool } from './ipam.ts';

const DYNAMIC_FIRST = 30_000;
const DYNAMIC_LAST = 32_767;

type Protocol = NonNullable<PortConfig['Protocol']>;

export const isIngressPort = (port: PortConfig): boolean => port.PublishMode !== 'host';

/** What makes a port the same port, whatever it is published as. */
const key = (port: PortConfig): string =>
  `${port.Name ?? ''}/${port.Protocol ?? 'tcp'}/${port.TargetPort ?? 0}`;

class PortSpace {
  readonly #all = new NumberPool(1, 65_535);
  readonly #dynamic = new NumberPool(DYNAMIC_FIRST, DYNAMIC_LAST);

  take(published: number): number | undefined {
    if (published === 0) {
      const chosen = this.#dynamic.take();
      if (chosen !== undefined) this.#all.takeThis(chosen);
      return chosen;
    }
    if (!this.#all.takeThis(published)) return undefined;
    this.#dynamic.takeThis(published);
    return published;
  }

  free(published: number): void {
    this.#all.free(published);
    this.#dynamic.free(published);
  }
}

export class PortAllocator {
  readonly #spaces: Readonly<Record<Protocol, PortSpace>> = {
    tcp: new PortSpace(),
    udp: new PortSpace(),
    sctp: new PortSpace(),
  };

  /**
   * The ports that the service gets, after those that it had were given back; undefined when one is
   * taken.
   */
  allocate(service: Service): readonly PortConfig[] | undefined {
    const wanted = reconcilePorts(service);
    this.deallocate(service.Endpoint?.Ports);
    const ports: PortConfig[] = [];
    for (const port of wanted) {
      if (!isIngressPort(port)) {
        ports.push(port);
        continue;
      }
      const published = this.#space(port).take(port.PublishedPort ?? 0);
      if (published === undefined) {
        this.deallocate(ports);
        return undefined;
      }
      ports.push({ ...port, PublishedPort: published });
    }
    return ports;
  }

  deallocate(ports: readonly PortConfig[] | undefined): void {
    for (const port of ports ?? [])
      if (isIngressPort(port) && port.PublishedPort) this.#space(port).free(port.PublishedPort);
  }

  /**
   * Whether the endpoint has what the spec asks for. At the start nothing is held yet, so that
   * ports of chance do not count.
   */
  isAllocated(service: Service, onInit = false): boolean {
    const spec = service.Spec.EndpointSpec;
    const endpoint = service.Endpoint;
    if (!spec && !endpoint) return true;
    if (!spec || !endpoint) return false;
    const ports = spec.Ports ?? [];
    const states = endpoint.Ports ?? [];
    if (ports.length !== states.length) return false;
    const left = new PortStates(states.filter(isIngressPort));
    for (const port of ports)
      if (isIngressPort(port) && port.PublishedPort && !left.remove(port)) return false;
    for (const port of ports) {
      if (isIngressPort(port)) {
        if (!port.PublishedPort && (onInit || !left.remove(port))) return false;
      } else if (
        !states.some((state) => !isIngressPort(state) && state.TargetPort === port.TargetPort)
      )
        return false;
    }
    return true;
  }

  /** Whether a port published on the nodes themselves is another one than before. */
  hostPortsDiffer(service: Service): boolean {
    const states = new PortStates(
      (service.Endpoint?.Ports ?? []).filter((port) => !isIngressPort(port)),
    );
    const ports = service.Spec.EndpointSpec?.Ports ?? [];
    return ports.some((port) => !isIngressPort(port) && port.PublishedPort && !states.remove(port));
  }

  #space(port: PortConfig): PortSpace {
    return this.#spaces[port.Protocol ?? 'tcp'];
  }
}

/** Ports as they were allocated, to be matched one by one with what is wanted. */
class PortStates {
  readonly #states: PortConfig[];

  constructor(states: readonly PortConfig[]) {
    this.#states = [...states];
  }

  /** Takes out the state of this port; of one whose number is open, any that was chosen for it. */
  remove(port: PortConfig): PortConfig | undefined {
    const at = this.#states.findIndex(
      (state) =>
        key(state) === key(port) &&
        (port.PublishedPort ? state.PublishedPort === port.PublishedPort : state.PublishedPort),
    );
    return at < 0 ? undefined : this.#states.splice(at, 1)[0];
  }
}

/** The ports of the spec; where their number is open, the one chosen before. */
function reconcilePorts(service: Service): readonly PortConfig[] {
  const ports = service.Spec.EndpointSpec?.Ports ?? [];
  const states = service.Endpoint?.Ports;
  if (states?.length !== ports.length) return ports;
  const left = new PortStates(states.filter(isIngressPort));
  const isOpen = (port: PortConfig): boolean => isIngressPort(port) && !port.PublishedPort;
  const fixed = ports.filter((port) => !isOpen(port));
  for (const port of fixed) if (isIngressPort(port)) left.remove(port);
  return [...fixed, ...ports.filter(isOpen).map((port) => left.remove(port) ?? port)];
}
