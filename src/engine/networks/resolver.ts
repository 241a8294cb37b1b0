/**
 * Names on local networks: containers by name, alias and short ID, on user-defined bridges only.
 *
 * Real: moby libnetwork/{resolver,network}.go (ResolveName, svcRecords), daemon/network.go.
 */
import type { EndpointSettings } from '../api/types.ts';
import type { Container } from '../containers/container.ts';
import type { DnsQuery, DnsRecord } from '../../sim/index.ts';
import { isUserDefined } from './network.ts';
import type { Networks } from './networks.ts';
import type { LiveEndpoint, Sandbox } from './sandbox.ts';

/** Seconds that an answer may be kept. Real: respTTL. */
export const TTL_SECONDS = 600;

/** By which names a container is known on a user-defined network. */
export function localNames(container: Container, settings: EndpointSettings): readonly string[] {
  const names = [container.name, ...(settings.Aliases ?? []), container.shortID];
  const hostname = container.config.Hostname;
  if (hostname) names.push(hostname);
  return [...new Set(names)];
}

/** Answers from the tables of the bridges that the asker is on; undefined: ask elsewhere. */
export function lookupLocal(
  networks: Networks,
  sandbox: Sandbox,
  query: DnsQuery,
): readonly DnsRecord[] | undefined {
  const name = query.name.replace(/\.$/, '').toLowerCase();
  for (const endpoint of sandbox.endpoints.values()) {
    if (!isUserDefined(endpoint.network)) continue;
    const records =
      query.type === 'PTR'
        ? reverse(networks, endpoint, query)
        : forward(networks, sandbox, endpoint, name);
    // A known name without an address of the asked kind is an empty answer, not an unknown name.
    if (records.length > 0)
      return query.type === 'AAAA'
        ? []
        : records.map((record) => ({ ...record, name: query.name }));
  }
  return undefined;
}

function forward(
  networks: Networks,
  sandbox: Sandbox,
  endpoint: LiveEndpoint,
  name: string,
): readonly DnsRecord[] {
  const suffix = `.${endpoint.network.name.toLowerCase()}`;
  const bare = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const target = linkTarget(sandbox.container, bare) ?? bare;
  return networks
    .endpointsOf(endpoint.network)
    .filter((one) =>
      one.endpoint.allocated.dnsNames.some((known) => known.toLowerCase() === target),
    )
    .map((one) => ({ name, type: 'A', data: one.endpoint.allocated.address, ttl: TTL_SECONDS }));
}

function reverse(
  networks: Networks,
  endpoint: LiveEndpoint,
  query: DnsQuery,
): readonly DnsRecord[] {
  const address = query.name
    .replace(/\.in-addr\.arpa\.?$/, '')
    .split('.')
    .reverse()
    .join('.');
  return networks
    .endpointsOf(endpoint.network)
    .filter((one) => one.endpoint.allocated.address === address)
    .map((one) => ({
      name: query.name,
      type: 'PTR',
      data: `${one.container.name}.${endpoint.network.name}`,
      ttl: TTL_SECONDS,
    }));
}

/** `--link db:database` makes `database` mean `db` for this container alone. */
function linkTarget(container: Container, name: string): string | undefined {
  for (const link of container.hostConfig.Links ?? []) {
    const [target = '', alias = target] = link.split(':');
    if (alias.replace(/^\/?(?:[^/]*\/)?/, '').toLowerCase() === name)
      return target.replace(/^\//, '').toLowerCase();
  }
  return undefined;
}
