import { Command } from '../../cobra/command.ts';
import { unsupported } from '../unsupported.ts';
import { manifestTable as table } from './flags.ts';

/** `docker manifest`. */
export function newManifestCommand(): Command {
  return new Command({
    use: 'manifest',
    short: 'Manage Docker image manifests and manifest lists',
    long: `The **docker manifest** command has subcommands for managing image manifests and
manifest lists. A manifest list allows you to use one name to refer to the same image
built for multiple architectures.

To see help for a subcommand, use:

    docker manifest CMD --help

For full details on using docker manifest lists, see the registry v2 specification.

EXPERIMENTAL:
  docker manifest is an experimental feature.
  Experimental features provide early access to product functionality. These
  features may change between releases without warning, or can be removed from a
  future release. Learn more about experimental features in our documentation:
  https://docs.docker.com/go/experimental/`,
    args: ['none'],
    flags: [],
  }).add(
    new Command(table.annotate, unsupported),
    new Command(table.create, unsupported),
    new Command(table.inspect, unsupported),
    new Command(table.push, unsupported),
    new Command(table.rm, unsupported),
  );
}
