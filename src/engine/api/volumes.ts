/**
 * /volumes.
 *
 * Real: moby api/server/router/volume.
 */
import type { Engine } from '../engine.ts';
import { notFound } from '../errors.ts';
import type { Router } from './router.ts';
import { filtersOf, guarded, withBody } from './respond.ts';
import type { VolumeCreateRequest } from './types.ts';

/** How long the daemon looks for a plugin before it says that there is none. */
const PLUGIN_SEARCH_MS = 15_000;

export function volumeRoutes(router: Router, engine: Engine): void {
  const { volumes } = engine;
  router.on(
    'GET',
    '/volumes',
    guarded((context) =>
      context.json(200, { Volumes: volumes.list(filtersOf(context)), Warnings: null }),
    ),
  );
  router.on(
    'POST',
    '/volumes/create',
    guarded((context) =>
      withBody<VolumeCreateRequest>(context, (body) => {
        const driver = body.Driver || 'local';
        if (driver === 'local') return context.json(201, volumes.create(body));
        const error = notFound(
          `create ${body.Name ?? ''}: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
        );
        engine.machine.world.schedule(PLUGIN_SEARCH_MS, 'plugin search', () =>
          context.fail(error.status, error.message),
        );
      }),
    ),
  );
  router.on(
    'POST',
    '/volumes/prune',
    guarded((context) => {
      const filters = filtersOf(context);
      const isAll =
        !engine.version.traits.prunesAnonymousOnly ||
        !context.isAtLeast(1, 42) ||
        /^(1|t|true)$/i.test(filters.get('all')?.[0] ?? '');
      const { names, bytes } = volumes.prune(filters, isAll);
      context.json(200, { VolumesDeleted: names, SpaceReclaimed: bytes });
    }),
  );
  router.on(
    'GET',
    '/volumes/{name}',
    guarded((context) => context.json(200, volumes.get(context.params['name'] as string))),
  );
  router.on(
    'DELETE',
    '/volumes/{name}',
    guarded((context) => {
      volumes.remove(context.params['name'] as string, context.flag('force'));
      context.empty(204);
    }),
  );
}
