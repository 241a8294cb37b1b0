/**
 * /networks: local ones of this machine, and the swarm's through the cluster.
 *
 * Real: moby api/server/router/network/network_routes.go.
 */
import { rfc3339Nano } from '../../sim/index.ts';
import { networkJson } from '../cluster/index.ts';
import type { Engine } from '../engine.ts';
import { badRequest, fine, notFound, type Done, type EngineError } from '../errors.ts';
import type { NetworkRecord } from '../networks/network.ts';
import { hasLabel } from '../volumes/volumes.ts';
import type { ApiContext, Router } from './router.ts';
import { answer, filtersOf, guarded, refuse, withBody } from './respond.ts';
import type {
  NetworkConnectRequest,
  NetworkCreateRequest,
  NetworkDisconnectRequest,
  NetworkInspect,
} from './types.ts';

const PLUGIN_SEARCH_MS = 15_000;

export function networkRoutes(router: Router, engine: Engine): void {
  const on = (method: string, pattern: string, handler: (context: ApiContext) => void): void =>
    router.on(method, pattern, guarded(handler));
  on('GET', '/networks', (context) => listNetworks(engine, context));
  on('POST', '/networks/create', (context) =>
    withBody<NetworkCreateRequest>(context, (body) => createNetwork(engine, context, body)),
  );
  on('POST', '/networks/prune', (context) => pruneNetworks(engine, context));
  on('POST', '/networks/{id}/connect', (context) =>
    withBody<NetworkConnectRequest>(context, (body) => {
      const container = engine.containers.get(body.Container);
      engine.networks.connect(
        container,
        context.params['id'] as string,
        body.EndpointConfig ?? {},
        (result) => {
          if (result.ok) engine.containers.networksChanged(container);
          answer(context, result.ok ? fine(undefined) : result, 200);
        },
      );
    }),
  );
  on('POST', '/networks/{id}/disconnect', (context) =>
    withBody<NetworkDisconnectRequest>(context, (body) => {
      const container = engine.containers.get(body.Container);
      engine.networks.disconnect(container, context.params['id'] as string);
      engine.containers.networksChanged(container);
      context.empty(200);
    }),
  );
  on('GET', '/networks/{id}', (context) => inspectOne(engine, context));
  on('DELETE', '/networks/{id}', (context) => removeNetwork(engine, context));
}

/** What the machine knows of a network. */
export function inspectNetwork(
  engine: Engine,
  network: NetworkRecord,
  isVerbose: boolean,
): NetworkInspect {
  const { traits } = engine.version;
  const live = engine.networks.overlays?.live(network.id);
  const containers = [
    ...engine.networks
      .endpointsOf(network)
      .filter(({ endpoint }) => endpoint.allocated.address !== '' || network.driver !== 'bridge'),
  ].map(
    ({ container, endpoint }) =>
      [
        container.id,
        {
          Name:
            network.name === 'docker_gwbridge'
              ? `gateway_${container.sandbox?.id.slice(0, 12) ?? ''}`
              : container.name,
          EndpointID: endpoint.allocated.endpointID,
          MacAddress: endpoint.allocated.mac,
          IPv4Address:
            endpoint.allocated.address === ''
              ? ''
              : `${endpoint.allocated.address}/${endpoint.allocated.prefix}`,
          IPv6Address: '',
        },
      ] as const,
  );
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339Nano(network.createdUnixMs),
    Scope: network.scope,
    Driver: network.driver,
    ...(traits.hasEnableIPv4 ? { EnableIPv4: true } : {}),
    EnableIPv6: network.hasIPv6,
    IPAM: network.ipam,
    Internal: network.isInternal,
    Attachable: network.isAttachable,
    Ingress: network.isIngress,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries([
      ...containers,
      ...(engine.networks.overlays?.systemEndpoints(network) ?? []),
    ]),
    Options: network.options,
    Labels: network.labels,
    ...(live ? { Peers: live.peers() } : {}),
    ...(live && isVerbose ? { Services: live.services() } : {}),
  };
}

const FILTERS = ['driver', 'type', 'name', 'id', 'label', 'scope', 'dangling'];

function passes(
  engine: Engine,
  network: NetworkInspect,
  filters: ReadonlyMap<string, readonly string[]>,
): boolean {
  for (const [key, values] of filters) {
    if (!FILTERS.includes(key))
      throw badRequest(`${engine.version.traits.filterWord} filter '${key}'`);
    if (values.length > 0 && !values.some((value) => matches(engine, network, key, value)))
      return false;
  }
  return true;
}

function matches(engine: Engine, network: NetworkInspect, key: string, value: string): boolean {
  const isBuiltin = ['bridge', 'host', 'none', 'ingress'].includes(network.Name);
  switch (key) {
    case 'driver':
      return network.Driver === value;
    case 'name':
      return network.Name.includes(value);
    case 'id':
      return network.Id.startsWith(value);
    case 'label':
      return hasLabel(network.Labels, value);
    case 'scope':
      return network.Scope === value;
    case 'type':
      if (value !== 'custom' && value !== 'builtin')
        throw badRequest(`invalid filter: 'type'='${value}'`);
      return (value === 'builtin') === isBuiltin;
    default:
      return (
        /^(1|t|true)$/i.test(value) ===
        (!isBuiltin && Object.keys(network.Containers ?? {}).length === 0)
      );
  }
}

function listNetworks(engine: Engine, context: ApiContext): void {
  const filters = filtersOf(context);
  allNetworks(
    engine,
    (networks) => {
      const rows = [...networks].filter((network) => passes(engine, network, filters));
      // Lists do not say who is on a network.
      context.json(
        200,
        rows.map((network) => ({ ...network, Containers: {} })),
      );
    },
    (error) => refuse(context, error),
  );
}

/** Those of the machine, and on a manager all of the swarm's that the machine has no part of. */
function allNetworks(
  engine: Engine,
  done: (networks: readonly NetworkInspect[]) => void,
  failedWith: (error: EngineError) => void,
): void {
  const local = [...engine.networks.list(), ...(engine.networks.overlays?.records() ?? [])].map(
    (network) => inspectNetwork(engine, network, false),
  );
  if (!engine.isManager) return guardedCall(() => done(local), failedWith);
  engine.cluster.networks((result) => {
    const known = new Set(local.map((network) => network.Id));
    const swarm = result.ok
      ? result.value
          .map((one) => fromCluster(engine, one))
          .filter((network) => !known.has(network.Id))
      : [];
    guardedCall(() => done([...swarm, ...local]), failedWith);
  });
}

/** 28 shows the cluster's copy of a network with EnableIPv4 false. */
function fromCluster(engine: Engine, network: Parameters<typeof networkJson>[0]): NetworkInspect {
  const made = networkJson(network);
  if (!engine.version.traits.hasEnableIPv4) return made;
  const { Name, Id, Created, Scope, Driver, ...rest } = made;
  return { Name, Id, Created, Scope, Driver, EnableIPv4: false, ...rest };
}

function guardedCall(run: () => void, failedWith: (error: EngineError) => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && 'status' in error) return failedWith(error as EngineError);
    throw error;
  }
}

function inspectOne(engine: Engine, context: ApiContext): void {
  const name = context.params['id'] as string;
  const scope = context.query.get('scope');
  const isVerbose = context.flag('verbose');
  const local = engine.networks.find(name) ?? engine.networks.overlays?.find(name);
  const isWanted = local && (scope === undefined || scope === '' || local.scope === scope);
  if (local && isWanted) return context.json(200, inspectNetwork(engine, local, isVerbose));
  const missing = notFound(`network ${name} not found`);
  if (!engine.isManager || scope === 'local') return refuse(context, missing);
  engine.cluster.network(name, (result) => {
    if (result.ok) return context.json(200, fromCluster(engine, result.value));
    refuse(context, result.error.status === 404 ? missing : result.error);
  });
}

function createNetwork(engine: Engine, context: ApiContext, body: NetworkCreateRequest): void {
  const driver = body.Driver || 'bridge';
  const created = (id: string): void => context.json(201, { Id: id, Warning: '' });
  if (driver === 'overlay' || body.Scope === 'swarm' || body.Ingress) {
    const duplicate = engine.networks.byName(body.Name);
    if (duplicate) return context.fail(409, `network with name ${body.Name} already exists`);
    return engine.cluster.createNetwork(body, (result) => {
      if (!result.ok)
        return refuse(
          context,
          /already exists/.test(result.error.message) && !/ingress/.test(result.error.message)
            ? {
                ...result.error,
                name: '',
                status: 409,
                message: `network with name ${body.Name} already exists`,
              }
            : result.error,
        );
      created(result.value.id);
    });
  }
  if (!['bridge', 'host', 'null'].includes(driver))
    return void engine.machine.world.schedule(PLUGIN_SEARCH_MS, 'plugin search', () =>
      context.fail(404, `plugin "${driver}" not found`),
    );
  if (!engine.isManager) return created(engine.networks.create(body).id);
  engine.cluster.networks((result) => {
    if (result.ok && result.value.some((network) => network.Spec.Name === body.Name))
      return context.fail(409, `network with name ${body.Name} already exists`);
    guardedCall(
      () => created(engine.networks.create(body).id),
      (error) => refuse(context, error),
    );
  });
}

function removeNetwork(engine: Engine, context: ApiContext): void {
  const name = context.params['id'] as string;
  const local = engine.networks.find(name);
  if (local) {
    engine.networks.remove(local.id);
    return context.empty(204);
  }
  const finish: Done = (result) => answer(context, result, 204);
  if (engine.isManager) {
    return engine.cluster.removeNetwork(name, (result) =>
      !result.ok && result.error.status === 404
        ? refuse(context, notFound(`network ${name} not found`))
        : finish(result),
    );
  }
  throw notFound(`network ${name} not found`);
}

function pruneNetworks(engine: Engine, context: ApiContext): void {
  const names = [...engine.prune.networks(filtersOf(context))];
  const report = (): void =>
    context.json(200, { NetworksDeleted: names.length > 0 ? names : null });
  if (!engine.isManager) return report();
  engine.cluster.networks((result) => {
    const wanted = result.ok ? result.value.filter((network) => !network.Spec.Ingress) : [];
    const next = (): void => {
      const network = wanted.shift();
      if (!network) return report();
      engine.cluster.removeNetwork(network.ID, (removed) => {
        if (removed.ok) names.push(network.Spec.Name);
        next();
      });
    };
    next();
  });
}
