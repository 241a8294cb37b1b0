/**
 * Dispatches requests: reads answer from the store, writes run as one transaction and answer when it is committed.
 *
 * Real: swarmkit manager/controlapi/server.go
 */
import type { Random, Scheduler } from '../../sim/index.ts';
import {
  SwarmFailure,
  no,
  ok,
  type ConfigSpec,
  type NetworkSpec,
  type Result,
  type SecretSpec,
  type ServiceSpec,
  type TableName,
} from '../api/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import {
  shownCluster,
  updateCluster,
  type UpdateClusterRequest,
  type RotateRoot,
} from './cluster.ts';
import { fail } from './common.ts';
import {
  attachNetwork,
  createNetwork,
  detachNetwork,
  removeNetwork,
  type AttachNetworkRequest,
} from './network.ts';
import { getNode, listNodes, removeNode, updateNode, type UpdateNodeRequest } from './node.ts';
import { createSecretOrConfig, removeSecretOrConfig, updateSecretOrConfig } from './secret.ts';
import {
  createService,
  removeService,
  serviceStatuses,
  updateService,
  type UpdateServiceRequest,
} from './service.ts';

export interface MemberStatus {
  readonly RaftID: number;
  readonly NodeID: string;
  readonly Addr: string;
  readonly Leader: boolean;
  readonly Reachability: 'reachable' | 'unreachable';
}

/** What the control API has to know of raft. */
export interface Memberlist {
  members(): readonly MemberStatus[];
  canRemoveMember(raftID: number): boolean;
}

export interface ControlRequest {
  readonly method: string;
  readonly args: unknown;
}

interface ID {
  readonly ID: string;
}

export class ControlAPI {
  readonly #world: Scheduler;
  readonly #store: Store;
  readonly #random: Random;
  readonly #raft: Memberlist;
  readonly #isNewCluster: boolean;
  readonly #rotateRoot: RotateRoot;

  constructor(options: {
    readonly world: Scheduler;
    readonly store: Store;
    readonly random: Random;
    readonly raft: Memberlist;
    /** This manager has made the cluster, and has run since. */
    readonly isNewCluster: boolean;
    readonly rotateRoot: RotateRoot;
  }) {
    this.#world = options.world;
    this.#store = options.store;
    this.#random = options.random;
    this.#raft = options.raft;
    this.#isNewCluster = options.isNewCluster;
    this.#rotateRoot = options.rotateRoot;
  }

  handle(request: ControlRequest, respond: (result: Result<unknown>) => void): void {
    const read = this.#read(request);
    if (read) return respond(attempt(read));
    const write = this.#write(request);
    if (!write) return respond(no('Unimplemented', `unknown method ${request.method}`));
    let value: unknown;
    this.#store.update(
      request.method,
      (tx) => {
        value = write(tx);
      },
      (result) => respond(result.ok ? ok(value) : result),
    );
  }

  #read({ method, args }: ControlRequest): (() => unknown) | undefined {
    const store = this.#store;
    const { ID: id } = (args ?? {}) as ID;
    const get = (table: TableName) => () =>
      store.get(table, id) ?? fail('NotFound', `${table} ${id} not found`);
    switch (method) {
      case 'getNode':
        return () => getNode(store, this.#raft, id);
      case 'listNodes':
        return () => listNodes(store, this.#raft);
      case 'getService':
        return get('service');
      case 'listServices':
        return () => store.list('service');
      case 'listServiceStatuses':
        return () => serviceStatuses(store, args as readonly string[]);
      case 'getTask':
        return get('task');
      case 'listTasks':
        return () => store.list('task');
      case 'listTasksOfService':
        return () => store.list('task', { serviceID: id });
      case 'getNetwork':
        return get('network');
      case 'listNetworks':
        return () => store.list('network');
      case 'getSecret':
        return get('secret');
      case 'listSecrets':
        return () => store.list('secret');
      case 'getConfig':
        return get('config');
      case 'listConfigs':
        return () => store.list('config');
      case 'listClusters':
        return () =>
          store.list('cluster').map((cluster) => shownCluster(cluster, this.#isNewCluster));
      default:
        return undefined;
    }
  }

  #write({ method, args }: ControlRequest): ((tx: Transaction) => unknown) | undefined {
    const random = this.#random;
    const now = this.#world.timestamp();
    const { ID: id } = (args ?? {}) as ID;
    switch (method) {
      case 'updateNode':
        return (tx) => updateNode(tx, this.#raft, args as UpdateNodeRequest);
      case 'removeNode':
        return (tx) =>
          removeNode(tx, this.#raft, args as { readonly ID: string; readonly Force: boolean }, now);
      case 'createService':
        return (tx) => createService(tx, args as ServiceSpec, { random, now });
      case 'updateService':
        return (tx) => updateService(tx, args as UpdateServiceRequest, now);
      case 'removeService':
        return (tx) => removeService(tx, id);
      case 'createNetwork':
        return (tx) => createNetwork(tx, args as NetworkSpec, random);
      case 'removeNetwork':
        return (tx) => removeNetwork(tx, id);
      case 'attachNetwork':
        return (tx) => attachNetwork(tx, args as AttachNetworkRequest, { random, now });
      case 'detachNetwork':
        return (tx) => detachNetwork(tx, id);
      case 'createSecret':
        return (tx) => createSecretOrConfig(tx, 'secret', args as SecretSpec, random);
      case 'updateSecret':
        return (tx) =>
          updateSecretOrConfig(
            tx,
            'secret',
            args as { ID: string; Version: number; Spec: SecretSpec },
          );
      case 'removeSecret':
        return (tx) => removeSecretOrConfig(tx, 'secret', id);
      case 'createConfig':
        return (tx) => createSecretOrConfig(tx, 'config', args as ConfigSpec, random);
      case 'updateConfig':
        return (tx) =>
          updateSecretOrConfig(
            tx,
            'config',
            args as { ID: string; Version: number; Spec: ConfigSpec },
          );
      case 'removeConfig':
        return (tx) => removeSecretOrConfig(tx, 'config', id);
      case 'updateCluster':
        return (tx) =>
          updateCluster(tx, args as UpdateClusterRequest, { random, rotateRoot: this.#rotateRoot });
      default:
        return undefined;
    }
  }
}

function attempt(read: () => unknown): Result<unknown> {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof SwarmFailure) return { ok: false, error: error.error };
    throw error;
  }
}
