/**
 * /nodes.
 *
 * Real: moby api/server/router/swarm/cluster_routes.go
 */
import type { Cluster } from '../cluster/index.ts';
import { answer, answerEmpty, filtersOf, param, versionOf } from './answer.ts';
import type { Router } from './router.ts';

export function nodeRoutes(router: Router, cluster: Cluster): void {
  const { nodes } = cluster;
  router.on('GET', '/nodes', (context) => {
    const filters = filtersOf(context);
    if (filters) nodes.list(filters, answer(context, 200));
  });
  router.on('GET', '/nodes/{id}', (context) =>
    nodes.get(param(context, 'id'), answer(context, 200)),
  );
  router.on('DELETE', '/nodes/{id}', (context) =>
    nodes.remove(param(context, 'id'), context.flag('force'), answerEmpty(context, 200)),
  );
  router.on('POST', '/nodes/{id}/update', (context) => {
    const version = versionOf(context, 'node');
    if (version !== undefined)
      context.withJson((body) =>
        nodes.update(param(context, 'id'), version, body, answerEmpty(context, 200)),
      );
  });
}
