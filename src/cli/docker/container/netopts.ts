/**
 * `--network` and its companions as endpoint settings.
 *
 * Real: docker/cli cli/command/container/opts.go (parseNetworkOpts, applyContainerOptions)
 */
import type { FlagSet } from '../../cobra/flagset.ts';
import { StatusError } from '../../errors.ts';
import { goQuote } from '../../formatter/strconv.ts';
import type { NetworkAttachment } from '../../opts/network.ts';

function attachments(flags: FlagSet): readonly NetworkAttachment[] {
  return [
    ...(flags.get('network') as readonly NetworkAttachment[]),
    ...(flags.get('net') as readonly NetworkAttachment[]),
  ];
}

export function networkMode(flags: FlagSet): string {
  return attachments(flags)[0]?.Target ?? 'default';
}

function isUserDefined(name: string): boolean {
  return (
    !['default', 'bridge', 'host', 'none', ''].includes(name) && !name.startsWith('container:')
  );
}

export function networkEndpoints(flags: FlagSet): Record<string, object> {
  const given = attachments(flags);
  const userDefined = given.filter((one) => isUserDefined(one.Target)).length;
  const first = given[0] ?? {
    Target: 'default',
    Aliases: [],
    IPv4Address: '',
    IPv6Address: '',
    LinkLocalIPs: [],
    MacAddress: '',
    GwPriority: 0,
  };
  const all = [withContainerOptions(first, flags), ...given.slice(1)];
  const endpoints: Record<string, object> = {};
  all.forEach((attachment, i) => {
    const links = i === 0 && isUserDefined(attachment.Target) ? flags.list('link') : [];
    const settings = endpoint(attachment, links);
    if (endpoints[attachment.Target] !== undefined) {
      throw new StatusError(`network ${goQuote(attachment.Target)} is specified multiple times`);
    }
    const isPlain = Object.keys(settings).length === 0;
    if (given.length !== 1 || !isPlain) endpoints[attachment.Target] = settings;
  });
  if (userDefined > 0 && userDefined < given.length) {
    throw new StatusError(
      'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
    );
  }
  return endpoints;
}

/** `--ip`, `--network-alias` and so on mean the first network. */
function withContainerOptions(attachment: NetworkAttachment, flags: FlagSet): NetworkAttachment {
  const aliases = [...flags.list('network-alias'), ...flags.list('net-alias')];
  const conflict = (isThere: boolean, flag: string, what: string): void => {
    if (!isThere) return;
    throw new StatusError(
      `conflicting options: cannot specify both --${flag} and per-network ${what}`,
    );
  };
  const ip = flags.string('ip');
  const ip6 = flags.string('ip6');
  const mac = flags.string('mac-address');
  const linkLocal = flags.list('link-local-ip');
  conflict(attachment.Aliases.length > 0 && aliases.length > 0, 'network-alias', 'alias');
  conflict(attachment.IPv4Address !== '' && ip !== '', 'ip', 'IPv4 address');
  conflict(attachment.IPv6Address !== '' && ip6 !== '', 'ip6', 'IPv6 address');
  conflict(attachment.MacAddress !== '' && mac !== '', 'mac-address', 'MAC address');
  return {
    ...attachment,
    Aliases: aliases.length > 0 ? aliases : attachment.Aliases,
    IPv4Address: ip || attachment.IPv4Address,
    IPv6Address: ip6 || attachment.IPv6Address,
    MacAddress: mac || attachment.MacAddress,
    LinkLocalIPs: linkLocal.length > 0 ? [...linkLocal] : attachment.LinkLocalIPs,
  };
}

function endpoint(attachment: NetworkAttachment, links: readonly string[]): object {
  const { Target, Aliases, IPv4Address, IPv6Address, LinkLocalIPs, MacAddress } = attachment;
  if (Target.trim() === '') throw new StatusError('no name set for network');
  if (!isUserDefined(Target) && Aliases.length > 0) {
    throw new StatusError('network-scoped aliases are only supported for user-defined networks');
  }
  if (MacAddress !== '' && !/^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/.test(MacAddress)) {
    throw new StatusError(`${MacAddress} is not a valid mac address`);
  }
  const hasIPAM = IPv4Address !== '' || IPv6Address !== '' || LinkLocalIPs.length > 0;
  return {
    ...(hasIPAM
      ? {
          IPAMConfig: {
            ...(IPv4Address === '' ? {} : { IPv4Address }),
            ...(IPv6Address === '' ? {} : { IPv6Address }),
            ...(LinkLocalIPs.length === 0 ? {} : { LinkLocalIPs }),
          },
        }
      : {}),
    ...(links.length > 0 ? { Links: links } : {}),
    ...(Aliases.length > 0 ? { Aliases } : {}),
    ...(attachment.DriverOpts === undefined ? {} : { DriverOpts: attachment.DriverOpts }),
    ...(MacAddress === '' ? {} : { MacAddress }),
    ...(attachment.GwPriority === 0 ? {} : { GwPriority: attachment.GwPriority }),
  };
}
