/**
 * /_ping, /version, /info, /events, /system/df.
 *
 * Real: moby api/server/router/system/{system,system_routes}.go.
 */
import type { Engine } from '../engine.ts';
import { badRequest } from '../errors.ts';
import { passesFilters, unknownEventFilter } from '../events.ts';
import { diskUsage, systemInfo, systemVersion } from '../system.ts';
import type { ApiContext, Router } from './router.ts';
import { filtersOf, guarded } from './respond.ts';
import type { EngineEvent } from './types.ts';

export function systemRoutes(router: Router, engine: Engine): void {
  router.on('GET', '/_ping', (context) => ping(engine, context));
  router.on('GET', '/version', (context) => context.json(200, systemVersion(engine)));
  router.on(
    'GET',
    '/info',
    guarded((context) => engine.swarmInfo((swarm) => context.json(200, systemInfo(engine, swarm)))),
  );
  router.on(
    'GET',
    '/system/df',
    guarded((context) => context.json(200, diskUsage(engine))),
  );
  router.on(
    'GET',
    '/events',
    guarded((context) => streamEvents(engine, context)),
  );
}

/** The headers tell the client the API version and the swarm's state. */
function ping(engine: Engine, context: ApiContext): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-cache, no-store, must-revalidate',
    pragma: 'no-cache',
    'builder-version': engine.version.traits.hasKernelMemory ? '1' : '2',
    ...(engine.version.traits.hasSwarmHeader ? { swarm: engine.swarmHeader } : {}),
  };
  context.sendWith(200, headers, context.method === 'HEAD' ? '' : 'OK');
}

function streamEvents(engine: Engine, context: ApiContext): void {
  const filters = filtersOf(context);
  const unknown = unknownEventFilter(filters);
  if (unknown !== undefined)
    throw badRequest(`${engine.version.traits.filterWord} filter '${unknown}'`);
  const { world } = engine.machine;
  const since = secondsOf(context.query.get('since'));
  const until = secondsOf(context.query.get('until'));
  if (since !== undefined && until !== undefined && since > until)
    throw badRequest(
      '`since` time (' +
        context.query.get('since') +
        ') cannot be after `until` time (' +
        context.query.get('until') +
        ')',
    );
  const responder = context.stream('application/json');
  const tell = (event: EngineEvent): void => {
    if (passesFilters(event, filters)) responder.write(`${JSON.stringify(event)}\n`);
  };
  if (since !== undefined)
    for (const event of engine.events.between(since, until ?? Number.MAX_SAFE_INTEGER)) tell(event);
  const leftMs = until === undefined ? undefined : Math.ceil(until - world.unixMs);
  if (leftMs !== undefined && leftMs <= 0) return responder.end();
  const stop = engine.events.subscribe((event) => (responder.isBroken ? stop() : tell(event)));
  if (leftMs === undefined) return;
  world.schedule(leftMs, 'events until', () => {
    stop();
    responder.end();
  });
}

/** Seconds since 1970 with a fraction, as ms. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value))
    throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Math.floor(value * 1000);
}
