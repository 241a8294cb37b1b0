/**
 * `docker network create`.
 *
 * Real: docker/cli cli/command/network/create.go
 */
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { isIP, parseCIDR, parseIPv4 } from '../../opts/ip.ts';
import { labelMap } from '../service/opts.ts';

export const runCreate: Run = function* (cli, { flags, args }) {
  const from = flags.string('config-from');
  const body = {
    Name: args[0] ?? '',
    Driver: flags.string('driver'),
    Scope: flags.string('scope'),
    ...(flags.changed('ipv4') ? { EnableIPv4: flags.bool('ipv4') } : {}),
    ...(flags.changed('ipv6') ? { EnableIPv6: flags.bool('ipv6') } : {}),
    IPAM: ipam(flags),
    Internal: flags.bool('internal'),
    Attachable: flags.bool('attachable'),
    Ingress: flags.bool('ingress'),
    ConfigOnly: flags.bool('config-only'),
    ConfigFrom: from === '' ? null : { Network: from },
    Options: Object.fromEntries(flags.map('opt')),
    Labels: labelMap(flags.list('label')),
  };
  const answer = yield* cli.client.json<{ Id: string; Warning?: string }>(
    'POST',
    '/networks/create',
    { body },
  );
  yield* cli.println(answer.Id);
};

interface Pool {
  Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses: Record<string, string>;
}

/** Subnets with the ranges, gateways and addresses that lie in them. */
function ipam(flags: FlagSet): object {
  const subnets = flags.list('subnet');
  const ranges = flags.list('ip-range');
  const gateways = flags.list('gateway');
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new StatusError('every ip-range or gateway must have a corresponding subnet');
  }
  const pools: Pool[] = [];
  for (const Subnet of subnets) {
    if (pools.some((pool) => contains(Subnet, pool.Subnet) || contains(pool.Subnet, Subnet))) {
      throw new StatusError('multiple overlapping subnet configuration is not supported');
    }
    pools.push({ Subnet, AuxiliaryAddresses: {} });
  }
  for (const range of ranges) {
    if (parseCIDR(range) === undefined) throw new StatusError(`invalid CIDR address: ${range}`);
    put(pools, range, 'range', (pool) => {
      if (pool.IPRange !== undefined) {
        throw new StatusError(
          `cannot configure multiple ranges (${range}, ${pool.IPRange}) on the same subnet (${pool.Subnet})`,
        );
      }
      pool.IPRange = range;
    });
  }
  for (const gateway of gateways) {
    put(pools, gateway, 'gateway', (pool) => {
      if (pool.Gateway !== undefined) {
        throw new StatusError(
          `cannot configure multiple gateways (${gateway}, ${pool.Gateway}) for the same subnet (${pool.Subnet})`,
        );
      }
      pool.Gateway = gateway;
    });
  }
  for (const [name, address] of flags.map('aux-address')) {
    put(pools, address, 'aux-address', (pool) => {
      pool.AuxiliaryAddresses[name] = address;
    });
  }
  return {
    Driver: flags.string('ipam-driver'),
    Options: Object.fromEntries(flags.map('ipam-opt')),
    Config: pools,
  };
}

function put(pools: readonly Pool[], what: string, kind: string, act: (pool: Pool) => void): void {
  const matching = pools.filter((pool) => contains(pool.Subnet, what));
  if (matching.length === 0) throw new StatusError(`no matching subnet for ${kind} ${what}`);
  for (const pool of matching) act(pool);
}

/** Whether an address or the start of a range lies in a subnet. */
function contains(subnet: string, what: string): boolean {
  const network = parseCIDR(subnet);
  if (network === undefined)
    throw new StatusError(`invalid subnet: invalid CIDR address: ${subnet}`);
  const address = what.split('/')[0] ?? '';
  if (what.includes('/') && parseCIDR(what) === undefined) {
    throw new StatusError(`invalid CIDR address: ${what}`);
  }
  if (!isIP(address)) return false;
  const bits = subnet.slice(subnet.indexOf('/') + 1);
  if (parseIPv4(address) === undefined || network.includes(':')) {
    return network.includes(':') && address.includes(':');
  }
  return parseCIDR(`${address}/${bits}`) === network;
}
