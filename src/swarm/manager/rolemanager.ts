/**
 * Makes the observed role of nodes follow the desired one, and raft's membership with it. Leader only.
 *
 * Real: swarmkit manager/role_manager.go
 */
import type { Scheduler, Timer } from '../../sim/index.ts';
import type { Node } from '../api/index.ts';
import type { Store } from '../store/index.ts';
import type { RaftNode } from './raftnode.ts';

const RECONCILE_MS = 5000;

export class RoleManager {
  readonly #world: Scheduler;
  readonly #store: Store;
  readonly #raft: RaftNode;
  readonly #pending = new Set<string>();
  readonly #removing = new Set<string>();
  #timer: Timer | undefined;
  #stopWatch: (() => void) | undefined;

  constructor(options: {
    readonly world: Scheduler;
    readonly store: Store;
    readonly raft: RaftNode;
  }) {
    this.#world = options.world;
    this.#store = options.store;
    this.#raft = options.raft;
  }

  start(): void {
    this.#stopWatch = this.#store.watch('role manager', (events) => {
      for (const event of events) {
        if (event.table !== 'node') continue;
        if (event.action === 'remove') this.#evict(event.object);
        else this.#reconcile(event.object);
      }
    });
    for (const node of this.#store.list('node')) this.#reconcile(node);
  }

  stop(): void {
    this.#stopWatch?.();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#pending.clear();
  }

  #reconcile(node: Node): void {
    if (node.Role === node.Spec.Role) return void this.#pending.delete(node.ID);
    if (node.Spec.Role === 'manager') return this.#setRole(node.ID, 'manager');
    this.#pending.add(node.ID);
    this.#demote(node);
    this.#tickLater();
  }

  #tickLater(): void {
    if (this.#timer || this.#pending.size === 0) return;
    this.#timer = this.#world.schedule(RECONCILE_MS, 'role manager', () => {
      this.#timer = undefined;
      for (const id of [...this.#pending]) {
        const node = this.#store.get('node', id);
        if (node) this.#reconcile(node);
        else this.#pending.delete(id);
      }
      this.#tickLater();
    });
  }

  /** The member goes first, the role follows when it is gone. */
  #demote(node: Node): void {
    const member = this.#raft.peers.byNodeID(node.ID);
    if (!member) return this.#setRole(node.ID, 'worker');
    if (this.#removing.has(node.ID)) return;
    const settled = (): void => void this.#removing.delete(node.ID);
    if (member.RaftID === this.#raft.id) {
      // The next leader will do it.
      this.#removing.add(node.ID);
      return this.#raft.transferLeadership(settled);
    }
    if (!this.#raft.canRemoveMember(member.RaftID)) return;
    this.#removing.add(node.ID);
    this.#raft.removeMember(member.RaftID, settled);
  }

  #evict(node: Node): void {
    this.#pending.delete(node.ID);
    const member = this.#raft.peers.byNodeID(node.ID);
    if (member && member.RaftID !== this.#raft.id)
      this.#raft.removeMember(member.RaftID, () => undefined);
  }

  #setRole(id: string, role: 'worker' | 'manager'): void {
    this.#store.update(`role ${role}`, (tx) => {
      const node = tx.get('node', id);
      if (node && node.Spec.Role === role && node.Role !== role)
        tx.update('node', { ...node, Role: role });
    });
  }
}
