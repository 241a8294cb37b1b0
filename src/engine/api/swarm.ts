/**
 * /swarm: init, join, leave, inspect, update, unlock.
 *
 * Real: moby api/server/router/swarm/cluster_routes.go
 */
import type { Cluster } from '../cluster/index.ts';
import { answer, answerEmpty, versionOf } from './answer.ts';
import type { Router } from './router.ts';

export function swarmRoutes(router: Router, cluster: Cluster): void {
  router.on('POST', '/swarm/init', (context) =>
    context.withJson((body) => cluster.init(body, answer(context, 200))),
  );
  router.on('POST', '/swarm/join', (context) =>
    context.withJson((body) => cluster.join(body, answerEmpty(context, 200))),
  );
  router.on('POST', '/swarm/leave', (context) =>
    cluster.leave(context.flag('force'), answerEmpty(context, 200)),
  );
  router.on('GET', '/swarm', (context) => cluster.inspect(answer(context, 200)));
  router.on('GET', '/swarm/unlockkey', (context) =>
    cluster.unlockKey(answer(context, 200, (key) => ({ UnlockKey: key }))),
  );
  router.on('POST', '/swarm/unlock', (context) =>
    context.withJson((body) => {
      const { UnlockKey: key = '' } = (body ?? {}) as { readonly UnlockKey?: string };
      cluster.unlock(key, answerEmpty(context, 200));
    }),
  );
  router.on('POST', '/swarm/update', (context) => {
    const version = versionOf(context, 'swarm');
    if (version === undefined) return;
    context.withJson((body) =>
      cluster.update(
        {
          version,
          body,
          rotateWorkerToken: context.flag('rotateWorkerToken'),
          rotateManagerToken: context.flag('rotateManagerToken'),
          rotateManagerUnlockKey: context.flag('rotateManagerUnlockKey'),
        },
        answerEmpty(context, 200),
      ),
    );
  });
}
