/** Layers of which there is something to see: no switch for what does not exist. */
import type { LabView } from '../../../lab/index.ts';
import type { Layer } from './flights.ts';

export function presentLayers({ machines, cluster }: LabView): readonly Layer[] {
  const layers: Layer[] = [];
  if (machines.some(({ raft }) => raft !== undefined)) layers.push('raft');
  if (cluster?.tasks.length || machines.some(({ containers }) => containers.length > 0))
    layers.push('tasks');
  if (cluster?.services.length || cluster?.networks.some(({ name }) => name !== 'ingress'))
    layers.push('network');
  if (cluster?.services.some(({ ports }) => ports.length > 0)) layers.push('requests');
  return layers;
}
