/**
 * /services.
 *
 * Real: moby api/server/router/swarm/cluster_routes.go
 */
import type { Cluster } from '../cluster/index.ts';
import { answer, answerEmpty, filtersOf, param, versionOf } from './answer.ts';
import type { ApiContext, Router } from './router.ts';
import { sendLogs } from './servicelogs.ts';

/** Since API 1.30 the client asks the registry for the digest; before, the daemon did. */
const queriesRegistry = (context: ApiContext): boolean => !context.isAtLeast(1, 30);

export function serviceRoutes(router: Router, cluster: Cluster): void {
  const { services } = cluster;
  router.on('GET', '/services', (context) => {
    const filters = filtersOf(context);
    if (filters) services.list(filters, context.flag('status'), answer(context, 200));
  });
  router.on('GET', '/services/{id}', (context) =>
    services.get(param(context, 'id'), context.flag('insertDefaults'), answer(context, 200)),
  );
  router.on('POST', '/services/create', (context) =>
    context.withJson((body) =>
      services.create(body, queriesRegistry(context), answer(context, 201)),
    ),
  );
  router.on('POST', '/services/{id}/update', (context) => {
    const version = versionOf(context, 'service');
    if (version === undefined) return;
    const options = {
      version,
      isRollback: context.query.get('rollback') === 'previous',
      queryRegistry: queriesRegistry(context),
    };
    context.withJson((body) =>
      services.update(param(context, 'id'), body, options, answer(context, 200)),
    );
  });
  router.on('DELETE', '/services/{id}', (context) =>
    services.remove(param(context, 'id'), answerEmpty(context, 200)),
  );
  router.on('GET', '/services/{id}/logs', (context) =>
    services.find(param(context, 'id'), (found) => {
      if (!found.ok) return context.fail(found.error.status, found.error.message);
      const selector = { ServiceIDs: [found.value.ID], NodeIDs: [], TaskIDs: [] };
      sendLogs(
        context,
        cluster,
        selector,
        found.value.Spec.TaskTemplate.ContainerSpec?.TTY ?? false,
      );
    }),
  );
}
