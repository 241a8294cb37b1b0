/**
 * apk: Alpine's package manager over the packages that the lab has.
 *
 * Real:     apk-tools 2.14.
 * Left out: dependencies, pinning, virtual packages' removal, the cache.
 */
import { executable, sleep, write } from '../../sys.ts';
import type { Process, Program, Sys } from '../../sys.ts';
import { distributionOf, indexOf, isOnline } from './catalogue.ts';

const HOST = 'https://dl-cdn.alpinelinux.org/alpine';
const BASE_PACKAGES = 16;

export const apk: Program = function* (process) {
  const words = process.argv.slice(1);
  const [verb, ...names] = words.filter(
    (word, i) => !word.startsWith('-') && words[i - 1] !== '--virtual' && words[i - 1] !== '-t',
  );
  switch (verb) {
    case 'add':
      return yield* add(process, names, words.includes('--no-cache'));
    case 'del':
      return yield* remove(process, names);
    case 'update':
    case 'upgrade':
      return yield* update(process);
    case 'info':
    case 'list':
      for (const name of installed(process)) yield* write(process.stdout, `${name}\n`);
      return 0;
    case 'search':
      for (const [name, { version }] of Object.entries(indexOf(process)))
        if (names.every((part) => name.includes(part)))
          yield* write(process.stdout, `${name}-${version}\n`);
      return 0;
    default:
      yield* write(
        process.stdout,
        'apk-tools 2.14.9, compiled for x86_64.\n\nusage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n\nPackage installation and removal:\n  add        Add packages to WORLD and commit changes\n  del        Remove packages from WORLD and commit changes\n\nSystem maintenance:\n  update     Update repository indexes\n  upgrade    Install upgrades available from repositories\n\nQuerying package information:\n  info       Give detailed information about packages or repositories\n  list       List packages matching a pattern or other criteria\n  search     Search for packages by name or description\n',
      );
      return verb === undefined ? 1 : 0;
  }
};

/** `v3.22`. */
function series(process: Process): string {
  return `v${distributionOf(process).version.split('.').slice(0, 2).join('.')}`;
}

const WORLD = '/etc/apk/world';
const BASE_WORLD =
  'alpine-baselayout\nalpine-keys\nalpine-release\napk-tools\nbusybox\nmusl-utils\n';

/** The packages that were asked for by name. */
function world({ namespace: { files } }: Process): readonly string[] {
  const text = files.lookup(WORLD)?.type === 'file' ? files.readFile(WORLD) : BASE_WORLD;
  return text.split('\n').filter((name) => name !== '');
}

function installed(process: Process): readonly string[] {
  const index = indexOf(process);
  return world(process).filter((name) => Object.hasOwn(index, name));
}

function setWorld({ namespace: { files } }: Process, names: readonly string[]): void {
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  files.mkdir('/etc/apk', { parents: true });
  files.writeFile(WORLD, sorted.map((name) => `${name}\n`).join(''));
}

/** False when there is no way to the mirror. */
function* fetchIndexes(process: Process): Sys<boolean> {
  for (const part of ['main', 'community']) {
    yield* sleep(180);
    const url = `${HOST}/${series(process)}/${part}`;
    if (!isOnline(process)) {
      yield* write(process.stderr, `WARNING: fetching ${url}: temporary error (try again later)\n`);
      continue;
    }
    yield* write(process.stdout, `fetch ${url}/x86_64/APKINDEX.tar.gz\n`);
  }
  return isOnline(process);
}

function* denied(process: Process): Sys<boolean> {
  if (process.user.uid === 0) return false;
  yield* write(
    process.stderr,
    'ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n',
  );
  return true;
}

function* update(process: Process): Sys<number> {
  if (yield* denied(process)) return 99;
  const isThere = yield* fetchIndexes(process);
  if (!isThere) {
    yield* write(process.stdout, '2 unavailable, 0 stale; 16 distinct packages available\n');
    return 2;
  }
  for (const part of ['main', 'community'])
    yield* write(process.stdout, `${series(process)} [${HOST}/${series(process)}/${part}]\n`);
  yield* write(
    process.stdout,
    `OK: ${Object.keys(indexOf(process)).length + BASE_PACKAGES} distinct packages available\n`,
  );
  return 0;
}

function* add(process: Process, names: readonly string[], isUncached: boolean): Sys<number> {
  if (yield* denied(process)) return 99;
  const { files } = process.namespace;
  const CACHE = '/var/cache/apk/APKINDEX';
  if (isUncached || !files.exists(CACHE)) {
    yield* fetchIndexes(process);
    if (!isUncached && isOnline(process)) {
      files.mkdir('/var/cache/apk', { parents: true });
      files.writeFile(CACHE, '');
    }
  }
  const index = isOnline(process) || files.exists(CACHE) ? indexOf(process) : {};
  const missing = names.filter((name) => !Object.hasOwn(index, name));
  if (missing.length > 0) {
    yield* write(process.stderr, 'ERROR: unable to select packages:\n');
    for (const name of missing)
      yield* write(
        process.stderr,
        `  ${name} (no such package):\n    required by: world[${name}]\n`,
      );
    if (isOnline(process))
      yield* write(
        process.stderr,
        `이 실습실에서는 지원하지 않습니다: ${missing.join(', ')} 패키지. 설치할 수 있는 것은 apk search로 볼 수 있어요.\n`,
      );
    return missing.length;
  }
  const have = installed(process);
  const fresh = names.filter((name) => !have.includes(name));
  let bytes = 8_500_000;
  for (const [i, name] of fresh.entries()) {
    const each = index[name];
    if (!each) continue;
    bytes += each.bytes;
    yield* sleep(60 + Math.floor(each.bytes / 10_000));
    yield* write(
      process.stdout,
      `(${i + 1}/${fresh.length}) Installing ${name} (${each.version})\n`,
    );
    for (const [path, program] of Object.entries(each.executables))
      files.putNode(path, executable(program));
  }
  setWorld(process, [...world(process), ...fresh]);
  if (fresh.length > 0) yield* write(process.stdout, 'Executing busybox-1.37.0-r18.trigger\n');
  yield* write(
    process.stdout,
    `OK: ${Math.round(bytes / 1_048_576)} MiB in ${BASE_PACKAGES + have.length + fresh.length} packages\n`,
  );
  return 0;
}

function* remove(process: Process, names: readonly string[]): Sys<number> {
  if (yield* denied(process)) return 99;
  const have = installed(process);
  const gone = names.filter((name) => have.includes(name));
  for (const [i, name] of gone.entries()) {
    const each = indexOf(process)[name];
    yield* write(process.stdout, `(${i + 1}/${gone.length}) Purging ${name} (${each?.version})\n`);
    for (const path of Object.keys(each?.executables ?? {})) process.namespace.files.remove(path);
  }
  setWorld(
    process,
    world(process).filter((name) => !gone.includes(name)),
  );
  yield* write(
    process.stdout,
    `OK: 8 MiB in ${BASE_PACKAGES + have.length - gone.length} packages\n`,
  );
  return 0;
}
