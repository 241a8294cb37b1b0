import type { World } from '../../src/sim/index.ts';
import { TASK_STATE_ORDER, type Task, type TaskState } from '../../src/swarm/api/index.ts';
import type { Store, Transaction } from '../../src/swarm/store/index.ts';

/**
 * What becomes of a task: it runs, or it ends by itself (before it came to run, or so long after).
 */
export interface Fate {
  readonly ends?: 'failed' | 'complete' | 'rejected';
  /** Absent: it never comes to run. */
  readonly afterRunningMs?: number;
  /** How long it takes to stop. */
  readonly stopMs?: number;
}

const STEP_MS = 10;

/**
 * The agents of all nodes at once: they drive assigned tasks as the real ones do, state by state,
 * through the store.
 */
export class FakeAgents {
  fate: (task: Task) => Fate = () => ({});
  /** Tasks that are refused while they are prepared: a missing image. */
  rejects: (task: Task) => boolean = () => false;
  /** Nodes whose agents are silent. */
  readonly dead = new Set<string>();
  readonly #store: Store;
  readonly #world: World;
  readonly #busy = new Set<string>();
  #reports: { readonly id: string; readonly state: TaskState }[] = [];

  constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
    store.watch('fake agents', (events) => {
      for (const event of events) if (event.table === 'task') this.#wake(event.object.ID);
    });
  }

  #wake(id: string, delayMs = STEP_MS): void {
    if (this.#busy.has(id)) return;
    this.#busy.add(id);
    this.#world.schedule(delayMs, 'fake agent', () => {
      this.#busy.delete(id);
      this.#step(id);
    });
  }

  #step(id: string): void {
    const task = this.#store.get('task', id);
    if (!task || task.NodeID === '' || this.dead.has(task.NodeID)) return;
    if (order(task.Status.State) < order('assigned') || order(task.Status.State) > order('running'))
      return;
    const fate = this.fate(task);
    if (order(task.DesiredState) > order('complete')) {
      return this.#after(id, fate.stopMs ?? 0, () => this.#report(id, 'shutdown'));
    }
    const next = this.#next(task, fate);
    if (next === undefined) return;
    if (task.Status.State !== 'running') return this.#report(id, next);
    this.#world.schedule(fate.afterRunningMs ?? 0, 'fake end', () => this.#report(id, next));
  }

  #next(task: Task, fate: Fate): TaskState | undefined {
    const isWanted = order(task.DesiredState) >= order('running');
    switch (task.Status.State) {
      case 'assigned':
        return 'accepted';
      case 'accepted':
        return 'preparing';
      case 'preparing':
        return this.rejects(task) ? 'rejected' : 'ready';
      case 'ready':
        return isWanted ? 'starting' : undefined;
      case 'starting':
        return fate.ends && fate.afterRunningMs === undefined ? fate.ends : 'running';
      default:
        return fate.ends;
    }
  }

  #after(id: string, delayMs: number, run: () => void): void {
    this.#busy.add(id);
    this.#world.schedule(delayMs, 'fake stop', () => {
      this.#busy.delete(id);
      run();
    });
  }

  /** Reports go to the store in batches, as the dispatcher writes them. */
  #report(id: string, state: TaskState): void {
    this.#reports.push({ id, state });
    if (this.#reports.length > 1) return;
    this.#world.schedule(1, 'fake dispatcher', () => {
      const reports = this.#reports;
      this.#reports = [];
      const writes = reports.map(
        (report) => (tx: Transaction) => this.#write(tx, report.id, report.state),
      );
      this.#store.batch('report', writes);
    });
  }

  #write(tx: Transaction, id: string, state: TaskState): void {
    const task = tx.get('task', id);
    if (!task || order(task.Status.State) >= order(state)) return;
    const status = {
      ...task.Status,
      State: state,
      Message: state,
      Timestamp: this.#world.timestamp(),
    };
    tx.update('task', { ...task, Status: status });
  }
}

const order = (state: TaskState): number => TASK_STATE_ORDER[state];
