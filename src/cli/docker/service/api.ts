/**
 * Requests about services.
 *
 * Real: docker/docker client/{service_create,service_update,service_inspect}.go
 */
import type { Service, ServiceSpec } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { segment } from '../../client.ts';
import type { Sys } from '../../process.ts';
import { pinImage, withTag } from './resolve_image.ts';

export function getService(
  cli: DockerCli,
  ref: string,
  options: { readonly insertDefaults?: boolean } = {},
): Sys<Service> {
  return cli.client.json<Service>('GET', `/services/${segment(ref)}`, {
    query: { insertDefaults: String(options.insertDefaults ?? false) },
  });
}

interface Answer {
  readonly ID?: string;
  readonly Warnings?: readonly string[] | null;
}

export interface SendOptions {
  readonly queryRegistry?: boolean;
  readonly auth?: string | undefined;
}

export function* createService(
  cli: DockerCli,
  spec: ServiceSpec,
  options: SendOptions,
): Sys<{ id: string; warnings: readonly string[] }> {
  const warning = yield* prepareImage(cli, spec, options);
  const answer = yield* cli.client.json<Answer>('POST', '/services/create', {
    body: spec,
    headers: authHeader(options.auth),
  });
  return { id: answer.ID ?? '', warnings: warningsOf(answer, warning) };
}

export interface UpdateOptions extends SendOptions {
  readonly rollback?: string;
  readonly registryAuthFrom?: string;
}

export function* updateService(
  cli: DockerCli,
  service: Service,
  options: UpdateOptions = {},
): Sys<readonly string[]> {
  const warning = yield* prepareImage(cli, service.Spec, options);
  const answer = yield* cli.client.json<Answer>('POST', `/services/${segment(service.ID)}/update`, {
    query: {
      version: String(service.Version.Index),
      rollback: options.rollback,
      registryAuthFrom: options.registryAuthFrom,
    },
    body: service.Spec,
    headers: authHeader(options.auth),
  });
  return warningsOf(answer, warning);
}

function* prepareImage(
  cli: DockerCli,
  spec: ServiceSpec,
  options: SendOptions,
): Sys<string | undefined> {
  const task = spec.TaskTemplate;
  if (task.ContainerSpec === undefined) return undefined;
  if (options.queryRegistry === true) return yield* pinImage(cli, task, options.auth);
  task.ContainerSpec.Image = withTag(task.ContainerSpec.Image ?? '');
  return undefined;
}

function authHeader(auth: string | undefined): Record<string, string> {
  return auth === undefined ? {} : { 'X-Registry-Auth': auth };
}

function warningsOf(answer: Answer | null, own: string | undefined): readonly string[] {
  return [...(answer?.Warnings ?? []), ...(own === undefined ? [] : [own])];
}
