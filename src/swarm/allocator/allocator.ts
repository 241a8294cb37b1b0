/**
 * Watches for networks, services, nodes and tasks that lack a subnet, addresses or ports, and gives
 * them what they lack. A task that has all it needs becomes `pending`: now the scheduler may have
 * it.
 *
 * Real:     swarmkit manager/allocator/{allocator,network}.go
 * Reads:    networks, services, nodes, tasks.   Writes: network.DriverState and IPAMOptions,
 *           service.Endpoint, node.Attachments, task.NetworksAttachments, task.Endpoint,
 *           task.Status (`pending`).
 * Left out: allocators beside the network's (there never was another).
 */
import type { Scheduler as World } from '../../sim/index.ts';
import {
  TASK_STATE_ORDER,
  type Network,
  type NetworkAttachment,
  type Node,
  type Service,
  type StoreEvent,
  type Task,
  type TaskState,
} from '../api/index.ts';
import { Line, type Store, type Transaction } from '../store/index.ts';
import { NetworkAllocator } from './networks.ts';
import { PortAllocator, isIngressPort } from './ports.ts';
import { isIngressNeeded, isIngressNetwork, isNodeLocal } from './predefined.ts';

const ALLOCATED_STATUS_MESSAGE = 'pending task scheduling';
const RETRY_INTERVAL_MS = 5 * 60_000;

type Write = (tx: Transaction) => void;

export class Allocator {
  readonly #store: Store;
  readonly #world: World;
  #line: Line;
  #networks = new NetworkAllocator([], 24);
  #ports = new PortAllocator();
  #ingressID: string | undefined;
  /** Tasks to be looked at when the events of this commit are through. */
  #pendingTasks = new Set<string>();
  /** What could not be allocated, to be tried again when something is given back. */
  readonly #unallocated = {
    networks: new Set<string>(),
    services: new Set<string>(),
    tasks: new Set<string>(),
  };
  #wasDeallocated = false;
  #lastRetryMs = 0;
  #unwatch: (() => void) | undefined;

  constructor(options: { readonly store: Store; readonly world: World; readonly name: string }) {
    this.#store = options.store;
    this.#world = options.world;
    this.#line = new Line(options.store);
  }

  start(): void {
    const cluster = this.#store.list('cluster')[0];
    const pools = cluster?.DefaultAddrPool ?? [];
    this.#networks = new NetworkAllocator(
      pools.length > 0 ? pools : ['10.0.0.0/8'],
      cluster?.SubnetSize || 24,
    );
    this.#ports = new PortAllocator();
    this.#ingressID = undefined;
    this.#pendingTasks = new Set();
    for (const set of Object.values(this.#unallocated)) set.clear();
    this.#lastRetryMs = this.#world.nowMs;
    this.#line = new Line(this.#store);
    this.#unwatch = this.#store.watch('allocator', (events) =>
      this.#line.run('allocate', () => this.#afterCommit(events)),
    );
    this.#line.run('restore allocations', () => this.#init());
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#line.stop();
  }

  /**
   * First takes up what an earlier leader has given out, so that none of it is given twice; then
   * gives what is still lacking.
   */
  *#init(): Iterable<Write> {
    const store = this.#store;
    const ingress = store.list('network').find(isIngressNetwork);
    this.#ingressID = ingress?.ID;
    if (ingress) yield (tx) => this.#allocateNetwork(tx, ingress.ID);
    for (const network of store.list('network'))
      if (network.DriverState && network.IPAMOptions)
        yield (tx) => this.#allocateNetwork(tx, network.ID);
    for (const node of store.list('node'))
      for (const { NetworkID: id, Addresses: addresses } of node.Attachments)
        if (addresses[0] !== undefined) this.#networks.attachNode(node.ID, id, addresses[0]);
    for (const service of store.list('service'))
      if (service.Endpoint?.VirtualIPs?.length) yield (tx) => this.#allocateService(tx, service.ID);
    const isLive = (task: Task): boolean => !isBeyond(task.Status.State, 'running');
    for (const task of store.list('task'))
      if (isLive(task) && task.NetworksAttachments?.some((a) => a.Addresses.length > 0))
        this.#networks.allocateTask(task.ID, task.NetworksAttachments);
    for (const network of store.list('network'))
      yield (tx) => this.#allocateNetwork(tx, network.ID);
    for (const node of store.list('node')) yield (tx) => this.#reallocateNode(tx, node.ID);
    for (const service of store.list('service'))
      if (!this.#isServiceAllocated(service, true))
        yield (tx) => this.#allocateService(tx, service.ID);
    for (const task of store.list('task'))
      if (isBeyond('pending', task.Status.State)) yield (tx) => this.#allocateTask(tx, task.ID);
  }

  *#afterCommit(events: readonly StoreEvent[]): Iterable<Write> {
    for (const event of events) yield (tx) => this.#onEvent(tx, event);
    for (const id of this.#pendingTasks) yield (tx) => this.#allocateTask(tx, id);
    this.#pendingTasks = new Set();
    const isRetryDue = this.#world.nowMs - this.#lastRetryMs > RETRY_INTERVAL_MS;
    if (!isRetryDue && !this.#wasDeallocated) return;
    this.#wasDeallocated = false;
    this.#lastRetryMs = this.#world.nowMs;
    for (const id of [...this.#unallocated.networks]) yield (tx) => this.#allocateNetwork(tx, id);
    for (const id of [...this.#unallocated.services]) yield (tx) => this.#allocateService(tx, id);
    for (const id of [...this.#unallocated.tasks]) yield (tx) => this.#allocateTask(tx, id);
  }

  #onEvent(tx: Transaction, event: StoreEvent): void {
    switch (event.table) {
      case 'network':
        if (event.action === 'create') this.#createNetwork(tx, event.object);
        else if (event.action === 'remove') this.#removeNetwork(tx, event.object);
        return;
      case 'service':
        if (event.action === 'remove') this.#removeService(event.object);
        else this.#changeService(tx, event.object.ID);
        return;
      case 'node':
        if (event.action === 'remove') this.#detachNode(event.object);
        else this.#reallocateNode(tx, event.object.ID);
        return;
      case 'task':
        this.#changeTask(
          tx,
          event.action === 'remove' ? event.object : tx.get('task', event.object.ID),
          event.action === 'remove',
        );
        return;
      default:
    }
  }

  // Networks

  #createNetwork(tx: Transaction, network: Network): void {
    if (isIngressNetwork(network)) {
      if (this.#ingressID !== undefined && this.#ingressID !== network.ID) return;
      this.#ingressID = network.ID;
    }
    this.#allocateNetwork(tx, network.ID);
  }

  #allocateNetwork(tx: Transaction, id: string): void {
    const network = tx.get('network', id);
    this.#unallocated.networks.delete(id);
    if (!network || this.#networks.isAllocated(id)) return;
    const allocated = this.#networks.allocate(network);
    if (typeof allocated === 'string') {
      this.#unallocated.networks.add(id);
      this.#world.emit('allocator.failed', {
        networkID: id,
        name: network.Spec.Name,
        why: allocated,
      });
      return;
    }
    if (isSame(network, allocated)) return;
    tx.update('network', allocated);
    const subnet = allocated.IPAMOptions?.Configs?.[0]?.Subnet;
    if (subnet !== undefined)
      this.#world.emit('network.allocated', { networkID: id, name: network.Spec.Name, subnet });
  }

  #removeNetwork(tx: Transaction, network: Network): void {
    if (this.#ingressID === network.ID) this.#ingressID = undefined;
    for (const node of tx.list('node')) {
      const attachment = node.Attachments.find((a) => a.NetworkID === network.ID);
      if (!attachment) continue;
      this.#networks.detachNode(node.ID, network.ID, attachment.Addresses);
      tx.update('node', { ...node, Attachments: node.Attachments.filter((a) => a !== attachment) });
    }
    this.#networks.deallocate(network.ID);
    this.#unallocated.networks.delete(network.ID);
    this.#wasDeallocated = true;
  }

  #ingress(tx: Transaction): Network | undefined {
    return this.#ingressID === undefined ? undefined : tx.get('network', this.#ingressID);
  }

  // Services

  #isServiceAllocated(service: Service, onInit = false): boolean {
    const ingress =
      this.#ingressID === undefined ? undefined : this.#store.get('network', this.#ingressID);
    if (!this.#networks.isServiceAllocated(service, ingress)) return false;
    const hasPorts =
      (service.Spec.EndpointSpec?.Ports?.length ?? 0) + (service.Endpoint?.Ports?.length ?? 0) > 0;
    return !hasPorts || this.#ports.isAllocated(service, onInit);
  }

  #changeService(tx: Transaction, id: string): void {
    const service = tx.get('service', id);
    if (!service) return;
    if (!this.#isServiceAllocated(service)) return this.#allocateService(tx, id);
    if (!this.#ports.hostPortsDiffer(service)) return;
    const spec = service.Spec.EndpointSpec ?? {};
    const ports = [
      ...(service.Endpoint?.Ports ?? []).filter(isIngressPort),
      ...(spec.Ports ?? []).filter((port) => !isIngressPort(port)),
    ];
    tx.update('service', {
      ...service,
      Endpoint: { ...service.Endpoint, Spec: spec, Ports: ports },
    });
  }

  #allocateService(tx: Transaction, id: string): void {
    const service = tx.get('service', id);
    this.#unallocated.services.delete(id);
    if (!service) return;
    const endpoint = this.#endpointFor(tx, service);
    if (typeof endpoint === 'string') {
      this.#unallocated.services.add(id);
      this.#world.emit('allocator.failed', {
        serviceID: id,
        name: service.Spec.Name,
        why: endpoint,
      });
    } else if (!isSame(service.Endpoint, endpoint))
      tx.update('service', { ...service, Endpoint: endpoint });
  }

  #endpointFor(tx: Transaction, service: Service): NonNullable<Service['Endpoint']> | string {
    const ingress = this.#ingress(tx);
    if (isIngressNeeded(service) && !ingress) return 'ingress network is missing';
    for (const { Target: id } of service.Spec.TaskTemplate.Networks ?? [])
      if (!this.#networks.isAllocated(id)) return `network ${id} is not allocated yet`;
    const ports = this.#ports.allocate(service);
    if (!ports) return 'a published port is in use';
    const vips = this.#networks.allocateService(service, ingress);
    if (!vips) {
      this.#ports.deallocate(ports);
      return 'could not find an available IP';
    }
    if ((service.Endpoint?.VirtualIPs?.length ?? 0) > vips.length) this.#wasDeallocated = true;
    return {
      Spec: service.Spec.EndpointSpec ?? {},
      ...(ports.length > 0 ? { Ports: ports } : {}),
      ...(vips.length > 0 ? { VirtualIPs: vips } : {}),
    };
  }

  #removeService(service: Service): void {
    this.#networks.deallocateService(service);
    this.#ports.deallocate(service.Endpoint?.Ports);
    this.#unallocated.services.delete(service.ID);
    this.#wasDeallocated = true;
  }

  // Nodes

  /**
   * A node's load balancer has an address in the ingress network and in each overlay network that
   * has tasks there.
   */
  #reallocateNode(tx: Transaction, nodeID: string): void {
    const node = tx.get('node', nodeID);
    if (!node) return;
    const wanted = this.#networksOf(tx, nodeID);
    const kept: Node['Attachments'][number][] = [];
    let isChanged = false;
    for (const attachment of node.Attachments) {
      if (wanted.has(attachment.NetworkID)) {
        kept.push(attachment);
        continue;
      }
      this.#networks.detachNode(nodeID, attachment.NetworkID, attachment.Addresses);
      isChanged = this.#wasDeallocated = true;
    }
    for (const id of wanted) {
      if (this.#networks.isNodeAttached(nodeID, id) || !this.#networks.isAllocated(id)) continue;
      const address = this.#networks.attachNode(nodeID, id, undefined);
      if (address === undefined) continue;
      kept.push({ NetworkID: id, Addresses: [address] });
      isChanged = true;
    }
    if (isChanged) tx.update('node', { ...node, Attachments: kept });
  }

  #networksOf(tx: Transaction, nodeID: string): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const task of tx.list('task', { nodeID }))
      if (!isBeyond(task.Status.State, 'running'))
        for (const { Network: network } of task.NetworksAttachments ?? [])
          if (!isNodeLocal(network)) ids.add(network.ID);
    if (this.#ingressID !== undefined) ids.add(this.#ingressID);
    return ids;
  }

  #detachNode(node: Node): void {
    for (const { NetworkID: id, Addresses: addresses } of node.Attachments)
      this.#networks.detachNode(node.ID, id, addresses);
    this.#wasDeallocated = true;
  }

  // Tasks

  #changeTask(tx: Transaction, task: Task | undefined, isRemoved: boolean): void {
    if (!task) return;
    const isOver = isRemoved || isBeyond(task.Status.State, 'running');
    const attachments = task.NetworksAttachments ?? [];
    if (isOver) {
      if (this.#networks.deallocateTask(task.ID, attachments) && attachments.length > 0)
        this.#wasDeallocated = true;
      this.#pendingTasks.delete(task.ID);
      this.#unallocated.tasks.delete(task.ID);
    } else if (isBeyond('pending', task.Status.State)) this.#pendingTasks.add(task.ID);
    if (task.NodeID !== '' && attachments.length > 0) this.#reallocateNode(tx, task.NodeID);
  }

  #allocateTask(tx: Transaction, id: string): void {
    const task = tx.get('task', id);
    this.#unallocated.tasks.delete(id);
    if (!task || !isBeyond('pending', task.Status.State)) return;
    const service = task.ServiceID === '' ? undefined : tx.get('service', task.ServiceID);
    // The task of a service that is gone will be removed soon.
    if (task.ServiceID !== '' && !service) return;
    const attachments = this.#isReady(service)
      ? this.#attachmentsFor(tx, task, service)
      : undefined;
    if (!attachments) {
      this.#unallocated.tasks.add(id);
      return;
    }
    const endpoint = service?.Endpoint ?? task.Endpoint;
    tx.update('task', {
      ...task,
      ...(attachments.length > 0 ? { NetworksAttachments: attachments } : {}),
      ...(endpoint ? { Endpoint: endpoint } : {}),
      Status: {
        State: 'pending',
        Timestamp: this.#world.timestamp(),
        Message: ALLOCATED_STATUS_MESSAGE,
        PortStatus: {},
      },
    });
  }

  #isReady(service: Service | undefined): boolean {
    return (
      !service || (this.#isServiceAllocated(service) && !this.#unallocated.services.has(service.ID))
    );
  }

  /**
   * The task's networks, the mesh first, with an address in each; undefined when one is not ready
   * or has no address left.
   */
  #attachmentsFor(
    tx: Transaction,
    task: Task,
    service: Service | undefined,
  ): readonly NetworkAttachment[] | undefined {
    if (this.#networks.isTaskAllocated(task.ID)) return task.NetworksAttachments ?? [];
    const ingress = isIngressNeeded(service) ? this.#ingress(tx) : undefined;
    const attachments: NetworkAttachment[] = ingress ? [{ Network: ingress, Addresses: [] }] : [];
    for (const { Target: target, Aliases: aliases } of task.Spec.Networks ?? []) {
      const network = tx.get('network', target);
      if (network)
        attachments.push({
          Network: network,
          Addresses: [],
          ...(aliases?.length ? { Aliases: aliases } : {}),
        });
    }
    if (!attachments.every((attachment) => this.#networks.isAllocated(attachment.Network.ID)))
      return undefined;
    return this.#networks.allocateTask(task.ID, attachments);
  }
}

function isBeyond(state: TaskState, other: TaskState): boolean {
  return TASK_STATE_ORDER[state] > TASK_STATE_ORDER[other];
}

/** Whether two plain objects made by the same code are equal. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
