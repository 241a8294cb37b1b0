/**
 * /secrets.
 *
 * Real: moby api/server/router/swarm/cluster_routes.go
 */
import type { Cluster } from '../cluster/index.ts';
import { answer, answerEmpty, filtersOf, param, versionOf } from './answer.ts';
import type { Router } from './router.ts';

export function secretRoutes(router: Router, cluster: Cluster): void {
  const { secrets } = cluster;
  router.on('GET', '/secrets', (context) => {
    const filters = filtersOf(context);
    if (filters) secrets.list(filters, answer(context, 200));
  });
  router.on('POST', '/secrets/create', (context) =>
    context.withJson((body) => secrets.create(body, answer(context, 201))),
  );
  router.on('GET', '/secrets/{id}', (context) =>
    secrets.get(param(context, 'id'), answer(context, 200)),
  );
  router.on('DELETE', '/secrets/{id}', (context) =>
    secrets.remove(param(context, 'id'), answerEmpty(context, 204)),
  );
  router.on('POST', '/secrets/{id}/update', (context) => {
    const version = versionOf(context, 'secret');
    if (version !== undefined)
      context.withJson((body) =>
        secrets.update(param(context, 'id'), version, body, answerEmpty(context, 200)),
      );
  });
}
