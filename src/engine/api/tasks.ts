/**
 * /tasks.
 *
 * Real: moby api/server/router/swarm/cluster_routes.go
 */
import type { Cluster } from '../cluster/index.ts';
import { answer, filtersOf, param } from './answer.ts';
import type { Router } from './router.ts';
import { sendLogs } from './servicelogs.ts';

export function taskRoutes(router: Router, cluster: Cluster): void {
  const { tasks } = cluster;
  router.on('GET', '/tasks', (context) => {
    const filters = filtersOf(context);
    if (filters) tasks.list(filters, answer(context, 200));
  });
  router.on('GET', '/tasks/{id}', (context) =>
    tasks.get(param(context, 'id'), answer(context, 200)),
  );
  router.on('GET', '/tasks/{id}/logs', (context) =>
    tasks.find(param(context, 'id'), (found) => {
      if (!found.ok) return context.fail(found.error.status, found.error.message);
      const selector = { ServiceIDs: [], NodeIDs: [], TaskIDs: [found.value.ID] };
      sendLogs(context, cluster, selector, found.value.Spec.ContainerSpec?.TTY ?? false);
    }),
  );
}
