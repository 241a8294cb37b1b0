/**
 * Names of nodes and services by ID, each asked for once.
 *
 * Real: docker/cli cli/command/idresolver/idresolver.go
 */
import type { Node, Service } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { ApiError, segment } from '../../client.ts';
import type { Sys } from '../../process.ts';

export class IDResolver {
  private readonly cli: DockerCli;
  private readonly noResolve: boolean;
  private readonly cache = new Map<string, string>();

  constructor(cli: DockerCli, noResolve: boolean) {
    this.cli = cli;
    this.noResolve = noResolve;
  }

  /** The name, or the ID where it cannot be found out. */
  *resolve(kind: 'node' | 'service', id: string): Sys<string> {
    if (this.noResolve) return id;
    const known = this.cache.get(id);
    if (known !== undefined) return known;
    const name = yield* this.ask(kind, id);
    this.cache.set(id, name);
    return name;
  }

  private *ask(kind: 'node' | 'service', id: string): Sys<string> {
    if (id === '') return id;
    const { client } = this.cli;
    try {
      if (kind === 'service') {
        return (yield* client.json<Service>('GET', `/services/${segment(id)}`)).Spec.Name ?? id;
      }
      const node = yield* client.json<Node>('GET', `/nodes/${segment(id)}`);
      return node.Spec.Name || node.Description.Hostname || id;
    } catch (error) {
      if (error instanceof ApiError) return id;
      throw error;
    }
  }
}
