import { RegistryServer } from '../../engine/index.ts';
import type { Lab } from '../lab.ts';
import { neighbour } from '../router.ts';

/** The recordings' network has a registry that its name server knows; its machines ask that server without a stub between. */
const NAME_SERVER = '192.168.99.1';
export const NAMES: ReadonlyMap<string, string> = new Map([['registry', '192.168.99.10']]);
const REGISTRY_PORT = 5000;

export function addNeighbours(lab: Lab): void {
  for (const [name, address] of NAMES)
    new RegistryServer(neighbour(lab.world, lab.underlay, name, `${address}/24`), REGISTRY_PORT);
  for (const { machine } of lab.hosts)
    machine.files.writeFile('/etc/resolv.conf', `nameserver ${NAME_SERVER}\n`);
}
