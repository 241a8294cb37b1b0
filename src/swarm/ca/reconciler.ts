/**
 * Brings a rotation of the root to its end: tells the nodes whose certificate the new root has not issued to ask for another, some at a
 * time, and when the last of them has one, makes the new root the only one.
 *
 * Real:     swarmkit ca/reconciler.go (rootRotationReconciler)
 * Reads:    cluster.RootCA, node.Description.TLSInfo.   Writes: node.Certificate, cluster.RootCA.
 * Left out: the loop that goes on after the store refused the last write: here it is the next look.
 */
import type { Random, Scheduler, Timer } from '../../sim/index.ts';
import type { Cluster, Node } from '../api/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import { finishRootRotation, isIssuedBy } from './rotation.ts';

/** Nodes that are told to rotate in one look. */
const ROTATE_BATCH_MAX = 30;
const RECONCILE_MS = 3000;

export class RootRotationReconciler {
  readonly #world: Scheduler;
  readonly #store: Store;
  readonly #random: Random;
  #stopWatch: (() => void) | undefined;
  #timer: Timer | undefined;
  /** The root that is being made the only one, as PEM. */
  #target = '';

  constructor(options: {
    readonly world: Scheduler;
    readonly store: Store;
    readonly random: Random;
  }) {
    this.#world = options.world;
    this.#store = options.store;
    this.#random = options.random;
  }

  start(): void {
    this.#stopWatch = this.#store.watch('root rotation', (events) => {
      if (events.some(({ table }) => table === 'cluster')) this.#consider();
    });
    this.#consider();
  }

  stop(): void {
    this.#stopWatch?.();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#target = '';
  }

  /** A loop for each new target; what the nodes do meanwhile is seen at its next round. */
  #consider(): void {
    const target = this.#cluster()?.RootCA.RootRotation?.CACert ?? '';
    if (target === this.#target) return;
    this.#target = target;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (target !== '') this.#round();
  }

  #round(): void {
    const rotation = this.#cluster()?.RootCA.RootRotation;
    if (!rotation) return;
    const unconverged = this.#store.list('node').filter((node) => !isIssuedBy(node, rotation));
    if (unconverged.length === 0) this.#finish();
    else this.#tell(unconverged);
    this.#timer = this.#world.schedule(RECONCILE_MS, 'root rotation', () => this.#round());
  }

  #tell(nodes: readonly Node[]): void {
    const ids = nodes
      .filter(({ Certificate: { Status } }) => Status === 'issued')
      .slice(0, ROTATE_BATCH_MAX)
      .map(({ ID }) => ID);
    if (ids.length === 0) return;
    this.#store.batch('certificates to rotate', ids.map(tellNode), () => undefined);
  }

  #finish(): void {
    const target = this.#target;
    this.#store.update('root rotation', (tx) => {
      const cluster = tx.list('cluster')[0];
      // Another rotation may have begun.
      if (cluster?.RootCA.RootRotation?.CACert !== target) return;
      tx.update('cluster', {
        ...cluster,
        RootCA: finishRootRotation(cluster.RootCA, this.#random),
      });
      this.#world.emit('ca.rotated', { digest: cluster.RootCA.RootRotation.CACertHash });
    });
  }

  #cluster(): Cluster | undefined {
    return this.#store.list('cluster')[0];
  }
}

function tellNode(id: string): (tx: Transaction) => void {
  return (tx) => {
    const node = tx.get('node', id);
    if (node?.Certificate.Status === 'issued')
      tx.update('node', { ...node, Certificate: { ...node.Certificate, Status: 'rotate' } });
  };
}
