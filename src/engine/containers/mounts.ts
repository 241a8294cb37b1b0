/**
 * Mounts of a container: from `-v`, `--mount`, `--tmpfs`, the image's VOLUMEs and other containers, to mounts in its file system.
 *
 * Real:     moby volume/mounts/{linux_parser,mounts}.go, daemon/volumes_unix.go, daemon/create_unix.go (copy-up).
 * Left out: SELinux labels, propagation (always rprivate), image and cluster mounts, subpaths.
 */
import {
  directory,
  file,
  makeTree,
  normalize,
  type DirectoryNode,
  type FileSystem,
  type Machine,
  type Node,
} from '../../sim/index.ts';
import type { ContainerConfig, HostConfig, Mount } from '../api/types.ts';
import { badRequest, notFound } from '../errors.ts';
import { mountpoint, type Volumes } from '../volumes/volumes.ts';
import type { MountRecord } from './container.ts';

export interface MountContext {
  readonly machine: Machine;
  readonly volumes: Volumes;
  /** The mounts of another container, for `--volumes-from`. */
  readonly mountsOf: (container: string) => readonly MountRecord[] | undefined;
  readonly isOld: boolean;
}

/** All mounts of a new container, by destination. Makes the volumes. */
export function resolveMounts(
  context: MountContext,
  config: ContainerConfig,
  hostConfig: HostConfig,
): readonly MountRecord[] {
  const out = new Map<string, MountRecord>();
  for (const from of hostConfig.VolumesFrom ?? []) {
    const [name = '', mode] = from.split(':');
    const mounts = context.mountsOf(name);
    if (!mounts) throw notFound(`No such container: ${name}`);
    for (const mount of mounts)
      out.set(mount.Destination, mode === 'ro' ? { ...mount, RW: false, Mode: 'ro' } : mount);
  }
  const bound = new Set<string>();
  const add = (mount: MountRecord): void => {
    if (bound.has(mount.Destination))
      throw badRequest(`Duplicate mount point: ${mount.Destination}`);
    bound.add(mount.Destination);
    out.set(mount.Destination, mount);
  };
  for (const bind of hostConfig.Binds ?? []) add(fromBind(context, bind));
  for (const mount of hostConfig.Mounts ?? []) add(fromMount(context, mount));
  for (const [target, options] of Object.entries(hostConfig.Tmpfs ?? {}))
    add(tmpfsRecord(target, options, true));
  for (const target of Object.keys(config.Volumes ?? {})) {
    const destination = normalize(target);
    if (!out.has(destination)) out.set(destination, anonymous(context, destination));
  }
  return [...out.values()].sort((a, b) => (a.Destination < b.Destination ? -1 : 1));
}

function anonymous(context: MountContext, destination: string): MountRecord {
  const volume = context.volumes.create({}, { isAnonymous: true });
  return { ...volumeRecord(volume.Name, destination, '', true), isAnonymous: true, copiesUp: true };
}

function volumeRecord(
  name: string,
  destination: string,
  mode: string,
  isWritable: boolean,
): MountRecord {
  return {
    Type: 'volume',
    Name: name,
    Source: mountpoint(name),
    Destination: destination,
    Driver: 'local',
    Mode: mode,
    RW: isWritable,
    Propagation: '',
  };
}

/** `data:/d:ro`, `/root/site:/s`. */
function fromBind(context: MountContext, spec: string): MountRecord {
  const bad = (why: string): never => {
    throw badRequest(`invalid volume specification: '${spec}'${why}`);
  };
  const parts = spec.split(':');
  if (parts.length < 2 || parts.length > 3 || parts.some((part) => part === '')) return bad('');
  const [source = '', target = '', modes = ''] = parts;
  const isHostPath = source.startsWith('/');
  const type = isHostPath ? 'bind' : 'volume';
  if (!target.startsWith('/'))
    return bad(
      `: invalid mount config for type "${type}": invalid mount path: '${target}' mount path must be absolute`,
    );
  const destination = normalize(target);
  if (destination === '/')
    return bad(
      `: invalid mount config for type "${type}": invalid specification: destination can't be '/'`,
    );
  for (const mode of modes.split(',').filter(Boolean))
    if (!/^(rw|ro|z|Z|nocopy|r?private|r?shared|r?slave|cached|delegated|consistent)$/.test(mode))
      return badMode(modes);
  const isWritable = !modes.split(',').includes('ro');
  if (isHostPath) {
    // `-v` makes a missing folder on the host; `--mount` does not.
    if (!context.machine.files.exists(source))
      context.machine.files.mkdir(source, { parents: true });
    return {
      Type: 'bind',
      Source: normalize(source),
      Destination: destination,
      Mode: modes,
      RW: isWritable,
      Propagation: 'rprivate',
    };
  }
  context.volumes.create({ Name: source });
  return {
    ...volumeRecord(source, destination, modes === '' ? 'z' : modes, isWritable),
    copiesUp: !modes.split(',').includes('nocopy'),
  };
}

function badMode(mode: string): never {
  throw badRequest(`invalid mode: ${mode}`);
}

function fromMount(context: MountContext, mount: Mount): MountRecord {
  const bad = (why: string): never => {
    throw badRequest(`invalid mount config for type "${mount.Type}": ${why}`);
  };
  if (!mount.Target) return bad('field Target must not be empty');
  if (!mount.Target.startsWith('/'))
    return bad(`invalid mount path: '${mount.Target}' mount path must be absolute`);
  const destination = normalize(mount.Target);
  const isWritable = !mount.ReadOnly;
  if (mount.Type === 'bind') {
    const source = mount.Source ?? '';
    if (source === '') return bad('field Source must not be empty');
    if (!source.startsWith('/'))
      return bad(`invalid mount path: '${source}' mount path must be absolute`);
    if (!context.machine.files.exists(source)) {
      if (mount.BindOptions?.CreateMountpoint !== true)
        return bad(`bind source path does not exist: ${source}`);
      context.machine.files.mkdir(source, { parents: true });
    }
    return {
      Type: 'bind',
      Source: normalize(source),
      Destination: destination,
      Mode: '',
      RW: isWritable,
      Propagation: 'rprivate',
    };
  }
  if (mount.Type === 'tmpfs') return tmpfsRecord(destination, tmpfsOptions(mount), false);
  if (mount.Type !== 'volume') return bad('mount type unknown');
  const name = mount.Source ?? '';
  if (name === '')
    return {
      ...anonymous(context, destination),
      Mode: 'z',
      RW: isWritable,
      copiesUp: mount.VolumeOptions?.NoCopy !== true,
    };
  context.volumes.create({
    Name: name,
    ...(mount.VolumeOptions?.Labels ? { Labels: mount.VolumeOptions.Labels } : {}),
    DriverOpts: mount.VolumeOptions?.DriverConfig?.Options ?? null,
  });
  return {
    ...volumeRecord(name, destination, 'z', isWritable),
    copiesUp: mount.VolumeOptions?.NoCopy !== true,
  };
}

function tmpfsOptions(mount: Mount): string {
  const { SizeBytes: size, Mode: mode } = mount.TmpfsOptions ?? {};
  return [size ? `size=${size}` : '', mode ? `mode=${mode.toString(8)}` : '']
    .filter(Boolean)
    .join(',');
}

function tmpfsRecord(target: string, options: string, isFlag: boolean): MountRecord {
  const size = /(?:^|,)size=(\d+)([kmg]?)/i.exec(options);
  const factor = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[
    (size?.[2] ?? '').toLowerCase() as '' | 'k' | 'm' | 'g'
  ];
  const mode = /(?:^|,)mode=([0-7]+)/.exec(options);
  return {
    Type: 'tmpfs',
    Source: '',
    Destination: normalize(target),
    Mode: '',
    RW: true,
    Propagation: '',
    tmpfs: {
      sizeBytes: size ? Number(size[1]) * factor : 0,
      mode: mode ? parseInt(mode[1] as string, 8) : 0o1777,
      options: isFlag ? options : '',
    },
  };
}

/** Mounts that `inspect` and `ps` show: not those of `--tmpfs`, not the engine's own files. */
export function visibleMounts(mounts: readonly MountRecord[]): readonly MountRecord[] {
  return mounts.filter(
    (mount) => mount.content === undefined && !(mount.tmpfs && mount.tmpfs.options !== ''),
  );
}

/** Hangs everything into the container's file system. */
export function mountAll(
  machine: Machine,
  files: FileSystem,
  mounts: readonly MountRecord[],
): void {
  for (const mount of mounts) {
    const source = sourceOf(machine, mount);
    const target = makeMountPoint(files, mount.Destination, source.node?.type ?? 'directory');
    if (
      mount.Type === 'volume' &&
      mount.copiesUp &&
      source.node?.type === 'directory' &&
      source.node.children.size === 0
    )
      copyUp(machine, files, target, source.path);
    files.mount({
      target,
      tree: source.tree,
      source: source.path,
      isReadOnly: !mount.RW || source.isReadOnly,
      type: mount.Type === 'tmpfs' ? 'tmpfs' : 'ext4',
      device: mount.Type === 'tmpfs' ? 'tmpfs' : '/dev/sda1',
    });
  }
}

interface Source {
  readonly tree: ReturnType<typeof makeTree>;
  readonly path: string;
  readonly node: Node | undefined;
  readonly isReadOnly: boolean;
}

function sourceOf(machine: Machine, mount: MountRecord): Source {
  if (mount.content !== undefined) {
    const root = directory();
    root.children.set(
      'file',
      file(
        mount.content,
        mount.attributes?.mode ?? 0o444,
        mount.attributes?.uid ?? 0,
        mount.attributes?.gid ?? 0,
      ),
    );
    return {
      tree: makeTree({ freeBytes: 1_000_000 }, root),
      path: '/file',
      node: root.children.get('file'),
      isReadOnly: true,
    };
  }
  if (mount.tmpfs) {
    const root = directory(mount.tmpfs.mode);
    const freeBytes = mount.tmpfs.sizeBytes || Math.floor(machine.memoryBytes / 2);
    return { tree: makeTree({ freeBytes }, root), path: '/', node: root, isReadOnly: false };
  }
  const real = machine.files.realpath(mount.Source);
  const under = machine.files.mountOf(real);
  const node = machine.files.lookup(real);
  if (!under) return { tree: machine.files.rootTree, path: real, node, isReadOnly: false };
  return {
    tree: under.tree,
    path: normalize(`${under.source}/${real.slice(under.target.length)}`),
    node,
    isReadOnly: under.isReadOnly,
  };
}

/** The place in the container where something is mounted: made if it is not there. */
function makeMountPoint(files: FileSystem, destination: string, type: Node['type']): string {
  const parent = destination.slice(0, destination.lastIndexOf('/')) || '/';
  if (!files.exists(parent)) files.mkdir(parent, { parents: true });
  if (!files.exists(destination)) {
    if (type === 'directory') files.mkdir(destination);
    else files.writeFile(destination, '', { mode: 0o755 });
  }
  return files.realpath(destination);
}

/** An empty volume gets what the image has at its place. */
function copyUp(machine: Machine, files: FileSystem, target: string, volumePath: string): void {
  const node = files.lookup(target);
  if (node?.type !== 'directory') return;
  const copyFolder = (from: DirectoryNode, to: string): void => {
    for (const [name, child] of from.children) {
      const path = `${to}/${name}`;
      if (child.type === 'directory') {
        machine.files.mkdir(path, { mode: child.mode, uid: child.uid, gid: child.gid });
        copyFolder(child, path);
      } else if (child.type === 'file')
        machine.files.writeFile(path, child.content, {
          mode: child.mode,
          uid: child.uid,
          gid: child.gid,
        });
      else machine.files.putNode(path, { ...child });
    }
  };
  copyFolder(node, volumePath);
  if (machine.files.exists(volumePath))
    machine.files.setAttributes(volumePath, { mode: node.mode, uid: node.uid, gid: node.gid });
}
