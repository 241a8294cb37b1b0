import type { Scheduler } from '../../sim/index.ts';
import type { StoreEvent } from '../api/index.ts';
import type { Store } from '../store/index.ts';

/** Tells the stage of every change of a node's or a task's state. On the leader, so that each is told once. */
export class StateTracer {
  readonly #world: Scheduler;
  readonly #store: Store;
  #stopWatch: (() => void) | undefined;

  constructor(options: { readonly world: Scheduler; readonly store: Store }) {
    this.#world = options.world;
    this.#store = options.store;
  }

  start(): void {
    this.#stopWatch = this.#store.watch('tracer', (events) => {
      for (const event of events) this.#trace(event);
    });
  }

  stop(): void {
    this.#stopWatch?.();
  }

  #trace(event: StoreEvent): void {
    if (event.action === 'remove') return;
    if (event.table === 'node') {
      const { ID: nodeID, Status: status, Description: description } = event.object;
      if (event.before?.Status.State === status.State) return;
      this.#world.emit('node.state', {
        nodeID,
        hostname: description?.Hostname ?? '',
        state: status.State,
        reason: status.Message ?? '',
      });
    } else if (event.table === 'task') {
      const {
        ID: taskID,
        Status: status,
        ServiceID: serviceID,
        NodeID: nodeID,
        Slot: slot,
        DesiredState: desired,
      } = event.object;
      if (event.before?.Status.State === status.State) return;
      this.#world.emit('task.state', {
        taskID,
        serviceID,
        nodeID,
        slot,
        state: status.State,
        desired,
        ...(status.Err ? { error: status.Err } : {}),
      });
    }
  }
}
