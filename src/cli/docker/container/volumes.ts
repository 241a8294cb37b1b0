/**
 * `-v`: folders of the host and named volumes, or anonymous ones.
 *
 * Real: docker/cli cli/compose/loader/volume.go (ParseVolume), cli/command/container/opts.go
 */
import type { DockerCli } from '../../cli.ts';
import { StatusError } from '../../errors.ts';

export function splitVolumes(
  cli: DockerCli,
  specs: readonly string[],
): { readonly binds: string[]; readonly volumes: Record<string, object> } {
  const binds: string[] = [];
  const volumes: Record<string, object> = {};
  for (const spec of new Set(specs)) {
    const parts = spec.split(':');
    if (parts.length > 3 || parts.some((part) => part === '')) {
      const problem = parts.length > 3 ? 'too many colons' : 'empty section between colons';
      throw new StatusError(`invalid spec: ${spec}: ${problem}`);
    }
    if (parts.length === 1) volumes[spec] = {};
    else {
      const [source = '', ...rest] = parts;
      binds.push([source.startsWith('.') ? cli.absolute(source) : source, ...rest].join(':'));
    }
  }
  return { binds, volumes };
}
