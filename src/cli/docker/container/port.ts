/**
 * `docker port`.
 *
 * Real: docker/cli cli/command/container/port.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { naturalLess } from '../../formatter/natural.ts';
import { joinHostPort } from './ports.ts';

interface Binding {
  readonly HostIp: string;
  readonly HostPort: string;
}

export const runPort: Run = function* (cli, { args }) {
  const [name = '', wanted] = args;
  const container = yield* cli.client.json<{
    NetworkSettings: { Ports?: Readonly<Record<string, readonly Binding[] | null>> | null };
  }>('GET', `/containers/${segment(name)}/json`);
  const ports = container.NetworkSettings.Ports ?? {};
  const address = ({ HostIp, HostPort }: Binding): string => joinHostPort(HostIp, HostPort);
  let lines: string[];
  if (wanted === undefined) {
    lines = Object.entries(ports).flatMap(([port, bindings]) =>
      (bindings ?? []).map((binding) => `${port} -> ${address(binding)}`),
    );
  } else {
    const [port = '', protocol = 'tcp'] = wanted.split('/');
    if (!/^\d+$/.test(port)) {
      throw new StatusError(`Error: invalid port (${port}): invalid syntax`);
    }
    const bindings = ports[`${port}/${protocol}`];
    if (!bindings) {
      throw new StatusError(`Error: No public port '${wanted}' published for ${name}`);
    }
    lines = bindings.map(address);
  }
  lines.sort((a, b) => (naturalLess(a, b) ? -1 : naturalLess(b, a) ? 1 : 0));
  yield* cli.out(lines.map((line) => `${line}\n`).join(''));
};
