/**
 * Requests about nodes, tasks, secrets and configs.
 *
 * Real: moby daemon/cluster/{nodes,tasks,secrets,configs}.go
 */
import type { Config, Secret, Service, Task } from '../../swarm/api/index.ts';
import type { NodeWithStatus } from '../../swarm/index.ts';
import type { Cluster } from './cluster.ts';
import { configJson, nodeJson, secretJson, taskJson } from './convert.ts';
import { attempt, failed, fine, type Done, type Outcome } from './errors.ts';
import {
  checkDesiredStates,
  checkFilters,
  matchesLabels,
  matchesNode,
  matchesPrefix,
  matchesTask,
  type Filters,
} from './filters.ts';
import { findOne } from './lookup.ts';
import { readNodeSpec, readSecretSpec } from './parse.ts';

type Json = Readonly<Record<string, unknown>>;

export function byID<T extends { readonly ID: string }>(objects: readonly T[]): readonly T[] {
  return [...objects].sort((a, b) => (a.ID < b.ID ? -1 : a.ID > b.ID ? 1 : 0));
}

/** Passes a failure on; goes on with a value. (A module that exports a `then` could not be imported with `import()`.) */
export function onValue<T, U>(done: Done<U>, use: (value: T) => void): Done<T> {
  return (result: Outcome<T>) => (result.ok ? use(result.value) : done(result));
}

export class Nodes {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  list(filters: Filters, done: Done<readonly Json[]>): void {
    const problem = checkFilters(
      filters,
      ['name', 'id', 'label', 'node.label', 'role', 'membership'],
      this.#cluster.filterWord,
    );
    if (problem) return this.#cluster.later(done, failed(problem));
    this.#cluster.control<readonly NodeWithStatus[]>(
      'listNodes',
      {},
      onValue(done, (nodes) =>
        done(
          fine(
            byID(nodes)
              .filter((node) => matchesNode(filters, node))
              .map(nodeJson),
          ),
        ),
      ),
    );
  }

  get(name: string, done: Done<Json>): void {
    this.find(
      name,
      onValue(done, (node) => done(fine(nodeJson(node)))),
    );
  }

  find(name: string, done: Done<NodeWithStatus>): void {
    this.#cluster.control<readonly NodeWithStatus[]>(
      'listNodes',
      {},
      onValue(done, (nodes) =>
        done(findOne('node', name, nodes, (node) => node.Description?.Hostname ?? '')),
      ),
    );
  }

  update(name: string, version: number, body: unknown, done: Done<void>): void {
    const spec = attempt(() => readNodeSpec(body));
    if (!spec.ok) return this.#cluster.later(done, spec);
    this.find(
      name,
      onValue(done, (node) =>
        this.#cluster.control(
          'updateNode',
          { NodeID: node.ID, Version: version, Spec: spec.value },
          onValue(done, () => done(fine(undefined))),
        ),
      ),
    );
  }

  remove(name: string, isForced: boolean, done: Done<void>): void {
    this.find(
      name,
      onValue(done, (node) =>
        this.#cluster.control(
          'removeNode',
          { ID: node.ID, Force: isForced },
          onValue(done, () => done(fine(undefined))),
        ),
      ),
    );
  }
}

/**
 * Whether a task runs what its service asks for now; placement counts for the scheduler only.
 * Real: swarmkit manager/controlapi/task.go (filter UpToDate), manager/orchestrator/task.go IsTaskDirty
 */
function isUpToDate(task: Task, service: Service | undefined): boolean {
  if (!service) return false;
  if (task.SpecVersion.Index === service.SpecVersion.Index) return true;
  const running = (spec: Task['Spec']): string => JSON.stringify({ ...spec, Placement: undefined });
  return running(task.Spec) === running(service.Spec.TaskTemplate);
}

export class Tasks {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  list(filters: Filters, done: Done<readonly Json[]>): void {
    const { filterWord: word } = this.#cluster;
    const problem =
      checkFilters(
        filters,
        ['id', 'label', 'name', 'node', 'service', 'desired-state', '_up-to-date', 'runtime'],
        word,
      ) ?? checkDesiredStates(filters);
    if (problem) return this.#cluster.later(done, failed(problem));
    this.#resolve(
      filters,
      onValue(done, (names) =>
        this.#cluster.control<readonly Task[]>(
          'listTasks',
          {},
          onValue(done, (tasks) => {
            const wanted = tasks.filter(
              (task) => task.Spec.ContainerSpec && matchesTask(filters, task, names),
            );
            if (filters.get('_up-to-date')?.includes('true') !== true)
              return done(fine(byID(wanted).map(taskJson)));
            this.#cluster.control<readonly Service[]>(
              'listServices',
              {},
              onValue(done, (services) => {
                const specs = new Map(services.map((service) => [service.ID, service]));
                done(
                  fine(
                    byID(wanted.filter((task) => isUpToDate(task, specs.get(task.ServiceID)))).map(
                      taskJson,
                    ),
                  ),
                );
              }),
            );
          }),
        ),
      ),
    );
  }

  get(id: string, done: Done<Json>): void {
    this.find(
      id,
      onValue(done, (task) => done(fine(taskJson(task)))),
    );
  }

  find(id: string, done: Done<Task>): void {
    this.#cluster.control<readonly Task[]>(
      'listTasks',
      {},
      onValue(done, (tasks) => done(findOne('task', id, tasks, () => ''))),
    );
  }

  /** Services and nodes may be named in the filters; what is not found is taken for an ID. */
  #resolve(
    filters: Filters,
    done: Done<{ readonly serviceIDs: readonly string[]; readonly nodeIDs: readonly string[] }>,
  ): void {
    const services = filters.get('service') ?? [];
    const nodes = filters.get('node') ?? [];
    const serviceIDs: string[] = [];
    const nodeIDs: string[] = [];
    const next = (): void => {
      const service = services[serviceIDs.length];
      const node = nodes[nodeIDs.length];
      if (service !== undefined)
        this.#cluster.services.find(
          service,
          onValue(done, (found) => {
            serviceIDs.push(found.ID);
            next();
          }),
        );
      else if (node !== undefined)
        this.#cluster.nodes.find(
          node,
          onValue(done, (found) => {
            nodeIDs.push(found.ID);
            next();
          }),
        );
      else done(fine({ serviceIDs, nodeIDs }));
    };
    next();
  }
}

/** Secrets and configs are handled alike. */
export class SecretsOrConfigs {
  readonly #cluster: Cluster;
  readonly #kind: 'secret' | 'config';

  constructor(cluster: Cluster, kind: 'secret' | 'config') {
    this.#cluster = cluster;
    this.#kind = kind;
  }

  get #noun(): 'Secret' | 'Config' {
    return this.#kind === 'secret' ? 'Secret' : 'Config';
  }

  #json(object: Secret | Config): Json {
    return this.#kind === 'secret' ? secretJson(object) : configJson(object);
  }

  list(filters: Filters, done: Done<readonly Json[]>): void {
    const problem = checkFilters(
      filters,
      ['name', 'names', 'id', 'label'],
      this.#cluster.filterWord,
    );
    if (problem) return this.#cluster.later(done, failed(problem));
    const names = filters.get('names') ?? [];
    this.#cluster.control<readonly (Secret | Config)[]>(
      `list${this.#noun}s`,
      {},
      onValue(done, (objects) =>
        done(
          fine(
            byID(objects)
              .filter(
                (object) =>
                  (names.length === 0 || names.includes(object.Spec.Name)) &&
                  matchesPrefix(filters, 'name', object.Spec.Name) &&
                  matchesPrefix(filters, 'id', object.ID) &&
                  matchesLabels(filters, 'label', object.Spec.Labels),
              )
              .map((object) => this.#json(object)),
          ),
        ),
      ),
    );
  }

  get(name: string, done: Done<Json>): void {
    this.#find(
      name,
      onValue(done, (object) => done(fine(this.#json(object)))),
    );
  }

  create(body: unknown, done: Done<{ readonly ID: string }>): void {
    const spec = attempt(() => readSecretSpec(body));
    if (!spec.ok) return this.#cluster.later(done, spec);
    this.#cluster.control<Secret>(
      `create${this.#noun}`,
      spec.value,
      onValue(done, (object) => {
        this.#emit('create', object);
        done(fine({ ID: object.ID }));
      }),
    );
  }

  update(name: string, version: number, body: unknown, done: Done<void>): void {
    const spec = attempt(() => readSecretSpec(body));
    if (!spec.ok) return this.#cluster.later(done, spec);
    this.#find(
      name,
      onValue(done, (object) =>
        this.#cluster.control(
          `update${this.#noun}`,
          { ID: object.ID, Version: version, Spec: spec.value },
          onValue(done, () => done(fine(undefined))),
        ),
      ),
    );
  }

  remove(name: string, done: Done<void>): void {
    this.#find(
      name,
      onValue(done, (object) =>
        this.#cluster.control(
          `remove${this.#noun}`,
          { ID: object.ID },
          onValue(done, () => done(fine(undefined))),
        ),
      ),
    );
  }

  #emit(action: string, object: Secret | Config): void {
    this.#cluster.emit(`${this.#kind}.${action}`, { id: object.ID, name: object.Spec.Name });
  }

  #find(name: string, done: Done<Secret | Config>): void {
    this.#cluster.control<readonly (Secret | Config)[]>(
      `list${this.#noun}s`,
      {},
      onValue(done, (objects) =>
        done(findOne(this.#kind, name, objects, (object) => object.Spec.Name)),
      ),
    );
  }
}
