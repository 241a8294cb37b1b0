/**
 * Running and desired tasks of services, counted here where the daemon did not send them.
 *
 * Real: docker/cli cli/command/service/list.go (AppendServiceStatus)
 */
import type { Service, Task } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { filtersQuery } from '../../client.ts';
import type { Sys } from '../../process.ts';
import { activeNodes } from './wait.ts';

export function* withServiceStatus(cli: DockerCli, services: readonly Service[]): Sys<Service[]> {
  const missing = services.filter(
    (service) =>
      !service.ServiceStatus &&
      (service.Spec.Mode?.Replicated !== undefined || service.Spec.Mode?.Global !== undefined),
  );
  if (missing.length === 0) return [...services];
  const filters = filtersQuery(new Map([['service', missing.map((service) => service.ID)]]));
  const tasks = yield* cli.client.json<Task[]>('GET', '/tasks', { query: { filters } });
  const nodes = yield* activeNodes(cli);
  return services.map((service) => {
    if (!missing.includes(service)) return service;
    const own = tasks.filter((task) => task.ServiceID === service.ID);
    const replicas = service.Spec.Mode?.Replicated?.Replicas ?? 0;
    const DesiredTasks = own.filter((task) => task.DesiredState !== 'shutdown').length;
    const RunningTasks = own.filter(
      (task) => nodes.has(task.NodeID ?? '') && task.Status.State === 'running',
    ).length;
    return {
      ...service,
      ServiceStatus: {
        RunningTasks,
        DesiredTasks: tasks.length === 0 ? replicas : DesiredTasks,
        CompletedTasks: 0,
      },
    };
  });
}
