/**
 * The values that hold where a spec says nothing.
 *
 * Real: swarmkit api/defaults/service.go
 */
import type { Service, ServiceSpec, UpdateConfig } from '../api/index.ts';

const SECOND = 1_000_000_000;

const UPDATE: UpdateConfig = {
  Parallelism: 1,
  FailureAction: 'pause',
  Monitor: 5 * SECOND,
  MaxFailureRatio: 0,
  Order: 'stop-first',
};

/** The spec as `service inspect` shows it. */
export function withServiceDefaults(spec: ServiceSpec): ServiceSpec {
  const { TaskTemplate: template } = spec;
  const isJob = spec.Mode.ReplicatedJob !== undefined || spec.Mode.GlobalJob !== undefined;
  const container = template.ContainerSpec;
  return {
    ...spec,
    TaskTemplate: {
      ...template,
      ...(container
        ? {
            ContainerSpec: {
              ...container,
              StopGracePeriod: container.StopGracePeriod ?? 10 * SECOND,
              DNSConfig: container.DNSConfig ?? {},
            },
          }
        : {}),
      Resources: { Limits: {}, Reservations: {}, ...template.Resources },
      RestartPolicy: {
        Condition: 'any',
        Delay: 5 * SECOND,
        MaxAttempts: 0,
        ...template.RestartPolicy,
      },
      Placement: template.Placement ?? {},
    },
    ...(isJob
      ? {}
      : {
          UpdateConfig: spec.UpdateConfig ?? UPDATE,
          RollbackConfig: spec.RollbackConfig ?? UPDATE,
        }),
  };
}

export function interpolateService(service: Service): Service {
  return { ...service, Spec: withServiceDefaults(service.Spec) };
}
