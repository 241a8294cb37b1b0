/**
 * What is handed out of each network: its subnets and VXLAN IDs, virtual IPs of services, addresses
 * of tasks and of the nodes' load balancers. It lives in the memory of the leader; a new leader
 * fills it from the store.
 *
 * Real:     moby daemon/libnetwork/cnmallocator/networkallocator.go,
 *           libnetwork/drivers/overlay/ovmanager
 * Left out: IPv6, drivers from plugins.
 */
import type { EndpointVIP, IPAMConfig, Network, NetworkAttachment, Service } from '../api/index.ts';
import { AddressPool, NumberPool, SubnetPools, formatSubnet, parseSubnet } from './ipam.ts';
import { isIngressNeeded, isIngressNetwork, isNodeLocal } from './predefined.ts';

const VXLAN_ID_FIRST = 4096;
const VXLAN_ID_LAST = 16_777_215;
const VXLAN_OPTION = 'com.docker.network.driver.overlay.vxlanid_list';

interface Held {
  readonly pools: readonly AddressPool[];
  readonly vxlanIDs: readonly number[];
  readonly isIngress: boolean;
  readonly isLocal: boolean;
}

export class NetworkAllocator {
  readonly #subnets: SubnetPools;
  readonly #vxlanIDs = new NumberPool(VXLAN_ID_FIRST, VXLAN_ID_LAST);
  readonly #networks = new Map<string, Held>();
  readonly #services = new Set<string>();
  readonly #tasks = new Set<string>();
  /** Node ID and network ID of each load balancer that has its address. */
  readonly #attachments = new Set<string>();

  constructor(pools: readonly string[], subnetSize: number) {
    this.#subnets = new SubnetPools(pools, subnetSize);
  }

  // Networks

  isAllocated(networkID: string): boolean {
    return this.#networks.has(networkID);
  }

  /**
   * The network with its state filled in, or why that cannot be. What it already has (of an earlier
   * leader) it keeps.
   */
  allocate(network: Network): Network | string {
    if (isNodeLocal(network)) {
      this.#networks.set(network.ID, { pools: [], vxlanIDs: [], isIngress: false, isLocal: true });
      const name = network.Spec.DriverConfiguration?.Name ?? '';
      return { ...network, DriverState: { Name: name } };
    }
    const pools = this.#takePools(network);
    if (typeof pools === 'string') return pools;
    const vxlanIDs = this.#takeVxlanIDs(network, pools.length);
    const configs = pools.map(({ pool, config }) => this.#withGateway(pool, config));
    this.#networks.set(network.ID, {
      pools: pools.map(({ pool }) => pool),
      vxlanIDs,
      isIngress: isIngressNetwork(network),
      isLocal: false,
    });
    const options = {
      ...network.Spec.DriverConfiguration?.Options,
      [VXLAN_OPTION]: vxlanIDs.join(','),
    };
    return {
      ...network,
      DriverState: { Name: 'overlay', Options: options },
      IPAMOptions: {
        Driver: { Name: network.Spec.IPAMOptions?.Driver?.Name || 'default' },
        Configs: configs,
      },
    };
  }

  deallocate(networkID: string): void {
    const held = this.#networks.get(networkID);
    if (!held) return;
    this.#networks.delete(networkID);
    for (const pool of held.pools) this.#subnets.free(pool.subnet);
    for (const id of held.vxlanIDs) this.#vxlanIDs.free(id);
  }

  #takePools(network: Network): readonly { pool: AddressPool; config: IPAMConfig }[] | string {
    const configs = network.IPAMOptions?.Configs ?? network.Spec.IPAMOptions?.Configs ?? [];
    const pools: { pool: AddressPool; config: IPAMConfig }[] = [];
    for (const config of configs.length > 0 ? configs : [{}]) {
      const pool = this.#takePool(config);
      if (typeof pool === 'string') {
        for (const taken of pools) this.#subnets.free(taken.pool.subnet);
        return pool;
      }
      pools.push({ pool, config });
    }
    return pools;
  }

  #takePool(config: IPAMConfig): AddressPool | string {
    if (!config.Subnet) {
      const subnet = this.#subnets.take();
      return subnet
        ? new AddressPool(subnet)
        : 'all predefined address pools have been fully subnetted';
    }
    const subnet = parseSubnet(config.Subnet);
    if (!subnet) return `invalid CIDR address: ${config.Subnet}`;
    if (!this.#subnets.takeThis(subnet))
      return 'Pool overlaps with other one on this address space';
    return new AddressPool(subnet, config.IPRange ? parseSubnet(config.IPRange) : undefined);
  }

  #withGateway(pool: AddressPool, config: IPAMConfig): IPAMConfig {
    const given = config.Gateway;
    if (given) pool.takeThis(given);
    const gateway = given ?? pool.take()?.split('/')[0] ?? '';
    return {
      Subnet: formatSubnet(pool.subnet),
      ...(config.IPRange ? { IPRange: config.IPRange } : {}),
      Gateway: gateway,
    };
  }

  #takeVxlanIDs(network: Network, count: number): readonly number[] {
    const known =
      network.DriverState?.Options?.[VXLAN_OPTION] ??
      network.Spec.DriverConfiguration?.Options?.[VXLAN_OPTION];
    const given = known ? known.split(',').map(Number) : [];
    return Array.from({ length: count }, (_, i) => {
      const id = given[i];
      if (id !== undefined && this.#vxlanIDs.takeThis(id)) return id;
      return id ?? this.#vxlanIDs.take() ?? 0;
    });
  }

  // Services

  /** The service's networks that give it a virtual IP, the mesh first. */
  #vipNetworks(service: Service, ingress: Network | undefined): readonly string[] {
    const own = (service.Spec.TaskTemplate.Networks ?? []).map((network) => network.Target);
    const spec = own.filter((id) => !this.#networks.get(id)?.isLocal);
    return isIngressNeeded(service) && ingress ? [ingress.ID, ...spec] : spec;
  }

  isServiceAllocated(service: Service, ingress: Network | undefined): boolean {
    const vips = service.Endpoint?.VirtualIPs ?? [];
    if (service.Spec.EndpointSpec?.Mode === 'dnsrr')
      return vips.length === 0 && !this.#services.has(service.ID);
    const wanted = this.#vipNetworks(service, ingress);
    if (wanted.length === 0 && vips.length === 0) return true;
    if (!this.#services.has(service.ID)) return false;
    return (
      wanted.length === vips.length &&
      wanted.every((id) => vips.some((vip) => vip.NetworkID === id))
    );
  }

  /**
   * The virtual IPs of the service: it keeps those it has, gives back those it needs no more.
   * Undefined when no address is left.
   */
  allocateService(
    service: Service,
    ingress: Network | undefined,
  ): readonly EndpointVIP[] | undefined {
    const isVip = service.Spec.EndpointSpec?.Mode !== 'dnsrr';
    const wanted = isVip ? this.#vipNetworks(service, ingress) : [];
    const isHeld = this.#services.has(service.ID);
    const kept: EndpointVIP[] = [];
    for (const vip of service.Endpoint?.VirtualIPs ?? []) {
      if (!wanted.includes(vip.NetworkID)) {
        if (isHeld) this.#free(vip.NetworkID, vip.Addr);
      } else if (isHeld || this.#takeThis(vip.NetworkID, vip.Addr)) kept.push(vip);
    }
    const had = kept.length;
    for (const id of wanted) {
      if (kept.some((vip) => vip.NetworkID === id)) continue;
      const address = this.#take(id);
      if (address === undefined) {
        for (const vip of isHeld ? kept.slice(had) : kept) this.#free(vip.NetworkID, vip.Addr);
        return undefined;
      }
      kept.push({ NetworkID: id, Addr: address });
    }
    if (kept.length > 0) this.#services.add(service.ID);
    else this.#services.delete(service.ID);
    return kept;
  }

  deallocateService(service: Service): void {
    if (!this.#services.delete(service.ID)) return;
    for (const vip of service.Endpoint?.VirtualIPs ?? []) this.#free(vip.NetworkID, vip.Addr);
  }

  // Tasks and nodes

  isTaskAllocated(taskID: string): boolean {
    return this.#tasks.has(taskID);
  }

  /**
   * One address in each network; undefined when one has none left. Addresses that the task has
   * already are taken as they are.
   */
  allocateTask(
    taskID: string,
    attachments: readonly NetworkAttachment[],
  ): readonly NetworkAttachment[] | undefined {
    const done: NetworkAttachment[] = [];
    for (const attachment of attachments) {
      if (this.#networks.get(attachment.Network.ID)?.isLocal) {
        done.push(attachment);
        continue;
      }
      const given = attachment.Addresses[0];
      const address = given === undefined ? this.#take(attachment.Network.ID) : given;
      if (given !== undefined) this.#takeThis(attachment.Network.ID, given);
      if (address === undefined) {
        this.#freeAll(done);
        return undefined;
      }
      done.push({ ...attachment, Addresses: [address] });
    }
    this.#tasks.add(taskID);
    return done;
  }

  deallocateTask(taskID: string, attachments: readonly NetworkAttachment[]): boolean {
    if (!this.#tasks.delete(taskID)) return false;
    this.#freeAll(attachments);
    return true;
  }

  isNodeAttached(nodeID: string, networkID: string): boolean {
    return this.#attachments.has(`${nodeID}/${networkID}`);
  }

  /** The address of the node's load balancer in the network: `known`, if it has one already. */
  attachNode(nodeID: string, networkID: string, known: string | undefined): string | undefined {
    const address = known ?? this.#take(networkID);
    if (known !== undefined) this.#takeThis(networkID, known);
    if (address !== undefined) this.#attachments.add(`${nodeID}/${networkID}`);
    return address;
  }

  detachNode(nodeID: string, networkID: string, addresses: readonly string[]): void {
    if (!this.#attachments.delete(`${nodeID}/${networkID}`)) return;
    for (const address of addresses) this.#free(networkID, address);
  }

  #freeAll(attachments: readonly NetworkAttachment[]): void {
    for (const { Network: network, Addresses: addresses } of attachments)
      for (const address of addresses) this.#free(network.ID, address);
  }

  #take(networkID: string): string | undefined {
    for (const pool of this.#networks.get(networkID)?.pools ?? []) {
      const address = pool.take();
      if (address !== undefined) return address;
    }
    return undefined;
  }

  #takeThis(networkID: string, address: string): boolean {
    return this.#networks.get(networkID)?.pools.some((pool) => pool.takeThis(address)) ?? false;
  }

  #free(networkID: string, address: string): void {
    for (const pool of this.#networks.get(networkID)?.pools ?? []) pool.free(address);
  }
}
