/**
 * Keeps one updater per service: a new goal cancels the update towards the old one.
 *
 * Real: swarmkit manager/orchestrator/update/updater.go (Supervisor)
 */
import type { Scheduler as World } from '../../../sim/index.ts';
import type { Service } from '../../api/index.ts';
import type { Store } from '../../store/index.ts';
import { isEqual } from '../equal.ts';
import type { RestartSupervisor } from '../restart/restart.ts';
import type { Slot } from '../task.ts';
import { Updater } from './updater.ts';

export interface UpdateTools {
  readonly store: Store;
  readonly world: World;
  readonly name: string;
  readonly restarts: RestartSupervisor;
}

export class UpdateSupervisor {
  readonly #tools: UpdateTools;
  readonly #updates = new Map<string, Updater>();

  constructor(tools: UpdateTools) {
    this.#tools = tools;
  }

  /** Begins to bring `slots` to the service's spec, unless that is being done already. */
  update(service: Service, slots: readonly Slot[]): void {
    const running = this.#updates.get(service.ID);
    if (running) {
      if (isEqual(service.Spec, running.service.Spec)) return;
      running.cancel();
    }
    const updater: Updater = new Updater(this.#tools, service, () => {
      if (this.#updates.get(service.ID) === updater) this.#updates.delete(service.ID);
    });
    this.#updates.set(service.ID, updater);
    updater.run(slots);
  }

  cancelAll(): void {
    for (const updater of this.#updates.values()) updater.cancel();
    this.#updates.clear();
  }
}
