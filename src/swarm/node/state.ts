/** What a node keeps on its disk. Real: swarmkit node/node.go (state.json, certificates/, tasks.db), ca/keyreadwriter.go */
import type { Disk } from '../../sim/index.ts';
import type { Certificate, ManagerPeer } from '../api/index.ts';

const CERTIFICATE = 'swarm/certificate';
const REMOTES = 'swarm/remotes';
const LOCK = 'swarm/lock';

export function readCertificate(disk: Disk): Certificate | undefined {
  return disk.read(CERTIFICATE) as Certificate | undefined;
}

export function writeCertificate(disk: Disk, certificate: Certificate): void {
  disk.write(CERTIFICATE, certificate);
}

export function readRemotes(disk: Disk): readonly ManagerPeer[] {
  return (disk.read(REMOTES) ?? []) as readonly ManagerPeer[];
}

export function writeRemotes(disk: Disk, remotes: readonly ManagerPeer[]): void {
  disk.write(REMOTES, remotes);
}

/** The key that a manager's own key is encrypted with; undefined: it is not. */
export function readUnlockKey(disk: Disk): string | undefined {
  return disk.read(LOCK) as string | undefined;
}

export function writeUnlockKey(disk: Disk, key: string | undefined): void {
  if (key === undefined) disk.remove(LOCK);
  else disk.write(LOCK, key);
}

export function eraseNodeState(disk: Disk): void {
  disk.remove('swarm');
}
