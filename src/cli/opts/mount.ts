/**
 * `--mount type=volume,source=data,target=/data,readonly`.
 *
 * Real: docker/cli opts/mount.go
 */
import { parseBoolean, parseUnsigned } from '../formatter/strconv.ts';
import { ramInBytes } from '../formatter/units.ts';
import { csvFields, cut } from './csv.ts';

interface VolumeOptions {
  NoCopy?: boolean;
  Labels: Record<string, string>;
  Subpath?: string;
  DriverConfig: { Name?: string; Options?: Record<string, string> };
}

interface BindOptions {
  Propagation?: string;
  NonRecursive?: boolean;
  ReadOnlyNonRecursive?: boolean;
  ReadOnlyForceRecursive?: boolean;
}

export interface Mount {
  Type: string;
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: BindOptions;
  VolumeOptions?: VolumeOptions;
  ImageOptions?: { Subpath?: string };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

export function parseMount(text: string, absolute: (path: string) => string): Mount {
  const mount: Mount = { Type: 'volume', Target: '' };
  for (const field of csvFields(text)) {
    const [name, value, isPair] = cut(field);
    const key = name.toLowerCase();
    if (!isPair) {
      if (key === 'readonly' || key === 'ro') mount.ReadOnly = true;
      else if (key === 'volume-nocopy') volumeOptions(mount).NoCopy = true;
      else if (key === 'bind-nonrecursive') bindOptions(mount).NonRecursive = true;
      else throw new Error(`invalid field '${field}' must be a key=value pair`);
      continue;
    }
    setField(mount, { key, value, field, absolute });
  }
  checkMount(mount);
  return ordered(mount);
}

function volumeOptions(mount: Mount): VolumeOptions {
  return (mount.VolumeOptions ??= { Labels: {}, DriverConfig: {} });
}

function bindOptions(mount: Mount): BindOptions {
  return (mount.BindOptions ??= {});
}

interface Field {
  readonly key: string;
  readonly value: string;
  readonly field: string;
  readonly absolute: (path: string) => string;
}

function setField(mount: Mount, { key, value, field, absolute }: Field): void {
  switch (key) {
    case 'type':
      mount.Type = value.toLowerCase();
      return;
    case 'source':
    case 'src':
      mount.Source = value.startsWith('.') ? absolute(value) : value;
      return;
    case 'target':
    case 'dst':
    case 'destination':
      mount.Target = value;
      return;
    case 'readonly':
    case 'ro':
      mount.ReadOnly = boolean(key, value);
      return;
    case 'consistency':
      mount.Consistency = value.toLowerCase();
      return;
    case 'image-subpath':
      (mount.ImageOptions ??= {}).Subpath = value;
      return;
    default:
      if (key.startsWith('bind-')) setBindField(mount, key, value, field);
      else if (key.startsWith('volume-')) setVolumeField(mount, key, value, field);
      else if (key.startsWith('tmpfs-')) setTmpfsField(mount, key, value, field);
      else throw unexpected(key, field);
  }
}

function unexpected(key: string, field: string): Error {
  return new Error(`unexpected key '${key}' in '${field}'`);
}

function boolean(key: string, value: string): boolean {
  try {
    return parseBoolean(value);
  } catch {
    throw new Error(`invalid value for ${key}: ${value}`);
  }
}

function setBindField(mount: Mount, key: string, value: string, field: string): void {
  const bind = bindOptions(mount);
  if (key === 'bind-propagation') bind.Propagation = value.toLowerCase();
  else if (key === 'bind-nonrecursive') bind.NonRecursive = boolean(key, value);
  else if (key === 'bind-recursive') {
    if (value === 'disabled') bind.NonRecursive = true;
    else if (value === 'writable') bind.ReadOnlyNonRecursive = true;
    else if (value === 'readonly') bind.ReadOnlyForceRecursive = true;
    else if (value === 'enabled') {
      if (Object.keys(bind).length === 0) delete mount.BindOptions;
    } else {
      throw new Error(
        `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
      );
    }
  } else throw unexpected(key, field);
}

function setVolumeField(mount: Mount, key: string, value: string, field: string): void {
  const volume = volumeOptions(mount);
  const [name, setting] = cut(value);
  if (key === 'volume-subpath') volume.Subpath = value;
  else if (key === 'volume-nocopy') volume.NoCopy = boolean(key, value);
  else if (key === 'volume-label') {
    if (name !== '') volume.Labels[name] = setting;
  } else if (key === 'volume-driver') volume.DriverConfig.Name = value;
  else if (key === 'volume-opt') {
    const options = (volume.DriverConfig.Options ??= {});
    if (name !== '') options[name] = setting;
  } else throw unexpected(key, field);
}

function setTmpfsField(mount: Mount, key: string, value: string, field: string): void {
  const tmpfs = (mount.TmpfsOptions ??= {});
  try {
    if (key === 'tmpfs-size') tmpfs.SizeBytes = ramInBytes(value);
    else if (key === 'tmpfs-mode') tmpfs.Mode = parseUnsigned(value, 8, 32);
    else throw unexpected(key, field);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('unexpected key')) throw error;
    throw new Error(`invalid value for ${key}: ${value}`);
  }
}

function checkMount(mount: Mount): void {
  if (mount.Type === '') throw new Error('type is required');
  if (mount.Target === '') throw new Error('target is required');
  const mixed = (
    [
      ['VolumeOptions', 'volume'],
      ['ImageOptions', 'image'],
      ['BindOptions', 'bind'],
      ['TmpfsOptions', 'tmpfs'],
    ] as const
  ).find(([options, type]) => mount[options] !== undefined && mount.Type !== type);
  if (mixed !== undefined) {
    throw new Error(`cannot mix '${mixed[1]}-*' options with mount type '${mount.Type}'`);
  }
  const bind = mount.BindOptions;
  if (bind?.ReadOnlyNonRecursive && !mount.ReadOnly) {
    throw new Error(
      "option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction",
    );
  }
  if (bind?.ReadOnlyForceRecursive) {
    const needs = !mount.ReadOnly
      ? 'readonly'
      : bind.Propagation !== 'rprivate'
        ? 'bind-propagation=rprivate'
        : undefined;
    if (needs !== undefined) {
      throw new Error(
        `option 'bind-recursive=readonly' requires '${needs}' to be specified in conjunction`,
      );
    }
  }
}

/** The fields in the order of Docker's Go struct: the order in which JSON shows them. */
function ordered(mount: Mount): Mount {
  const { Type, Source, Target, ReadOnly, Consistency, ...options } = mount;
  return {
    Type,
    ...(Source !== undefined && Source !== '' ? { Source } : {}),
    Target,
    ...(ReadOnly ? { ReadOnly } : {}),
    ...(Consistency !== undefined ? { Consistency } : {}),
    ...(options.BindOptions !== undefined ? { BindOptions: options.BindOptions } : {}),
    ...(options.VolumeOptions !== undefined ? { VolumeOptions: options.VolumeOptions } : {}),
    ...(options.ImageOptions !== undefined ? { ImageOptions: options.ImageOptions } : {}),
    ...(options.TmpfsOptions !== undefined ? { TmpfsOptions: options.TmpfsOptions } : {}),
  };
}
