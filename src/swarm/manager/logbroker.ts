/**
 * Passes the log lines of tasks from the agents that have them to the client that asked for them. Leader only.
 *
 * Real:     swarmkit manager/logbroker/{broker,subscription}.go
 * Left out: the stream of its own that agents listen on: subscriptions come with the dispatcher's pushes.
 */
import type { Random } from '../../sim/index.ts';
import {
  no,
  ok,
  type LogMessage,
  type LogSelector,
  type LogSubscription,
  type LogSubscriptionOptions,
  type Result,
} from '../api/index.ts';
import { newID, type Store } from '../store/index.ts';

export interface LogReadResponse {
  readonly Messages: readonly LogMessage[];
  /** Nothing will follow. */
  readonly IsEnd: boolean;
  /** What went wrong on the way; the rest is complete all the same. */
  readonly Error?: string;
}

interface Entry {
  readonly subscription: LogSubscription;
  readonly pendingNodes: Set<string>;
  messages: LogMessage[];
  error: string;
  held: ((result: Result<LogReadResponse>) => void) | undefined;
}

export class LogBroker {
  readonly #store: Store;
  readonly #random: Random;
  readonly #publish: (subscription: LogSubscription, nodeIDs: ReadonlySet<string>) => void;
  readonly #hasSession: (nodeID: string) => boolean;
  readonly #entries = new Map<string, Entry>();
  #stopWatch: (() => void) | undefined;

  constructor(options: {
    readonly store: Store;
    readonly random: Random;
    readonly publish: (subscription: LogSubscription, nodeIDs: ReadonlySet<string>) => void;
    readonly hasSession: (nodeID: string) => boolean;
  }) {
    this.#store = options.store;
    this.#random = options.random;
    this.#publish = options.publish;
    this.#hasSession = options.hasSession;
  }

  start(): void {
    this.#stopWatch = this.#store.watch('log broker', (events) => {
      for (const entry of this.#entries.values()) {
        if (!entry.subscription.Options.Follow) continue;
        const nodes = new Set<string>();
        for (const event of events)
          if (
            event.table === 'task' &&
            event.action !== 'remove' &&
            event.object.NodeID !== '' &&
            isSelected(entry.subscription.Selector, event.object)
          )
            if (!entry.pendingNodes.has(event.object.NodeID)) nodes.add(event.object.NodeID);
        for (const node of nodes) entry.pendingNodes.add(node);
        if (nodes.size > 0) this.#publish(entry.subscription, nodes);
      }
    });
  }

  stop(): void {
    this.#stopWatch?.();
    for (const { held } of this.#entries.values())
      held?.(no('Unavailable', 'log broker is stopped'));
    this.#entries.clear();
  }

  subscribe(
    selector: LogSelector,
    options: LogSubscriptionOptions,
  ): Result<{ readonly ID: string }> {
    const id = newID(this.#random);
    const nodes = new Set(
      this.#store
        .list('task')
        .filter((task) => task.NodeID !== '' && isSelected(selector, task))
        .map((task) => task.NodeID),
    );
    const absent = [...nodes].filter((node) => !this.#hasSession(node));
    const subscription: LogSubscription = { ID: id, Selector: selector, Options: options };
    const present = new Set([...nodes].filter((node) => this.#hasSession(node)));
    this.#entries.set(id, {
      subscription,
      pendingNodes: new Set(present),
      messages: [],
      held: undefined,
      error:
        absent.length === 0
          ? ''
          : `warning: incomplete log stream. some logs could not be retrieved for the following reasons: ${absent.map((node) => `node ${node} is not available`).join(', ')}`,
    });
    this.#publish(subscription, present);
    return ok({ ID: id });
  }

  /** Held until there are lines, or the end. */
  read(id: string, done: (result: Result<LogReadResponse>) => void): void {
    const entry = this.#entries.get(id);
    if (!entry) return done(no('NotFound', `subscription ${id} not found`));
    entry.held = done;
    this.#answer(id, entry);
  }

  publish(id: string, nodeID: string, messages: readonly LogMessage[], isEnd: boolean): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    for (const message of messages) entry.messages.push(message);
    if (isEnd) entry.pendingNodes.delete(nodeID);
    this.#answer(id, entry);
  }

  unsubscribe(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#publish({ ...entry.subscription, Close: true }, entry.pendingNodes);
  }

  #answer(id: string, entry: Entry): void {
    const isEnd = !entry.subscription.Options.Follow && entry.pendingNodes.size === 0;
    if (!entry.held || (entry.messages.length === 0 && !isEnd)) return;
    const { held, messages } = entry;
    entry.held = undefined;
    entry.messages = [];
    if (isEnd) this.#entries.delete(id);
    held(
      ok({
        Messages: messages,
        IsEnd: isEnd,
        ...(isEnd && entry.error !== '' ? { Error: entry.error } : {}),
      }),
    );
  }
}

function isSelected(
  selector: LogSelector,
  task: { readonly ID: string; readonly ServiceID: string; readonly NodeID: string },
): boolean {
  return (
    selector.ServiceIDs.includes(task.ServiceID) ||
    selector.TaskIDs.includes(task.ID) ||
    selector.NodeIDs.includes(task.NodeID)
  );
}
