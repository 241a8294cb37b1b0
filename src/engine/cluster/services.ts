/**
 * Requests about services.
 *
 * Real:     moby daemon/cluster/services.go
 * Left out: plugins as services.
 */
import type { Network, Service, ServiceSpec } from '../../swarm/api/index.ts';
import { interpolateService, type ServiceStatus } from '../../swarm/index.ts';
import type { Cluster } from './cluster.ts';
import { serviceJson } from './convert.ts';
import { attempt, failed, fine, forbidden, type Done } from './errors.ts';
import { checkFilters, matchesLabels, matchesOne, matchesPrefix, type Filters } from './filters.ts';
import { findOne } from './lookup.ts';
import { byID, onValue } from './objects.ts';
import { readServiceSpec } from './parse.ts';

type Json = Readonly<Record<string, unknown>>;

export interface ServiceCreateResponse {
  readonly ID: string;
  readonly Warnings?: readonly string[];
}

export interface ServiceUpdateOptions {
  readonly version: number;
  readonly isRollback: boolean;
  /** The daemon, not the client, asks the registry for the digest (API before 1.30). */
  readonly queryRegistry: boolean;
}

export class Services {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  list(filters: Filters, withStatus: boolean, done: Done<readonly Json[]>): void {
    const problem = checkFilters(
      filters,
      ['name', 'id', 'label', 'mode', 'runtime'],
      this.#cluster.filterWord,
    );
    if (problem) return this.#cluster.later(done, failed(problem));
    this.#cluster.control<readonly Service[]>(
      'listServices',
      {},
      onValue(done, (services) => {
        const wanted = byID(services).filter((service) => matchesService(filters, service));
        if (!withStatus) return done(fine(wanted.map((service) => serviceJson(service))));
        this.#cluster.control<readonly ServiceStatus[]>(
          'listServiceStatuses',
          wanted.map((service) => service.ID),
          onValue(done, (statuses) =>
            done(fine(wanted.map((service, i) => serviceJson(service, statuses[i])))),
          ),
        );
      }),
    );
  }

  get(name: string, insertDefaults: boolean, done: Done<Json>): void {
    this.find(
      name,
      onValue(done, (service) =>
        done(fine(serviceJson(insertDefaults ? interpolateService(service) : service))),
      ),
    );
  }

  find(name: string, done: Done<Service>): void {
    this.#cluster.control<readonly Service[]>(
      'listServices',
      {},
      onValue(done, (services) =>
        done(findOne('service', name, services, (service) => service.Spec.Name)),
      ),
    );
  }

  create(body: unknown, queryRegistry: boolean, done: Done<ServiceCreateResponse>): void {
    const problem = this.#cluster.managerProblem;
    if (problem) return this.#cluster.later(done, failed(problem));
    const spec = attempt(() => readServiceSpec(body, () => this.#cluster.randomName()));
    if (!spec.ok) return this.#cluster.later(done, spec);
    this.#resolveNetworks(
      spec.value,
      onValue(done, (resolved) =>
        this.#pin(resolved, queryRegistry, (pinned, warnings) =>
          this.#cluster.control<Service>(
            'createService',
            pinned,
            onValue(done, (service) => {
              this.#cluster.emit('service.create', { id: service.ID, name: service.Spec.Name });
              done(
                fine({ ID: service.ID, ...(warnings.length > 0 ? { Warnings: warnings } : {}) }),
              );
            }),
          ),
        ),
      ),
    );
  }

  update(
    name: string,
    body: unknown,
    options: ServiceUpdateOptions,
    done: Done<{ readonly Warnings: readonly string[] | null }>,
  ): void {
    const problem = this.#cluster.managerProblem;
    if (problem) return this.#cluster.later(done, failed(problem));
    const spec = attempt(() => readServiceSpec(body, () => this.#cluster.randomName()));
    if (!spec.ok) return this.#cluster.later(done, spec);
    this.#resolveNetworks(
      spec.value,
      onValue(done, (resolved) =>
        this.find(
          name,
          onValue(done, (service) =>
            this.#pin(resolved, options.queryRegistry, (pinned, warnings) => {
              const request = {
                ServiceID: service.ID,
                Version: options.version,
                Spec: pinned,
                Rollback: options.isRollback,
              };
              this.#cluster.control(
                'updateService',
                request,
                onValue(done, () =>
                  done(fine({ Warnings: warnings.length > 0 ? warnings : null })),
                ),
              );
            }),
          ),
        ),
      ),
    );
  }

  remove(name: string, done: Done<void>): void {
    this.find(
      name,
      onValue(done, (service) =>
        this.#cluster.control(
          'removeService',
          { ID: service.ID },
          onValue(done, () => done(fine(undefined))),
        ),
      ),
    );
  }

  /** Names of networks become IDs. */
  #resolveNetworks(spec: ServiceSpec, done: Done<ServiceSpec>): void {
    const attachments = spec.TaskTemplate.Networks ?? [];
    if (attachments.length === 0) return done(fine(spec));
    this.#cluster.control<readonly Network[]>(
      'listNetworks',
      {},
      onValue(done, (networks) => {
        const resolved: { Target: string }[] = [];
        for (const attachment of attachments) {
          const found = findOne(
            'network',
            attachment.Target,
            networks,
            (network) => network.Spec.Name,
          );
          if (!found.ok) {
            const local = this.#cluster.localNetwork(attachment.Target);
            return done(
              local === undefined
                ? found
                : failed(
                    forbidden(
                      `The network ${local} cannot be used with services. Only networks scoped to the swarm can be used, such as those created with the overlay driver.`,
                    ),
                  ),
            );
          }
          resolved.push({ ...attachment, Target: found.value.ID });
        }
        done(fine({ ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks: resolved } }));
      }),
    );
  }

  /** `nginx` becomes `nginx:latest@sha256:…`, so that all nodes run the same. */
  #pin(
    spec: ServiceSpec,
    queryRegistry: boolean,
    use: (spec: ServiceSpec, warnings: readonly string[]) => void,
  ): void {
    const container = spec.TaskTemplate.ContainerSpec;
    if (!queryRegistry || !container || container.Image === '') return use(spec, []);
    this.#cluster.images.resolveDigest(container.Image, (pinned) => {
      if (pinned === undefined) return use(spec, [digestWarning(container.Image)]);
      use(
        {
          ...spec,
          TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...container, Image: pinned } },
        },
        [],
      );
    });
  }
}

function matchesService(filters: Filters, service: Service): boolean {
  const { Mode: mode } = service.Spec;
  const word = mode.Global
    ? 'global'
    : mode.ReplicatedJob
      ? 'replicated-job'
      : mode.GlobalJob
        ? 'global-job'
        : 'replicated';
  return (
    matchesPrefix(filters, 'name', service.Spec.Name) &&
    matchesPrefix(filters, 'id', service.ID) &&
    matchesLabels(filters, 'label', service.Spec.Labels) &&
    matchesOne(filters, 'mode', word)
  );
}

function digestWarning(image: string): string {
  return `image ${image} could not be accessed on a registry to record\nits digest. Each node will access ${image} independently,\npossibly leading to different nodes running different\nversions of the image.\n`;
}
