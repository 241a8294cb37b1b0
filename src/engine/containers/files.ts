/**
 * A container's files, running or not: for cp, commit and the like.
 *
 * Real: moby daemon/archive.go (mounts the container's root and volumes).
 */
import { FileSystem, SystemError } from '../../sim/index.ts';
import type { Engine } from '../engine.ts';
import type { Container } from './container.ts';
import { mountAll } from './mounts.ts';

export function filesOf(engine: Engine, container: Container): FileSystem {
  if (container.namespace) return container.namespace.files;
  const files = new FileSystem(container.record.tree, () => engine.machine.world.nowMs);
  try {
    mountAll(
      engine.machine,
      files,
      container.record.mounts.filter((mount) => !mount.tmpfs),
    );
  } catch (error) {
    // A bind whose source has gone meanwhile is not seen.
    if (!(error instanceof SystemError)) throw error;
  }
  return files;
}
