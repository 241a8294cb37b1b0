/**
 * /configs.
 *
 * Real: moby api/server/router/swarm/cluster_routes.go
 */
import type { Cluster } from '../cluster/index.ts';
import { answer, answerEmpty, filtersOf, param, versionOf } from './answer.ts';
import type { Router } from './router.ts';

export function configRoutes(router: Router, cluster: Cluster): void {
  const { configs } = cluster;
  router.on('GET', '/configs', (context) => {
    const filters = filtersOf(context);
    if (filters) configs.list(filters, answer(context, 200));
  });
  router.on('POST', '/configs/create', (context) =>
    context.withJson((body) => configs.create(body, answer(context, 201))),
  );
  router.on('GET', '/configs/{id}', (context) =>
    configs.get(param(context, 'id'), answer(context, 200)),
  );
  router.on('DELETE', '/configs/{id}', (context) =>
    configs.remove(param(context, 'id'), answerEmpty(context, 204)),
  );
  router.on('POST', '/configs/{id}/update', (context) => {
    const version = versionOf(context, 'config');
    if (version !== undefined)
      context.withJson((body) =>
        configs.update(param(context, 'id'), version, body, answerEmpty(context, 200)),
      );
  });
}
