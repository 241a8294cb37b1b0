/**
 * The states of an update, as people see them in `service inspect`.
 *
 * Real: swarmkit manager/orchestrator/update/updater.go (startUpdate, pauseUpdate, rollbackUpdate,
 *       completeUpdate)
 */
import type { Scheduler as World } from '../../../sim/index.ts';
import { SwarmFailure, type Service, type UpdateStatus } from '../../api/index.ts';
import type { Store, Transaction } from '../../store/index.ts';

export class StatusWriter {
  readonly #store: Store;
  readonly #world: World;
  readonly #serviceID: string;

  constructor(store: Store, world: World, serviceID: string) {
    this.#store = store;
    this.#world = world;
    this.#serviceID = serviceID;
  }

  start(): void {
    this.#store.update('start update', (tx) => {
      const service = tx.get('service', this.#serviceID);
      if (!service || service.UpdateStatus) return;
      const status: UpdateStatus = {
        State: 'updating',
        StartedAt: this.#world.timestamp(),
        Message: 'update in progress',
      };
      this.#write(tx, service, status, 'update.started');
    });
  }

  pause(message: string): void {
    this.#change('pause update', 'update.paused', (status) => ({
      ...status,
      State: status.State === 'rollback_started' ? 'rollback_paused' : 'paused',
      Message: message,
    }));
  }

  complete(): void {
    this.#store.update('complete update', (tx) => {
      const service = tx.get('service', this.#serviceID);
      const status = service?.UpdateStatus;
      // Without a status the service was changed since.
      if (!status) return;
      const isRollback = status.State === 'rollback_started';
      this.#write(
        tx,
        service,
        {
          ...status,
          State: isRollback ? 'rollback_completed' : 'completed',
          Message: isRollback ? 'rollback completed' : 'update completed',
          CompletedAt: this.#world.timestamp(),
        },
        isRollback ? 'update.rolled_back' : 'update.completed',
      );
    });
  }

  /** Goes back to the previous spec. There is only one: it is gone afterwards. */
  rollback(message: string): void {
    this.#store.update('roll back update', (tx) => {
      const service = tx.get('service', this.#serviceID);
      if (!service?.UpdateStatus) return;
      const { PreviousSpec: spec, PreviousSpecVersion: version, ...rest } = service;
      if (!spec)
        throw new SwarmFailure(
          'Internal',
          'cannot roll back service because no previous spec is available',
        );
      const status: UpdateStatus = {
        ...service.UpdateStatus,
        State: 'rollback_started',
        Message: message,
      };
      const rolledBack: Service = { ...rest, Spec: spec, SpecVersion: version ?? { Index: 0 } };
      this.#write(tx, rolledBack, status, 'update.rollback_started');
    });
  }

  #change(what: string, kind: string, change: (status: UpdateStatus) => UpdateStatus): void {
    this.#store.update(what, (tx) => {
      const service = tx.get('service', this.#serviceID);
      if (service?.UpdateStatus) this.#write(tx, service, change(service.UpdateStatus), kind);
    });
  }

  #write(tx: Transaction, service: Service, status: UpdateStatus, kind: string): void {
    tx.update('service', { ...service, UpdateStatus: status });
    this.#world.emit(kind, {
      serviceID: service.ID,
      service: service.Spec.Name,
      state: status.State,
      message: status.Message,
    });
  }
}
