import type { HostView } from '../../../lab/index.ts';

/** Whether there is more to see in a machine than what every machine has. */
export function hasInside({ containers, networks, volumes }: HostView): boolean {
  return (
    containers.length > 0 || volumes.length > 0 || networks.some(({ name }) => name !== 'bridge')
  );
}
