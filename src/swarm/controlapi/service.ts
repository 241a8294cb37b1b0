/**
 * Services: create, update, rollback, remove, and how many of their tasks run.
 *
 * Real: swarmkit manager/controlapi/service.go
 */
import type { Random } from '../../sim/index.ts';
import type { PortConfig, Service, ServiceSpec, TaskSpec } from '../api/index.ts';
import {
  ERR_NAME_CONFLICT,
  newID,
  type ReadTx,
  type Store,
  type Transaction,
} from '../store/index.ts';
import { SwarmFailure } from '../api/index.ts';
import { fail, invalid, isEqual } from './common.ts';
import { checkServiceSpec } from './validate.ts';

export interface ServiceStatus {
  readonly ServiceID: string;
  readonly RunningTasks: number;
  readonly DesiredTasks: number;
  readonly CompletedTasks: number;
}

export interface UpdateServiceRequest {
  readonly ServiceID: string;
  readonly Version: number;
  readonly Spec: ServiceSpec;
  readonly Rollback?: boolean;
}

export function createService(
  tx: Transaction,
  spec: ServiceSpec,
  options: { readonly random: Random; readonly now: string },
): Service {
  checkServiceSpec(spec);
  checkNetworks(tx, spec.TaskTemplate);
  checkPortConflicts(tx, spec, '');
  checkIngress(tx, spec);
  checkExistence(tx, spec.TaskTemplate);
  const isJob = spec.Mode.ReplicatedJob !== undefined || spec.Mode.GlobalJob !== undefined;
  try {
    return tx.create('service', {
      ID: newID(options.random),
      Spec: spec,
      SpecVersion: { Index: 0 },
      ...(isJob ? { JobStatus: { JobIteration: { Index: 0 }, LastExecution: options.now } } : {}),
    });
  } catch (error) {
    if (error instanceof SwarmFailure && error.message === ERR_NAME_CONFLICT)
      fail(
        'AlreadyExists',
        `name conflicts with an existing object: service ${spec.Name} already exists`,
      );
    throw error;
  }
}

export function updateService(
  tx: Transaction,
  request: UpdateServiceRequest,
  now: string,
): Service {
  const { ServiceID: id, Spec: spec } = request;
  checkServiceSpec(spec);
  checkNetworks(tx, spec.TaskTemplate);
  const service = tx.get('service', id) ?? fail('NotFound', `service ${id} not found`);
  if (spec.EndpointSpec && !isEqual(spec.EndpointSpec, service.Spec.EndpointSpec))
    checkPortConflicts(tx, spec, id);
  checkExistence(tx, spec.TaskTemplate);
  if (modeOf(service.Spec) !== modeOf(spec))
    fail('Unimplemented', 'service mode change is not allowed');
  if (service.Spec.Name !== spec.Name) fail('Unimplemented', 'renaming services is not supported');
  const next = request.Rollback
    ? rolledBack(service, now)
    : replaced(service, spec, request.Version);
  checkIngress(tx, next.Spec);
  const { JobStatus: job } = service;
  const iteration = job
    ? { JobStatus: { JobIteration: { Index: job.JobIteration.Index + 1 }, LastExecution: now } }
    : {};
  return tx.update('service', { ...next, ...iteration, Version: { Index: request.Version } });
}

export function removeService(tx: Transaction, id: string): void {
  if (!tx.get('service', id)) fail('NotFound', `service ${id} not found`);
  tx.remove('service', id);
}

export function serviceStatuses(store: Store, ids: readonly string[]): readonly ServiceStatus[] {
  return ids.map((id) => {
    const service = store.get('service', id);
    const { Replicated: replicated, ReplicatedJob: job } = service?.Spec.Mode ?? {};
    const isGlobal = !replicated && !job;
    let running = 0;
    let desired = replicated ? (replicated.Replicas ?? 1) : job ? (job.TotalCompletions ?? 1) : 0;
    let completed = 0;
    for (const task of store.list('task', { serviceID: id })) {
      if (task.Status.State === 'running') running++;
      if (
        isGlobal &&
        (task.DesiredState === 'running' || task.DesiredState === 'complete') &&
        isCurrent(service, task)
      )
        desired++;
      if (task.Status.State === 'complete' && service?.JobStatus && isCurrent(service, task))
        completed++;
    }
    return {
      ServiceID: id,
      RunningTasks: running,
      DesiredTasks: desired,
      CompletedTasks: completed,
    };
  });
}

function isCurrent(
  service: Service | undefined,
  task: { readonly JobIteration?: { readonly Index: number } },
): boolean {
  return (
    service?.JobStatus === undefined ||
    task.JobIteration?.Index === service.JobStatus.JobIteration.Index
  );
}

function rolledBack(service: Service, now: string): Service {
  if (!service.PreviousSpec)
    return fail('FailedPrecondition', `service ${service.ID} does not have a previous spec`);
  return {
    ...service,
    Spec: service.PreviousSpec,
    SpecVersion: service.PreviousSpecVersion ?? { Index: 0 },
    PreviousSpec: service.Spec,
    PreviousSpecVersion: service.SpecVersion,
    UpdateStatus: {
      State: 'rollback_started',
      StartedAt: now,
      Message: 'manually requested rollback',
    },
  };
}

function replaced(service: Service, spec: ServiceSpec, version: number): Service {
  const { UpdateStatus: _, ...rest } = service;
  return {
    ...rest,
    Spec: spec,
    SpecVersion: { Index: version },
    PreviousSpec: service.Spec,
    PreviousSpecVersion: service.SpecVersion,
  };
}

function modeOf(spec: ServiceSpec): string {
  const { Mode: mode } = spec;
  return mode.Global
    ? 'global'
    : mode.ReplicatedJob
      ? 'replicated-job'
      : mode.GlobalJob
        ? 'global-job'
        : 'replicated';
}

function checkNetworks(tx: ReadTx, template: TaskSpec): void {
  for (const { Target: id } of template.Networks ?? []) {
    const network = tx.get('network', id);
    if (network?.Spec.Ingress)
      invalid(
        `Service cannot be explicitly attached to the ingress network "${network.Spec.Name}"`,
      );
  }
}

const isIngress = (port: PortConfig): boolean => (port.PublishMode ?? 'ingress') === 'ingress';
const portKey = (port: PortConfig): string =>
  `${port.Protocol ?? 'tcp'}/${port.PublishedPort ?? 0}`;

/** An ingress port excludes every other use of the port; two services may publish the same port on their hosts. */
function checkPortConflicts(tx: ReadTx, spec: ServiceSpec, ownID: string): void {
  const wanted = (spec.EndpointSpec?.Ports ?? []).filter((port) => port.PublishedPort);
  if (wanted.length === 0) return;
  const ingress = new Set(wanted.filter(isIngress).map(portKey));
  const host = new Set(wanted.filter((port) => !isIngress(port)).map(portKey));
  for (const service of tx.list('service')) {
    if (service.ID === ownID) continue;
    for (const port of [
      ...(service.Spec.EndpointSpec?.Ports ?? []),
      ...(service.Endpoint?.Ports ?? []),
    ]) {
      if (!port.PublishedPort) continue;
      const isTaken = ingress.has(portKey(port)) || (isIngress(port) && host.has(portKey(port)));
      if (isTaken)
        invalid(
          `port '${port.PublishedPort}' is already in use by service '${service.Spec.Name}' (${service.ID}) as ${isIngress(port) ? 'an ingress port' : 'a host-published port'}`,
        );
    }
  }
}

function checkIngress(tx: ReadTx, spec: ServiceSpec): void {
  if (!(spec.EndpointSpec?.Ports ?? []).some(isIngress)) return;
  if (!tx.list('network').some((network) => network.Spec.Ingress))
    fail('FailedPrecondition', 'service needs ingress network, but no ingress network is present');
}

function checkExistence(tx: ReadTx, template: TaskSpec): void {
  const container = template.ContainerSpec;
  const secrets = (container?.Secrets ?? [])
    .filter((ref) => !tx.get('secret', ref.SecretID))
    .map((ref) => ref.SecretName);
  const configs = (container?.Configs ?? [])
    .filter((ref) => !tx.get('config', ref.ConfigID))
    .map((ref) => ref.ConfigName);
  for (const [kind, names] of [
    ['secret', secrets],
    ['config', configs],
  ] as const)
    if (names.length > 0)
      invalid(`${names.length === 1 ? kind : `${kind}s`} not found: ${names.join(', ')}`);
}
