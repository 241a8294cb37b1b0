import type { Node, NodeSpec } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { segment } from '../../client.ts';
import type { Sys } from '../../process.ts';

/**
 * Changes the nodes one after another; the first failure ends it. `change` returns false where nothing is to be done.
 *
 * Real: docker/cli cli/command/node/update.go (updateNodes)
 */
export function* updateNodes(
  cli: DockerCli,
  refs: readonly string[],
  change: (node: Node, spec: NodeSpec) => Sys<boolean>,
  success: (ref: string) => string,
): Sys<void> {
  for (const ref of refs) {
    const node = yield* cli.client.json<Node>('GET', `/nodes/${segment(ref)}`);
    const spec: NodeSpec = { ...node.Spec };
    if (!(yield* change(node, spec))) continue;
    yield* cli.client.text('POST', `/nodes/${segment(node.ID)}/update`, {
      query: { version: String(node.Version.Index) },
      body: spec,
    });
    yield* cli.println(success(ref));
  }
}
