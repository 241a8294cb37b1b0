/**
 * Named and anonymous volumes: folders of the machine that outlive containers.
 *
 * Real:     moby volume/local/local.go, volume/service/{service,store}.go.
 * Left out: volume plugins, driver options of type nfs/tmpfs (kept and shown, not acted on), cluster volumes.
 */
import { bytesBelow, rfc3339, type Machine } from '../../sim/index.ts';
import type { StringMap, Volume, VolumeCreateRequest } from '../api/types.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import type { Events } from '../events.ts';

interface VolumeRecord {
  readonly name: string;
  readonly createdUnixMs: number;
  readonly labels: StringMap | null;
  readonly options: StringMap | null;
  readonly isAnonymous: boolean;
}

const KEY = 'docker/volumes';
const ROOT = '/var/lib/docker/volumes';
export const ANONYMOUS_LABEL = 'com.docker.volume.anonymous';

export interface VolumesOptions {
  readonly machine: Machine;
  readonly events: Events;
  /** IDs of the containers that refer to a volume, whatever their state. */
  readonly usersOf: (name: string) => readonly string[];
  readonly labelsAnonymous: boolean;
}

export class Volumes {
  readonly #options: VolumesOptions;
  #records = new Map<string, VolumeRecord>();

  constructor(options: VolumesOptions) {
    this.#options = options;
  }

  load(): void {
    this.#records = new Map(
      (this.#options.machine.disk.read(KEY) as [string, VolumeRecord][] | undefined) ?? [],
    );
  }

  /** Makes a volume, or gives the one of that name. Without a name: an anonymous one. */
  create(request: VolumeCreateRequest, options: { readonly isAnonymous?: boolean } = {}): Volume {
    const isAnonymous = options.isAnonymous ?? !request.Name;
    const name =
      request.Name ||
      this.#options.machine.world.random(`volumes/${this.#options.machine.name}`).hex(64);
    const known = this.#records.get(name);
    if (known) return this.#describe(known);
    checkName(name);
    const labels =
      isAnonymous && this.#options.labelsAnonymous
        ? { [ANONYMOUS_LABEL]: '', ...request.Labels }
        : orNull(request.Labels);
    const record: VolumeRecord = {
      name,
      createdUnixMs: this.#options.machine.world.unixMs,
      labels,
      options: orNull(request.DriverOpts),
      isAnonymous,
    };
    this.#records.set(name, record);
    this.#save();
    this.#options.machine.files.mkdir(mountpoint(name), { parents: true });
    this.#emit('create', name, {});
    return this.#describe(record);
  }

  has(name: string): boolean {
    return this.#records.has(name);
  }

  get(name: string): Volume {
    const record = this.#records.get(name);
    if (!record) throw notFound(`get ${name}: no such volume`);
    return this.#describe(record);
  }

  isAnonymous(name: string): boolean {
    return this.#records.get(name)?.isAnonymous ?? false;
  }

  list(filters: ReadonlyMap<string, readonly string[]>): readonly Volume[] {
    return [...this.#records.values()]
      .filter((record) => this.#passes(record, filters))
      .map((record) => this.#describe(record));
  }

  remove(name: string, isForced: boolean): void {
    if (!this.#records.has(name)) {
      if (isForced) return;
      throw notFound(`get ${name}: no such volume`);
    }
    const users = this.#options.usersOf(name);
    if (users.length > 0)
      throw conflict(`remove ${name}: volume is in use - [${users.join(', ')}]`);
    this.#drop(name);
    this.#emit('destroy', name, {});
  }

  #drop(name: string): void {
    const { files } = this.#options.machine;
    if (files.exists(`${ROOT}/${name}`)) files.remove(`${ROOT}/${name}`, { recursive: true });
    this.#records.delete(name);
    this.#save();
  }

  /** Removes what nobody uses: anonymous ones, or all. */
  prune(
    filters: ReadonlyMap<string, readonly string[]>,
    all: boolean,
  ): { readonly names: readonly string[]; readonly bytes: number } {
    const names: string[] = [];
    let bytes = 0;
    for (const record of [...this.#records.values()]) {
      if (this.#options.usersOf(record.name).length > 0 || (!all && !record.isAnonymous)) continue;
      if (!this.#passes(record, filters)) continue;
      bytes += this.bytes(record.name);
      this.#drop(record.name);
      names.push(record.name);
    }
    this.#options.events.emit({
      type: 'volume',
      action: 'prune',
      id: '',
      attributes: { reclaimed: String(bytes) },
    });
    return { names, bytes };
  }

  bytes(name: string): number {
    const node = this.#options.machine.files.lookup(mountpoint(name));
    return node ? bytesBelow(node) : 0;
  }

  mounted(name: string, container: string, attributes: StringMap): void {
    this.#emit('mount', name, { container, ...attributes });
  }

  unmounted(name: string, container: string): void {
    this.#emit('unmount', name, { container });
  }

  #passes(record: VolumeRecord, filters: ReadonlyMap<string, readonly string[]>): boolean {
    for (const [key, values] of filters) {
      if (!['name', 'label', 'label!', 'driver', 'dangling', 'all'].includes(key))
        throw badRequest(`invalid filter '${key}'`);
      if (key === 'all' || values.length === 0) continue;
      if (key === 'dangling') {
        const isDangling = this.#options.usersOf(record.name).length === 0;
        if (isDangling !== /^(1|t|true)$/i.test(values[0] ?? '')) return false;
        continue;
      }
      const holds = values.some((value) =>
        key === 'name'
          ? record.name.includes(value)
          : key === 'driver'
            ? value === 'local'
            : hasLabel(record.labels, value),
      );
      if (holds === (key === 'label!')) return false;
    }
    return true;
  }

  #describe(record: VolumeRecord): Volume {
    return {
      CreatedAt: rfc3339(record.createdUnixMs),
      Driver: 'local',
      Labels: record.labels,
      Mountpoint: mountpoint(record.name),
      Name: record.name,
      Options: record.options,
      Scope: 'local',
    };
  }

  #emit(action: string, name: string, attributes: StringMap): void {
    this.#options.events.emit({
      type: 'volume',
      action,
      id: name,
      attributes: { ...attributes, driver: 'local' },
    });
  }

  #save(): void {
    this.#options.machine.disk.write(KEY, [...this.#records]);
  }
}

export function mountpoint(name: string): string {
  return `${ROOT}/${name}/_data`;
}

function orNull(map: StringMap | null | undefined): StringMap | null {
  return map && Object.keys(map).length > 0 ? map : null;
}

/** `a` or `a=b` among labels. */
export function hasLabel(labels: StringMap | null | undefined, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  const name = equals < 0 ? wanted : wanted.slice(0, equals);
  const value = labels?.[name];
  return value !== undefined && (equals < 0 || value === wanted.slice(equals + 1));
}

function checkName(name: string): void {
  if (name.length === 1)
    throw badRequest(
      `create ${name}: volume name is too short, names should be at least two alphanumeric characters`,
    );
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
    throw badRequest(
      `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
    );
}
