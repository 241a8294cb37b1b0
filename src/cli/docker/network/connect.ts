/**
 * `docker network connect`.
 *
 * Real: docker/cli cli/command/network/connect.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { cut } from '../../opts/csv.ts';

export const runConnect: Run = function* (cli, { flags, args }) {
  const [network = '', Container = ''] = args;
  const EndpointConfig = {
    IPAMConfig: {
      ...(flags.string('ip') === '' ? {} : { IPv4Address: flags.string('ip') }),
      ...(flags.string('ip6') === '' ? {} : { IPv6Address: flags.string('ip6') }),
      ...(flags.list('link-local-ip').length === 0
        ? {}
        : { LinkLocalIPs: flags.list('link-local-ip') }),
    },
    Links: flags.list('link'),
    Aliases: flags.list('alias'),
    DriverOpts: driverOptions(flags.list('driver-opt')),
    GwPriority: flags.number('gw-priority'),
  };
  yield* cli.client.text('POST', `/networks/${segment(network)}/connect`, {
    body: { Container, EndpointConfig },
  });
};

function driverOptions(options: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    options.map((option) => {
      const [key, value, isPair] = cut(option);
      if (!isPair || key.trim() === '') {
        throw new StatusError('invalid key/value pair format in driver options');
      }
      return [key.trim(), value.trim()];
    }),
  );
}
