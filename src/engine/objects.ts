/**
 * This machine's own objects as the Engine API lists them, for those who look at a lab from outside: no request is made and nothing happens.
 */
import type { ContainerSummary, ImageSummary, NetworkInspect, Volume } from './api/types.ts';
import { inspectNetwork } from './api/networks.ts';
import { summarize } from './containers/inspect.ts';
import type { Engine } from './engine.ts';

export interface LocalObjects {
  /** `GET /containers/json?all=1`. */
  readonly containers: readonly ContainerSummary[];
  readonly images: readonly ImageSummary[];
  readonly networks: readonly NetworkInspect[];
  readonly volumes: readonly Volume[];
}

export function localObjects(engine: Engine): LocalObjects {
  return {
    containers: localContainers(engine),
    images: engine.images.list(new Map(), false),
    networks: [...engine.networks.list(), ...(engine.networks.overlays?.records() ?? [])].map(
      (network) => inspectNetwork(engine, network, false),
    ),
    volumes: engine.volumes.list(new Map()),
  };
}

export function localContainers(engine: Engine): readonly ContainerSummary[] {
  return engine.containers.all().map((container) => summarize(engine.containers, container, false));
}
