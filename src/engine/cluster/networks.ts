/**
 * Networks of the swarm, for the engine's own network requests, and containers that are attached to them by hand.
 *
 * Real: moby daemon/cluster/networks.go
 */
import type { Network, NetworkAttachment, Task } from '../../swarm/api/index.ts';
import type { NetworkCreateRequest } from '../api/types.ts';
import type { Cluster } from './cluster.ts';
import { attempt, badRequest, failed, fine, forbidden, type Done } from './errors.ts';
import { findOne } from './lookup.ts';
import { byID, onValue } from './objects.ts';
import { readNetworkSpec } from './parse.ts';

const PREDEFINED_LABEL = 'com.docker.swarm.predefined';
const PREDEFINED_NAMES = ['bridge', 'host', 'none', 'default'];
const ATTACH_POLL_MS = 100;
const ATTACH_TIMEOUT_MS = 20_000;

export interface NetworkAttachmentResult {
  /** To detach by. */
  readonly taskID: string;
  readonly attachment: NetworkAttachment;
}

export class Networks {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** All of the swarm's, but for the predefined ones (the machine shows its own). */
  list(done: Done<readonly Network[]>): void {
    this.#cluster.control<readonly Network[]>(
      'listNetworks',
      {},
      onValue(done, (networks) =>
        done(fine(byID(networks).filter((network) => !(PREDEFINED_LABEL in network.Spec.Labels)))),
      ),
    );
  }

  get(name: string, done: Done<Network>): void {
    this.#cluster.control<readonly Network[]>(
      'listNetworks',
      {},
      onValue(done, (networks) =>
        done(findOne('network', name, networks, (network) => network.Spec.Name)),
      ),
    );
  }

  create(request: NetworkCreateRequest, done: Done<{ readonly id: string }>): void {
    if (PREDEFINED_NAMES.includes(request.Name))
      return this.#cluster.later(
        done,
        failed(forbidden(`${request.Name} is a pre-defined network and cannot be created`)),
      );
    if (this.#cluster.isWorker)
      return this.#cluster.later(
        done,
        failed(
          forbidden(
            'Cannot create a multi-host network from a worker node. Please create the network from a manager node.',
          ),
        ),
      );
    const spec = attempt(() => readNetworkSpec(request));
    if (!spec.ok) return this.#cluster.later(done, spec);
    this.#cluster.control<Network>(
      'createNetwork',
      spec.value,
      onValue(done, (network) => done(fine({ id: network.ID }))),
    );
  }

  remove(name: string, done: Done<void>): void {
    this.get(
      name,
      onValue(done, (network) =>
        this.#cluster.control(
          'removeNetwork',
          { ID: network.ID },
          onValue(done, () => done(fine(undefined))),
        ),
      ),
    );
  }

  /** A place on an attachable network for a container of this machine, worker or manager. */
  attach(
    request: { readonly network: string; readonly containerID: string },
    done: Done<NetworkAttachmentResult>,
  ): void {
    const nodeID = this.#cluster.nodeID;
    if (nodeID === '')
      return this.#cluster.later(done, failed(badRequest('This node is not part of a swarm')));
    const { world } = this.#cluster;
    const args = { NodeID: nodeID, NetworkID: request.network, ContainerID: request.containerID };
    const endsAtMs = world.nowMs + ATTACH_TIMEOUT_MS;
    this.#cluster.anyManager<Task>(
      'attachNetwork',
      args,
      onValue(done, (task) => {
        const look = (): void =>
          this.#cluster.anyManager<Task>(
            'getTask',
            { ID: task.ID },
            onValue(done, (current) => {
              const attachment = current.NetworksAttachments?.[0];
              if (attachment && attachment.Addresses.length > 0)
                return done(fine({ taskID: task.ID, attachment }));
              if (world.nowMs >= endsAtMs)
                return done(
                  failed(
                    badRequest(
                      `attaching to network failed, make sure your network options are correct and check manager logs: context deadline exceeded`,
                    ),
                  ),
                );
              world.schedule(ATTACH_POLL_MS, 'network attachment', look);
            }),
          );
        look();
      }),
    );
  }

  detach(taskID: string, done: Done<void>): void {
    this.#cluster.anyManager(
      'detachNetwork',
      { ID: taskID },
      onValue(done, () => done(fine(undefined))),
    );
  }
}
