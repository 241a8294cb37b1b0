/**
 * The networks of one machine: what `docker network` does with local ones, and the namespaces of its containers.
 *
 * Real:     moby daemon/{network,container_operations}.go, libnetwork/controller.go.
 * Left out: ipvlan and macvlan, config-only networks, IPv6.
 */
import { formatIP, formatSubnet, parseCIDR, type Machine, type Subnet } from '../../sim/index.ts';
import type {
  EndpointSettings,
  NetworkCreateRequest,
  PortBinding,
  StringMap,
} from '../api/types.ts';
import type { Allocated, Container, EndpointRecord } from '../containers/container.ts';
import {
  badRequest,
  conflict,
  EngineError,
  failed,
  fine,
  forbidden,
  internal,
  notFound,
  type Done,
} from '../errors.ts';
import type { Events } from '../events.ts';
import type { EngineVersion } from '../versions.ts';
import { bridgeMac, LiveBridge } from './bridge.ts';
import { choosePool, requestPool } from './ipam.ts';
import { nameservers } from './hostresolver.ts';
import {
  bridgeName,
  DEFAULT_BRIDGE,
  GATEWAY_BRIDGE,
  isUserDefined,
  type NetworkRecord,
} from './network.ts';
import type { Overlays } from './overlays.ts';
import { PortMapper } from './ports.ts';
import { localNames, lookupLocal } from './resolver.ts';
import { Sandbox, type LiveEndpoint } from './sandbox.ts';

export interface NetworksOptions {
  readonly machine: Machine;
  readonly version: EngineVersion;
  readonly events: Events;
  /** A container by name or ID. */
  readonly container: (name: string) => Container | undefined;
}

const KEY = 'docker/networks';
const PREDEFINED = new Set(['bridge', 'host', 'none', 'default']);

export class Networks {
  readonly ports: PortMapper;
  /** Set by the engine once the swarm side exists. */
  overlays: Overlays | undefined;
  readonly #options: NetworksOptions;
  #records = new Map<string, NetworkRecord>();
  readonly #bridges = new Map<string, LiveBridge>();
  readonly #sandboxes = new Map<string, Sandbox>();

  constructor(options: NetworksOptions) {
    this.#options = options;
    this.ports = new PortMapper(options.machine, options.version.traits);
  }

  /** Reads what the disk holds, makes the three networks of the beginning, and puts the bridges up. */
  start(): void {
    const { machine } = this.#options;
    this.#records = new Map(
      (machine.disk.read(KEY) as [string, NetworkRecord][] | undefined) ?? [],
    );
    if (this.#records.size === 0) {
      this.#addDefault(DEFAULT_BRIDGE, 'bridge', {
        'com.docker.network.bridge.default_bridge': 'true',
        'com.docker.network.bridge.enable_icc': 'true',
        'com.docker.network.bridge.enable_ip_masquerade': 'true',
        'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
        'com.docker.network.bridge.name': 'docker0',
        'com.docker.network.driver.mtu': '1500',
      });
      this.#addDefault('host', 'host', {});
      this.#addDefault('none', 'null', {});
    }
    for (const record of this.#records.values())
      if (record.driver === 'bridge') this.#bridges.set(record.id, new LiveBridge(machine, record));
  }

  /** Everything that lives is gone. */
  stop(): void {
    for (const sandbox of this.#sandboxes.values()) sandbox.close();
    this.#sandboxes.clear();
    for (const bridge of this.#bridges.values()) bridge.destroy();
    this.#bridges.clear();
    this.ports.clear();
  }

  #addDefault(name: string, driver: NetworkRecord['driver'], options: StringMap): void {
    const subnet =
      driver === 'bridge'
        ? choosePool(this.#takenPools(), this.#options.version.traits)
        : undefined;
    const gateway = subnet ? formatIP(subnet.base + 1) : '';
    const hasGateway = this.#options.version.traits.gatewayInDefaultBridge;
    this.#store({
      id: this.#newID(),
      name,
      createdUnixMs: this.#options.machine.world.unixMs,
      driver,
      scope: 'local',
      isInternal: false,
      isAttachable: false,
      isIngress: false,
      hasIPv6: false,
      subnet: subnet ? formatSubnet(subnet) : '',
      gateway,
      options,
      labels: {},
      ipam: {
        Driver: 'default',
        Options: null,
        Config: subnet
          ? [{ Subnet: formatSubnet(subnet), ...(hasGateway ? { Gateway: gateway } : {}) }]
          : [],
      },
    });
  }

  /** The bridge by which swarm containers reach the world; made when the machine first needs it. */
  ensureGatewayBridge(): LiveBridge {
    const known = this.byName(GATEWAY_BRIDGE);
    if (known) return this.#bridges.get(known.id) as LiveBridge;
    const subnet = choosePool(this.#takenPools(), this.#options.version.traits);
    const gateway = formatIP(subnet.base + 1);
    const record: NetworkRecord = {
      id: this.#newID(),
      name: GATEWAY_BRIDGE,
      createdUnixMs: this.#options.machine.world.unixMs,
      driver: 'bridge',
      scope: 'local',
      isInternal: false,
      isAttachable: false,
      isIngress: false,
      hasIPv6: false,
      subnet: formatSubnet(subnet),
      gateway,
      labels: {},
      ipam: {
        Driver: 'default',
        Options: null,
        Config: [{ Subnet: formatSubnet(subnet), Gateway: gateway }],
      },
      options: {
        'com.docker.network.bridge.enable_icc': 'false',
        'com.docker.network.bridge.enable_ip_masquerade': 'true',
        'com.docker.network.bridge.name': GATEWAY_BRIDGE,
      },
    };
    return this.#putUp(record);
  }

  #putUp(record: NetworkRecord): LiveBridge {
    const bridge = new LiveBridge(this.#options.machine, record);
    this.#bridges.set(record.id, bridge);
    this.#store(record);
    return bridge;
  }

  // What there is

  list(): readonly NetworkRecord[] {
    return [...this.#records.values()];
  }

  byName(name: string): NetworkRecord | undefined {
    return this.list().find((record) => record.name === name);
  }

  /** By full ID, full name, or the beginning of an ID. */
  find(text: string): NetworkRecord | undefined {
    const exact = this.#records.get(text) ?? this.byName(text);
    if (exact) return exact;
    const hits = this.list().filter((record) => text !== '' && record.id.startsWith(text));
    if (hits.length > 1)
      throw badRequest(`network ${text} is ambiguous (${hits.length} matches found on ID prefix)`);
    return hits[0];
  }

  get(text: string): NetworkRecord {
    const found = this.find(text);
    if (!found) throw notFound(`network ${text} not found`);
    return found;
  }

  /** The ends of running containers on a network, in the order they came. */
  endpointsOf(
    network: NetworkRecord,
  ): readonly { readonly container: Container; readonly endpoint: LiveEndpoint }[] {
    return [...this.#sandboxes.values()].flatMap((sandbox) => {
      const endpoint = sandbox.endpoints.get(network.id);
      return endpoint ? [{ container: sandbox.container, endpoint }] : [];
    });
  }

  sandboxOf(container: Container): Sandbox | undefined {
    return this.#sandboxes.get(container.id);
  }

  // Create and remove

  create(request: NetworkCreateRequest): NetworkRecord {
    const { version, machine } = this.#options;
    const name = request.Name;
    if (name.trim() === '') throw badRequest('invalid network name or ID: value is empty');
    if (PREDEFINED.has(name))
      throw forbidden(`operation is not permitted on predefined ${name} network `);
    if (this.byName(name) || this.overlays?.byName(name))
      throw conflict(`network with name ${name} already exists`);
    const driver = request.Driver || 'bridge';
    if (driver === 'host' || driver === 'null')
      throw forbidden(`only one instance of "${driver}" network is allowed`);
    if (driver !== 'bridge') throw notFound(`plugin "${driver}" not found`);
    const asked = request.IPAM?.Config?.[0];
    const subnet = asked?.Subnet
      ? requestPool(asked.Subnet, this.#takenPools(), version.traits)
      : choosePool(this.#takenPools(), version.traits);
    const gateway = asked?.Gateway || formatIP(subnet.base + 1);
    const record: NetworkRecord = {
      id: this.#newID(),
      name,
      createdUnixMs: machine.world.unixMs,
      driver: 'bridge',
      scope: 'local',
      isInternal: request.Internal ?? false,
      isAttachable: request.Attachable ?? false,
      isIngress: false,
      hasIPv6: request.EnableIPv6 ?? false,
      subnet: formatSubnet(subnet),
      gateway,
      ipam: {
        Driver: request.IPAM?.Driver || 'default',
        Options: request.IPAM?.Options ?? {},
        Config: [
          {
            Subnet: formatSubnet(subnet),
            ...(asked?.IPRange ? { IPRange: asked.IPRange } : {}),
            Gateway: gateway,
          },
        ],
      },
      options: request.Options ?? {},
      labels: request.Labels ?? {},
    };
    this.#putUp(record);
    this.emit('create', record, {});
    return record;
  }

  remove(text: string): void {
    const network = this.get(text);
    if (PREDEFINED.has(network.name))
      throw forbidden(`${network.name} is a pre-defined network and cannot be removed`);
    const ends = this.endpointsOf(network);
    if (ends.length > 0) {
      const list = ends
        .map(({ container }) => `name:"${container.name}" id:"${container.shortID}"`)
        .join(', ');
      throw forbidden(
        this.#options.version.traits.namesActiveEndpoints
          ? `error while removing network: network ${network.name} has active endpoints (${list})`
          : `error while removing network: network ${network.name} id ${network.id} has active endpoints`,
      );
    }
    this.#bridges.get(network.id)?.destroy();
    this.#bridges.delete(network.id);
    this.#records.delete(network.id);
    this.#save();
    this.emit('destroy', network, {});
  }

  emit(action: string, network: NetworkRecord, attributes: StringMap): void {
    const attrs = { ...attributes, name: network.name, type: network.driver };
    this.#options.events.emit({
      type: 'network',
      action,
      id: network.id,
      attributes: attrs,
      scope: network.scope,
    });
  }

  // Namespaces of containers

  /** Gives a starting container its namespace with all its ends. */
  allocate(container: Container, done: Done<Sandbox>): void {
    try {
      const sandbox = this.#newSandbox(container);
      this.#sandboxes.set(container.id, sandbox);
      container.sandbox = sandbox;
      if (!sandbox.ownsStack) return done(fine(sandbox));
      const names = [...container.record.networks.keys()];
      const next = (): void => {
        const name = names.shift();
        if (name === undefined) return this.#finish(sandbox, done);
        this.#join(sandbox, name, (result) => {
          if (result.ok) return next();
          this.release(container);
          done(result);
        });
      };
      next();
    } catch (error) {
      this.release(container);
      if (!(error instanceof EngineError)) throw error;
      done(failed(error));
    }
  }

  #newSandbox(container: Container): Sandbox {
    const { machine } = this.#options;
    const mode = container.hostConfig.NetworkMode ?? '';
    if (mode === 'host' || container.record.networks.has('host'))
      return new Sandbox(machine, container, machine.net);
    if (mode.startsWith('container:')) {
      const other = this.#options.container(mode.slice('container:'.length));
      if (!other) throw notFound(`No such container: ${mode.slice('container:'.length)}`);
      const shared = this.#sandboxes.get(other.id);
      if (!shared) throw conflict(`cannot join network of a non running container: ${other.id}`);
      return new Sandbox(machine, container, shared.stack);
    }
    return new Sandbox(machine, container, undefined);
  }

  #finish(sandbox: Sandbox, done: Done<Sandbox>): void {
    try {
      this.#addGatewayBridge(sandbox);
      this.#publish(sandbox);
      this.#startResolver(sandbox);
    } catch (error) {
      this.release(sandbox.container);
      if (!(error instanceof EngineError)) throw error;
      return done(failed(error));
    }
    done(fine(sandbox));
  }

  /** Containers that have overlays only reach the world through docker_gwbridge. */
  #addGatewayBridge(sandbox: Sandbox): void {
    const ends = [...sandbox.endpoints.values()];
    const needsIt =
      ends.some((end) => end.network.driver === 'overlay') &&
      !sandbox.gatewayEndpoint &&
      !ends.every((end) => end.network.isInternal);
    if (needsIt) this.#plug(sandbox, this.ensureGatewayBridge(), {}, []);
  }

  /** Adds one end by the name under which the container knows the network. */
  #join(sandbox: Sandbox, name: string, done: Done): void {
    const { container } = sandbox;
    const endpoint = container.record.networks.get(name) as EndpointRecord;
    const network = this.find(endpoint.networkID || name) ?? this.find(name);
    if (!network) {
      if (this.overlays) return this.overlays.join(sandbox, name, endpoint, done);
      return done(failed(notFound(`network ${endpoint.networkID || name} not found`)));
    }
    try {
      endpoint.networkID = network.id;
      if (network.driver === 'bridge') {
        const bridge = this.#bridges.get(network.id) as LiveBridge;
        endpoint.allocated = this.#plug(
          sandbox,
          bridge,
          endpoint.settings,
          localNames(container, endpoint.settings),
        ).allocated;
      } else {
        const allocated = {
          endpointID: this.#newID(),
          address: '',
          prefix: 0,
          gateway: '',
          mac: '',
          dnsNames: [],
        };
        endpoint.allocated = allocated;
        sandbox.add({ network, allocated, device: 'lo', isGateway: false, leave: () => {} });
      }
      this.emit('connect', network, { container: container.id });
      done(fine(undefined));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      done(failed(error));
    }
  }

  #plug(
    sandbox: Sandbox,
    bridge: LiveBridge,
    settings: EndpointSettings,
    dnsNames: readonly string[],
  ): LiveEndpoint {
    const { machine, version } = this.#options;
    const { network } = bridge;
    const wanted = settings.IPAMConfig?.IPv4Address;
    if (wanted && !isUserDefined(network))
      throw badRequest('user specified IP address is supported on user defined networks only');
    const address = bridge.pool.take(wanted || undefined);
    const mac =
      settings.MacAddress ||
      sandbox.container.config.MacAddress ||
      bridgeMac(address, version.traits, machine.world.random(`networks/${machine.name}`));
    const allocated: Allocated = {
      endpointID: this.#newID(),
      address,
      prefix: bridge.subnet.prefix,
      gateway: network.isInternal ? '' : network.gateway,
      mac,
      dnsNames,
    };
    const device = bridge.join(sandbox, address, mac);
    const endpoint: LiveEndpoint = {
      network,
      allocated,
      device,
      isGateway: !network.isInternal,
      leave: () => bridge.leave(sandbox, device, address),
    };
    sandbox.add(endpoint);
    return endpoint;
  }

  /** Puts an end into a running container or takes note of it for the next start. */
  connect(container: Container, text: string, settings: EndpointSettings, done: Done): void {
    const known = this.find(text);
    const name = known?.name ?? this.overlays?.nameOf(text) ?? text;
    const sandbox = this.#sandboxes.get(container.id);
    if (container.record.networks.has(name)) {
      if (!sandbox) return done(fine(undefined));
      return done(
        failed(forbidden(`endpoint with name ${container.name} already exists in network ${name}`)),
      );
    }
    if (
      known &&
      !isUserDefined(known) &&
      (settings.Aliases?.length ?? 0) > 0 &&
      known.name !== GATEWAY_BRIDGE
    )
      return done(
        failed(
          badRequest(
            'network-scoped alias is supported only for containers in user defined networks',
          ),
        ),
      );
    container.record.networks.set(name, {
      networkID: known?.id ?? '',
      settings,
      allocated: undefined,
    });
    if (!sandbox) {
      if (!known && !this.overlays?.nameOf(text)) {
        container.record.networks.delete(name);
        return done(failed(notFound(`network ${text} not found`)));
      }
      container.save();
      return done(fine(undefined));
    }
    this.#join(sandbox, name, (result) => {
      if (result.ok) {
        this.#startResolver(sandbox);
        container.save();
      } else container.record.networks.delete(name);
      done(result);
    });
  }

  disconnect(container: Container, text: string): void {
    const known = this.find(text) ?? this.overlays?.byName(text);
    const name = known?.name ?? text;
    if (!container.record.networks.has(name)) {
      if (!known) throw notFound(`network ${text} not found`);
      throw forbidden(`container ${container.id} is not connected to network ${name}`);
    }
    const sandbox = this.#sandboxes.get(container.id);
    const network = known ?? this.get(text);
    container.record.networks.delete(name);
    sandbox?.remove(network.id);
    container.save();
    if (sandbox) this.emit('disconnect', network, { container: container.id });
  }

  /** The container has ended: its namespace goes. */
  release(container: Container): void {
    const sandbox = this.#sandboxes.get(container.id);
    this.#sandboxes.delete(container.id);
    container.sandbox = undefined;
    if (!sandbox) return;
    const networks = [...sandbox.endpoints.values()].map((endpoint) => endpoint.network);
    sandbox.close();
    for (const endpoint of container.record.networks.values()) endpoint.allocated = undefined;
    for (const network of networks)
      if (network.name !== GATEWAY_BRIDGE && sandbox.ownsStack)
        this.emit('disconnect', network, { container: container.id });
  }

  #publish(sandbox: Sandbox): void {
    const { container } = sandbox;
    const { hostConfig, config } = container;
    const wanted = new Map<string, readonly PortBinding[]>();
    for (const key of Object.keys(config.ExposedPorts ?? {}))
      wanted.set(key, hostConfig.PublishAllPorts ? [{ HostIp: '', HostPort: '' }] : []);
    for (const [key, bindings] of Object.entries(hostConfig.PortBindings ?? {}))
      if (bindings) wanted.set(key.includes('/') ? key : `${key}/tcp`, bindings);
    const end = [...sandbox.endpoints.values()].find(
      (endpoint) => endpoint.network.driver === 'bridge' && endpoint.isGateway,
    );
    for (const [key, bindings] of [...wanted].sort(
      ([a], [b]) => parseInt(a, 10) - parseInt(b, 10),
    )) {
      sandbox.setPort(key, []);
      if (end) for (const binding of bindings) this.#publishOne(sandbox, end, key, binding);
    }
  }

  #publishOne(sandbox: Sandbox, end: LiveEndpoint, key: string, binding: PortBinding): void {
    const [port = '', protocol = 'tcp'] = key.split('/');
    const hostIP = binding.HostIp || '0.0.0.0';
    const [first = 0, last = first] = (binding.HostPort || '0').split('-').map(Number);
    try {
      const hostPort = this.ports.reserve({ protocol, hostIP, first, last });
      let close = (): void => {};
      try {
        close = this.ports.publish({
          protocol,
          hostIP,
          hostPort,
          containerIP: end.allocated.address,
          containerPort: Number(port),
          gateway: end.network.gateway,
        });
      } catch (error) {
        this.ports.release(protocol, hostIP, hostPort);
        throw error;
      }
      this.#onLeave(sandbox, end, () => {
        close();
        this.ports.release(protocol, hostIP, hostPort);
      });
      const both =
        hostIP === '0.0.0.0' && !binding.HostIp
          ? [
              { HostIp: '0.0.0.0', HostPort: String(hostPort) },
              { HostIp: '::', HostPort: String(hostPort) },
            ]
          : [{ HostIp: hostIP, HostPort: String(hostPort) }];
      sandbox.setPort(key, both);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw internal(
        `driver failed programming external connectivity on endpoint ${sandbox.container.name} (${end.allocated.endpointID}): ${error.message}`,
      );
    }
  }

  #onLeave(sandbox: Sandbox, end: LiveEndpoint, run: () => void): void {
    const now = sandbox.endpoints.get(end.network.id) as LiveEndpoint;
    const before = now.leave;
    sandbox.endpoints.set(end.network.id, { ...now, leave: () => (run(), before()) });
  }

  #startResolver(sandbox: Sandbox): void {
    if (![...sandbox.endpoints.values()].some((endpoint) => isUserDefined(endpoint.network)))
      return;
    const { container } = sandbox;
    const servers = container.hostConfig.Dns?.length
      ? container.hostConfig.Dns
      : nameservers(this.#options.machine);
    sandbox.startResolver(
      (query) => this.overlays?.lookup(sandbox, query) ?? lookupLocal(this, sandbox, query),
      servers,
    );
  }

  // Small things

  #takenPools(): readonly Subnet[] {
    const own = this.list().map((record) => record.subnet);
    const overlay = this.overlays?.subnets() ?? [];
    const bridges = new Set(this.list().map(bridgeName));
    const routes = this.#options.machine.net.routes
      .filter(
        (route) => route.subnet.prefix > 0 && route.device !== 'lo' && !bridges.has(route.device),
      )
      .map((route) => route.subnet);
    return [
      ...[...own, ...overlay].map(parseCIDR).filter((subnet) => subnet !== undefined),
      ...routes,
    ];
  }

  #newID(): string {
    return this.#options.machine.world.random(`networks/${this.#options.machine.name}`).hex(64);
  }

  newEndpointID(): string {
    return this.#newID();
  }

  #store(record: NetworkRecord): void {
    this.#records.set(record.id, record);
    this.#save();
  }

  #save(): void {
    this.#options.machine.disk.write(KEY, [...this.#records]);
  }
}
