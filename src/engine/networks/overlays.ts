/**
 * The swarm's networks on this machine: made when a task or a container needs them, filled by gossip, gone with the last user.
 *
 * Real: moby daemon/cluster/executor/container/attachment.go, daemon/network.go, libnetwork/{agent,service_common,controller}.go.
 */
import {
  hashHex,
  macOfIP,
  parseRFC3339,
  type DnsQuery,
  type DnsRecord,
  type Packet,
} from '../../sim/index.ts';
import type { NetworkAttachment, Node } from '../../swarm/api/index.ts';
import type { NetworkContainer, NetworkInspect, NetworkServiceInfo } from '../api/types.ts';
import type { Container, EndpointRecord } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { EngineError, failed, fine, internal, notFound, type Done } from '../errors.ts';
import { Ingress, type IngressPort } from './ingress.ts';
import type { VirtualServer } from './ipvs.ts';
import { GATEWAY_BRIDGE, type NetworkRecord } from './network.ts';
import { NetworkDB, type Entry } from './networkdb.ts';
import { LiveOverlay, VXLAN_PORT, vxlanFrame, type OverlayPeer } from './overlay.ts';
import { localNames, TTL_SECONDS } from './resolver.ts';
import type { LiveEndpoint, Sandbox } from './sandbox.ts';

/** Who a container is to the others of a network: entry `service/NETWORK/ENDPOINT`. */
export interface ServiceEntry {
  readonly taskName: string;
  /** '' for containers that were attached by hand. */
  readonly serviceName: string;
  readonly serviceID: string;
  /** '' in dnsrr mode. */
  readonly vip: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly taskAliases: readonly string[];
  readonly ingressPorts: readonly IngressPort[];
  readonly hostIP: string;
  readonly endpointID: string;
}

/** What a task's container is to be on its networks. */
export interface TaskBinding {
  readonly attachments: readonly NetworkAttachment[];
  readonly serviceName: string;
  readonly serviceID: string;
  /** By network ID, without prefix length. */
  readonly vips: ReadonlyMap<string, string>;
  readonly ingressPorts: readonly IngressPort[];
}

/** What the manager takes to set up the ingress sandbox after the node has its addresses. */
const INGRESS_SETUP_MS = 1_000;
/** A VXLAN interface, a pair of veths in two namespaces, neighbours and routes. */
const PLUG_MS = 300;
const POLL_MS = 100;
const ATTACHMENT_TIMEOUT_MS = 30_000;

export class Overlays {
  readonly #engine: Engine;
  readonly #live = new Map<string, LiveOverlay>();
  readonly #bindings = new Map<string, TaskBinding>();
  /** Tasks that hold the places of containers attached by hand: `CONTAINER NETWORK` to task ID. */
  readonly #attachmentTasks = new Map<string, string>();
  readonly #active = new Set<string>();
  #db: NetworkDB | undefined;
  #node: Node | undefined;
  #ingress: Ingress | undefined;
  #unbindVxlan: (() => void) | undefined;
  #generation = 0;
  /** Networks of which something was heard since they were last put in order. */
  readonly #stale = new Set<string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  // The node

  /** The manager has told which addresses this node's load balancers have. */
  configure(node: Node, ingress: NetworkAttachment | undefined): void {
    this.#node = node;
    const generation = this.#generation;
    this.#engine.machine.world.schedule(INGRESS_SETUP_MS, 'ingress setup', () => {
      if (generation !== this.#generation || !this.#engine.cluster.nodeID) return;
      this.#startGossip();
      this.#engine.networks.ensureGatewayBridge();
      this.#setUpIngress(ingress);
    });
  }

  #startGossip(): void {
    const { machine, cluster } = this.#engine;
    if (this.#db) return this.#db.refreshSeeds();
    this.#db = new NetworkDB({
      machine,
      name: hashHex(`gossip ${machine.name} ${cluster.nodeID}`, 12),
      address: cluster.nodeAddr,
      seeds: () =>
        (cluster.runner?.node?.remotes ?? []).map((remote) =>
          remote.Addr.slice(0, remote.Addr.lastIndexOf(':')),
        ),
      changed: (key, entry) => this.#entryChanged(key, entry),
    });
    this.#unbindVxlan = machine.net.bindUdp(VXLAN_PORT, (packet) => this.#decapsulate(packet));
  }

  #decapsulate(packet: Packet): void {
    const frame = vxlanFrame(packet);
    if (!frame) return;
    for (const live of this.#live.values())
      if (live.vni === frame.vni) return void live.segment.deliver(frame.inner, frame.nextHop);
  }

  #setUpIngress(attachment: NetworkAttachment | undefined): void {
    const address = attachment?.Addresses[0];
    const known = this.#ingress;
    if (
      known &&
      (known.overlay.network.id !== attachment?.Network.ID ||
        known.overlay.loadBalancerCidr !== address)
    )
      this.#tearDownIngress();
    if (!attachment || address === undefined || this.#ingress) return;
    const live = this.#putUp(attachment, address);
    this.#ingress = new Ingress(
      this.#engine.machine,
      this.#engine.networks.ensureGatewayBridge(),
      live,
      this.#engine.networks.newEndpointID(),
    );
    this.#refresh(live);
  }

  #tearDownIngress(): void {
    const ingress = this.#ingress;
    this.#ingress = undefined;
    if (!ingress) return;
    ingress.close();
    this.#takeDown(ingress.overlay);
  }

  /** The machine has left the swarm, or the daemon ends. docker_gwbridge stays. */
  stop(): void {
    this.#generation++;
    this.#tearDownIngress();
    for (const live of [...this.#live.values()]) this.#takeDown(live);
    if (this.#engine.machine.isOn) this.#db?.leave();
    else this.#db?.close();
    this.#db = undefined;
    this.#node = undefined;
    this.#unbindVxlan?.();
    this.#unbindVxlan = undefined;
    this.#bindings.clear();
    this.#attachmentTasks.clear();
    this.#active.clear();
  }

  /** Joined, left, promoted ... */
  membershipChanged(): void {
    this.#db?.refreshSeeds();
  }

  // Networks

  records(): readonly NetworkRecord[] {
    return [...this.#live.values()].map((live) => live.network);
  }

  find(text: string): NetworkRecord | undefined {
    return (
      this.records().find((record) => record.id === text || record.name === text) ??
      this.records().find((record) => text !== '' && record.id.startsWith(text))
    );
  }

  byName(name: string): NetworkRecord | undefined {
    return this.records().find((record) => record.name === name || record.id === name);
  }

  /** The name of a network that may be attached to: any name at all when the machine is in a swarm, as only the manager knows. */
  nameOf(text: string): string | undefined {
    return this.find(text)?.name ?? (this.#engine.cluster.nodeID === '' ? undefined : text);
  }

  subnets(): readonly string[] {
    return this.records().map((record) => record.subnet);
  }

  #putUp(attachment: NetworkAttachment, loadBalancer: string): LiveOverlay {
    const { machine, networks, cluster } = this.#engine;
    const { Network: network } = attachment;
    const known = this.#live.get(network.ID);
    if (known) return known;
    const record = recordOf(
      attachment,
      network.Spec.Ingress
        ? (parseRFC3339(network.CreatedAt) ?? machine.world.unixMs)
        : machine.world.unixMs,
    );
    const vni = Number(
      (record.options?.['com.docker.network.driver.overlay.vxlanid_list'] ?? '0').split(',')[0],
    );
    const live = new LiveOverlay({
      machine,
      network: record,
      vni,
      loadBalancer,
      localVtep: cluster.dataPathAddr,
      endpointID: networks.newEndpointID(),
    });
    this.#live.set(record.id, live);
    this.#db?.set(`network/${record.id}/${this.#db.name}`, { address: cluster.nodeAddr });
    this.#setPeer(live, live.endpointID, live.loadBalancerAddress);
    this.#refresh(live);
    networks.emit('create', record, {});
    return live;
  }

  #takeDown(live: LiveOverlay): void {
    if (!this.#live.delete(live.network.id)) return;
    this.#db?.delete(`peer/${live.network.id}/${live.endpointID}`);
    if (this.#db) this.#db.delete(`network/${live.network.id}/${this.#db.name}`);
    live.destroy();
    this.#engine.networks.emit('destroy', live.network, {});
  }

  #setPeer(live: LiveOverlay, endpointID: string, address: string): void {
    const peer: OverlayPeer = { address, vtep: this.#engine.cluster.dataPathAddr };
    this.#db?.set(`peer/${live.network.id}/${endpointID}`, peer);
  }

  /** The address of this node's load balancer on a network, as soon as the manager has given one. */
  #loadBalancerOf(networkID: string): string | undefined {
    return this.#node?.Attachments.find((attachment) => attachment.NetworkID === networkID)
      ?.Addresses[0];
  }

  /** Waits until the node has its own address on the network, then puts the network up. */
  #ensure(attachment: NetworkAttachment, done: Done<LiveOverlay>): void {
    const { world } = this.#engine.machine;
    const generation = this.#generation;
    const endsAtMs = world.nowMs + ATTACHMENT_TIMEOUT_MS;
    const look = (): void => {
      if (generation !== this.#generation) return done(failed(internal('context canceled')));
      const known = this.#live.get(attachment.Network.ID);
      if (known) return done(fine(known));
      const address = this.#db ? this.#loadBalancerOf(attachment.Network.ID) : undefined;
      if (address !== undefined) return done(fine(this.#putUp(attachment, address)));
      if (world.nowMs >= endsAtMs)
        return done(
          failed(internal('node is missing network attachments, ip addresses may be exhausted')),
        );
      world.schedule(POLL_MS, 'node attachments', look);
    };
    look();
  }

  // Containers

  /** What the executor knows of a task's container. */
  bind(containerID: string, binding: TaskBinding): void {
    this.#bindings.set(containerID, binding);
  }

  unbind(containerID: string): void {
    this.#bindings.delete(containerID);
  }

  /** Waits until all networks of a task can be used on this node. */
  waitForNetworks(attachments: readonly NetworkAttachment[], done: Done): void {
    const left = attachments.filter((attachment) => isOverlay(attachment));
    const next = (): void => {
      const attachment = left.shift();
      if (!attachment) return done(fine(undefined));
      this.#ensure(attachment, (result) => (result.ok ? next() : done(result)));
    };
    next();
  }

  /** Plugs a sandbox into a swarm network: a task by its attachment, any other container by asking a manager for a place. */
  join(sandbox: Sandbox, name: string, endpoint: EndpointRecord, done: Done): void {
    const { container } = sandbox;
    const own = this.#bindings
      .get(container.id)
      ?.attachments.find(
        (attachment) => attachment.Network.Spec.Name === name || attachment.Network.ID === name,
      );
    if (own) return this.#plugTask(sandbox, own, endpoint, done);
    if (this.#engine.cluster.nodeID === '')
      return done(failed(notFound(`network ${endpoint.networkID || name} not found`)));
    this.#engine.cluster.attachNetwork({ network: name, containerID: container.id }, (result) => {
      if (!result.ok)
        return done(
          failed(
            new EngineError(
              result.error.status,
              `Could not attach to network ${name}: ${result.error.message}`,
            ),
          ),
        );
      this.#attachmentTasks.set(
        `${container.id} ${result.value.attachment.Network.ID}`,
        result.value.taskID,
      );
      this.#plugTask(sandbox, result.value.attachment, endpoint, (plugged) => {
        if (plugged.ok) this.#announce(sandbox, result.value.attachment.Network.ID);
        done(plugged);
      });
    });
  }

  #plugTask(
    sandbox: Sandbox,
    attachment: NetworkAttachment,
    endpoint: EndpointRecord,
    done: Done,
  ): void {
    const { machine } = this.#engine;
    const generation = this.#generation;
    machine.world.schedule(PLUG_MS, 'plug into overlay', () => {
      if (!machine.isOn) return;
      if (generation !== this.#generation) return done(failed(internal('sandbox is gone')));
      this.#plug(sandbox, attachment, endpoint, done);
    });
  }

  #plug(
    sandbox: Sandbox,
    attachment: NetworkAttachment,
    endpoint: EndpointRecord,
    done: Done,
  ): void {
    this.#ensure(attachment, (result) => {
      if (!result.ok) return done(result);
      if (sandbox.isClosed) return done(failed(internal('sandbox is gone')));
      const live = result.value;
      const [address = '', prefix = '24'] = (attachment.Addresses[0] ?? '').split('/');
      const { container } = sandbox;
      const allocated = {
        endpointID: this.#engine.networks.newEndpointID(),
        address,
        prefix: Number(prefix),
        gateway: '',
        mac: macOfIP(address),
        dnsNames: localNames(container, endpoint.settings),
      };
      const device = sandbox.nextDevice();
      sandbox.stack.addInterface({
        name: device,
        cidr: `${address}/${prefix}`,
        segment: live.segment,
        mac: allocated.mac,
        mtu: 1450,
      });
      endpoint.networkID = live.network.id;
      endpoint.allocated = allocated;
      sandbox.add({
        network: live.network,
        allocated,
        device,
        isGateway: false,
        leave: () => this.#leave(sandbox, live, allocated.endpointID, device),
      });
      this.#setPeer(live, allocated.endpointID, address);
      this.#engine.networks.emit('connect', live.network, { container: container.id });
      done(fine(undefined));
    });
  }

  #leave(sandbox: Sandbox, live: LiveOverlay, endpointID: string, device: string): void {
    const { container } = sandbox;
    this.#db?.delete(`service/${live.network.id}/${endpointID}`);
    this.#db?.delete(`peer/${live.network.id}/${endpointID}`);
    this.#active.delete(container.id);
    sandbox.stack.removeInterface(device);
    const key = `${container.id} ${live.network.id}`;
    const taskID = this.#attachmentTasks.get(key);
    this.#attachmentTasks.delete(key);
    if (taskID !== undefined) this.#engine.cluster.detachNetwork(taskID, () => undefined);
    const generation = this.#generation;
    this.#engine.machine.world.schedule(0, 'network unused', () => {
      if (generation === this.#generation) this.#dropIfUnused(live);
    });
  }

  /** The last container has left: the network goes from this machine. */
  #dropIfUnused(live: LiveOverlay): void {
    if (live.network.isIngress || this.#live.get(live.network.id) !== live) return;
    if (this.#engine.networks.endpointsOf(live.network).length > 0) return;
    const isAwaited = [...this.#bindings.values()].some((binding) =>
      binding.attachments.some((attachment) => attachment.Network.ID === live.network.id),
    );
    if (!isAwaited) this.#takeDown(live);
  }

  /** No container of a task is left: its networks may go. */
  dropUnused(): void {
    for (const live of [...this.#live.values()]) this.#dropIfUnused(live);
  }

  /** Tells the others that a container serves: its names and its share of the load. */
  activate(container: Container): void {
    const sandbox = this.#engine.networks.sandboxOf(container);
    if (!sandbox || this.#active.has(container.id)) return;
    this.#active.add(container.id);
    for (const id of sandbox.endpoints.keys()) this.#announce(sandbox, id);
  }

  #announce(sandbox: Sandbox, networkID: string): void {
    const { container } = sandbox;
    const endpoint = sandbox.endpoints.get(networkID);
    if (!endpoint || endpoint.network.driver !== 'overlay') return;
    const binding = this.#bindings.get(container.id);
    const attachment = binding?.attachments.find((one) => one.Network.ID === networkID);
    const settings = container.record.networks.get(endpoint.network.name)?.settings ?? {};
    const entry: ServiceEntry = {
      taskName: container.name,
      serviceName: binding?.serviceName ?? '',
      serviceID: binding?.serviceID ?? '',
      vip: binding?.vips.get(networkID) ?? '',
      address: endpoint.allocated.address,
      aliases: attachment?.Aliases ?? [],
      taskAliases: binding
        ? [container.shortID, container.config.Hostname ?? '']
        : localNames(container, settings),
      ingressPorts: endpoint.network.isIngress ? (binding?.ingressPorts ?? []) : [],
      hostIP: this.#engine.cluster.nodeAddr,
      endpointID: endpoint.allocated.endpointID,
    };
    this.#db?.set(`service/${networkID}/${endpoint.allocated.endpointID}`, entry);
  }

  /** Takes a container out of names and load balancing; it still runs. */
  deactivate(container: Container): void {
    const sandbox = this.#engine.networks.sandboxOf(container);
    this.#active.delete(container.id);
    for (const [id, endpoint] of sandbox?.endpoints ?? [])
      this.#db?.delete(`service/${id}/${endpoint.allocated.endpointID}`);
  }

  hasOverlay(container: Container): boolean {
    return [...(this.#engine.networks.sandboxOf(container)?.endpoints.values() ?? [])].some(
      (endpoint) => endpoint.network.name !== 'bridge' && endpoint.network.name !== GATEWAY_BRIDGE,
    );
  }

  // What gossip brings

  /** Much comes at once, as one message: what follows from it is done once. A new peer, the most common, is just added. */
  #entryChanged(key: string, entry: Entry | undefined): void {
    const [kind, id = ''] = key.split('/');
    const known = this.#live.get(id);
    if (kind === 'network' || !known || this.#stale.has(id)) return;
    const peer = kind === 'peer' ? (entry?.value as OverlayPeer | undefined) : undefined;
    if (peer)
      return peer.vtep === this.#engine.cluster.dataPathAddr
        ? undefined
        : known.segment.addPeer(peer);
    this.#stale.add(id);
    this.#engine.machine.world.schedule(0, 'network table changed', () => {
      this.#stale.delete(id);
      const live = this.#live.get(id);
      if (live) this.#refresh(live);
    });
  }

  services(networkID: string): readonly ServiceEntry[] {
    return (this.#db?.list(`service/${networkID}/`) ?? []).map(
      (entry) => entry.value as ServiceEntry,
    );
  }

  /** Tunnels, virtual addresses and backends, made anew from the table. */
  #refresh(live: LiveOverlay): void {
    const { id } = live.network;
    const own = this.#engine.cluster.dataPathAddr;
    live.segment.setPeers(
      (this.#db?.list(`peer/${id}/`) ?? [])
        .map((entry) => entry.value as OverlayPeer)
        .filter((peer) => peer.vtep !== own),
    );
    const services = this.services(id);
    if (live.network.isIngress) return this.#refreshIngress(services);
    const before = live.servers.all.map((server) => server.address);
    const vips = [...new Set(services.map((entry) => entry.vip).filter((vip) => vip !== ''))].sort(
      (a, b) => (a < b ? -1 : 1),
    );
    live.servers.set(
      vips.map((vip) => ({
        address: vip,
        backends: services.filter((entry) => entry.vip === vip).map(({ address }) => ({ address })),
      })),
    );
    live.setVirtualIPs(vips, before);
  }

  #refreshIngress(services: readonly ServiceEntry[]): void {
    const ingress = this.#ingress;
    if (!ingress) return;
    const ports = new Map<
      string,
      { readonly port: IngressPort; readonly backends: { readonly address: string }[] }
    >();
    for (const entry of services)
      for (const port of entry.ingressPorts) {
        const key = `${port.protocol} ${port.published}`;
        const known = ports.get(key) ?? { port, backends: [] };
        known.backends.push({ address: entry.address });
        ports.set(key, known);
      }
    const servers: VirtualServer[] = [...ports.values()].map(({ port, backends }) => ({
      address: ingress.address,
      port,
      backends,
    }));
    ingress.overlay.servers.set(servers);
    ingress.setPorts([...ports.values()].map(({ port }) => port));
  }

  // Names

  lookup(sandbox: Sandbox, query: DnsQuery): readonly DnsRecord[] | undefined {
    const name = query.name.replace(/\.$/, '').toLowerCase();
    for (const endpoint of sandbox.endpoints.values()) {
      if (endpoint.network.driver !== 'overlay' || endpoint.network.isIngress) continue;
      const found =
        query.type === 'PTR'
          ? this.#reverse(endpoint, query)
          : this.#forward(endpoint, query, name);
      if (found.length > 0) return query.type === 'AAAA' ? [] : found;
    }
    return undefined;
  }

  #forward(endpoint: LiveEndpoint, query: DnsQuery, name: string): readonly DnsRecord[] {
    const suffix = `.${endpoint.network.name.toLowerCase()}`;
    const bare = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
    const addresses = addressesOf(this.services(endpoint.network.id), bare);
    const shuffled = this.#engine.machine.world
      .random(`dns/${this.#engine.machine.name}`)
      .shuffle(addresses);
    return shuffled.map((address) => ({
      name: query.name,
      type: 'A',
      data: address,
      ttl: TTL_SECONDS,
    }));
  }

  #reverse(endpoint: LiveEndpoint, query: DnsQuery): readonly DnsRecord[] {
    const address = query.name
      .replace(/\.in-addr\.arpa\.?$/, '')
      .split('.')
      .reverse()
      .join('.');
    return this.services(endpoint.network.id)
      .filter((entry) => entry.address === address)
      .map((entry) => ({
        name: query.name,
        type: 'PTR',
        data: `${entry.taskName}.${endpoint.network.name}`,
        ttl: TTL_SECONDS,
      }));
  }

  // For `inspect`

  live(id: string):
    | {
        peers(): NonNullable<NetworkInspect['Peers']>;
        services(): Readonly<Record<string, NetworkServiceInfo>>;
      }
    | undefined {
    const live = this.#live.get(id);
    return live
      ? { peers: () => this.#peers(id), services: () => this.#describeServices(id) }
      : undefined;
  }

  #peers(id: string): NonNullable<NetworkInspect['Peers']> {
    return (this.#db?.list(`network/${id}/`) ?? []).map((entry) => ({
      Name: entry.owner,
      IP: (entry.value as { readonly address: string }).address,
    }));
  }

  #describeServices(id: string): Readonly<Record<string, NetworkServiceInfo>> {
    const out = new Map<string, NetworkServiceInfo>();
    for (const entry of this.services(id)) {
      const before = out.get(entry.serviceName);
      const task = {
        Name: entry.taskName,
        EndpointID: entry.endpointID,
        EndpointIP: entry.address,
        Info: { 'Host IP': entry.hostIP },
      };
      out.set(entry.serviceName, {
        VIP: entry.vip === '' ? '<nil>' : entry.vip,
        Ports: entry.ingressPorts.map(
          (port) => `Target: ${port.target}, Publish: ${port.published}`,
        ),
        LocalLBIndex: entry.serviceName === '' ? 0 : (before?.LocalLBIndex ?? 256 + out.size),
        Tasks: [...(before?.Tasks ?? []), task],
      });
    }
    return Object.fromEntries(out);
  }

  /** The engine's own ends on a network: load balancers and the ingress sandbox. */
  systemEndpoints(network: NetworkRecord): readonly (readonly [string, NetworkContainer])[] {
    const entry = (
      name: string,
      endpointID: string,
      address: string,
      prefix: number | string,
    ): NetworkContainer => ({
      Name: name,
      EndpointID: endpointID,
      MacAddress: macOfIP(address),
      IPv4Address: `${address}/${prefix}`,
      IPv6Address: '',
    });
    if (network.name === GATEWAY_BRIDGE)
      return this.#ingress
        ? [
            [
              'ingress-sbox',
              entry(
                'gateway_ingress-sbox',
                this.#ingress.endpointID,
                this.#ingress.address,
                this.#ingress.prefix,
              ),
            ],
          ]
        : [];
    const live = this.#live.get(network.id);
    if (!live) return [];
    const [address = '', prefix = ''] = live.loadBalancerCidr.split('/');
    return [
      [
        network.isIngress ? 'ingress-sbox' : `lb-${network.name}`,
        entry(`${network.name}-endpoint`, live.endpointID, address, prefix),
      ],
    ];
  }
}

/** A name among the services of a network: virtual IP or tasks, `tasks.NAME`, a task's container, an alias. */
export function addressesOf(services: readonly ServiceEntry[], name: string): readonly string[] {
  const same = (one: string): boolean => one.toLowerCase() === name;
  const all = name.startsWith('tasks.') ? name.slice('tasks.'.length) : undefined;
  const isNamed = (entry: ServiceEntry, wanted: string): boolean =>
    entry.serviceName !== '' &&
    [entry.serviceName, ...entry.aliases].some((one) => one.toLowerCase() === wanted);
  if (all !== undefined)
    return unique(services.filter((entry) => isNamed(entry, all)).map((entry) => entry.address));
  const byService = services.filter((entry) => isNamed(entry, name));
  if (byService.length > 0)
    return unique(byService.map((entry) => (entry.vip === '' ? entry.address : entry.vip)));
  return unique(
    services
      .filter((entry) => same(entry.taskName) || entry.taskAliases.some(same))
      .map((entry) => entry.address),
  );
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

export function isOverlay(attachment: NetworkAttachment): boolean {
  return (
    (attachment.Network.DriverState?.Name ??
      attachment.Network.Spec.DriverConfiguration?.Name ??
      'overlay') === 'overlay'
  );
}

function recordOf({ Network: network }: NetworkAttachment, createdUnixMs: number): NetworkRecord {
  const { Spec: spec } = network;
  const configs = network.IPAMOptions?.Configs ?? [];
  return {
    id: network.ID,
    name: spec.Name,
    createdUnixMs,
    driver: 'overlay',
    scope: 'swarm',
    isInternal: spec.Internal ?? false,
    isAttachable: spec.Attachable ?? false,
    isIngress: spec.Ingress ?? false,
    hasIPv6: false,
    subnet: configs[0]?.Subnet ?? '',
    gateway: configs[0]?.Gateway ?? '',
    ipam: { Driver: 'default', Options: null, Config: configs },
    options: network.DriverState?.Options ?? {},
    labels: spec.Labels,
  };
}
