/**
 * apt: Debian's and Ubuntu's package manager over the packages that the lab has.
 *
 * An image comes without package lists: until `apt-get update` has fetched them, no package is found.
 *
 * Real:     apt 2.7.
 * Left out: dependencies, `apt-cache`'s words, sources of one's own.
 */
import { executable, sleep, write } from '../../sys.ts';
import type { Process, Program, Sys } from '../../sys.ts';
import { toolName } from '../options.ts';
import { distributionOf, indexOf, isOnline } from './catalogue.ts';

const LISTS = '/var/lib/apt/lists';

interface Suite {
  readonly host: string;
  readonly suite: string;
  readonly kilobytes: number;
}

/** Where the lists come from. */
function suitesOf(process: Process): readonly Suite[] {
  const { id, codename } = distributionOf(process);
  if (id === 'debian')
    return [
      { host: 'deb.debian.org/debian', suite: codename, kilobytes: 151 },
      { host: 'deb.debian.org/debian', suite: `${codename}-updates`, kilobytes: 55.4 },
      { host: 'deb.debian.org/debian-security', suite: `${codename}-security`, kilobytes: 48 },
    ];
  return [
    { host: 'archive.ubuntu.com/ubuntu', suite: codename, kilobytes: 256 },
    { host: 'archive.ubuntu.com/ubuntu', suite: `${codename}-updates`, kilobytes: 126 },
    { host: 'security.ubuntu.com/ubuntu', suite: `${codename}-security`, kilobytes: 126 },
  ];
}

/** A machine has its lists from the beginning; a container fetches them. */
function hasLists({ namespace }: Process): boolean {
  return namespace.id === 'host' || namespace.files.exists(`${LISTS}/lock`);
}

/** Steps that end with `Done` on a terminal. */
function step(process: Process, words: string): string {
  return `${words}...${process.stdout.terminal === undefined ? '' : ' Done'}\n`;
}

const reading = (process: Process): string =>
  step(process, 'Reading package lists') +
  step(process, 'Building dependency tree') +
  step(process, 'Reading state information');

/** `apt` and `apt-get`: update, install, remove and list over the packages that the lab knows. */
export const apt: Program = function* (process) {
  const args = process.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  const [verb, ...names] = args;
  const tool = toolName(process);
  if (verb === undefined || verb === 'help') {
    yield* write(process.stdout, `apt 2.7.14 (amd64)\nUsage: ${tool} [options] command\n`);
    return 0;
  }
  if (verb === 'list') return yield* list(process, process.argv.includes('--installed'));
  if (
    ![
      'update',
      'upgrade',
      'install',
      'remove',
      'purge',
      'autoremove',
      'clean',
      'dist-upgrade',
    ].includes(verb)
  ) {
    yield* write(process.stderr, `E: Invalid operation ${verb}\n`);
    return 100;
  }
  if (process.user.uid !== 0) {
    const lock = verb === 'update' ? '/var/lib/apt/lists/lock' : '/var/lib/dpkg/lock-frontend';
    yield* write(
      process.stderr,
      `E: Could not open lock file ${lock} - open (13: Permission denied)\nE: Unable to ${verb === 'update' ? 'lock directory /var/lib/apt/lists/' : `acquire the dpkg frontend lock (${lock}), are you root?`}\n`,
    );
    return 100;
  }
  if (tool === 'apt')
    yield* write(
      process.stderr,
      '\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n',
    );
  if (verb === 'update') return yield* update(process);
  if (verb === 'install') return yield* install(process, names);
  if (verb === 'remove' || verb === 'purge') return yield* remove(process, names);
  yield* write(
    process.stdout,
    verb === 'clean'
      ? ''
      : `${reading(process)}0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`,
  );
  return 0;
};

function* list(process: Process, onlyInstalled: boolean): Sys<number> {
  yield* write(process.stdout, 'Listing...\n');
  const { codename } = distributionOf(process);
  if (!hasLists(process)) return 0;
  for (const [name, { version }] of Object.entries(indexOf(process))) {
    const is = isInstalled(process, name);
    if (is || !onlyInstalled)
      yield* write(
        process.stdout,
        `${name}/${codename} ${version} amd64${is ? ' [installed]' : ''}\n`,
      );
  }
  return 0;
}

function* update(process: Process): Sys<number> {
  const suites = suitesOf(process);
  const word = hasLists(process) ? 'Hit' : 'Get';
  let number = 0;
  for (const { host, suite, kilobytes } of suites) {
    number++;
    yield* sleep(250);
    if (!isOnline(process)) {
      yield* write(process.stdout, `Ign:${number} http://${host} ${suite} InRelease\n`);
      continue;
    }
    const size = word === 'Get' ? ` [${kilobytes} kB]` : '';
    yield* write(process.stdout, `${word}:${number} http://${host} ${suite} InRelease${size}\n`);
  }
  if (!isOnline(process)) {
    const names = suites.map(({ host, suite }) => {
      const [name = ''] = host.split('/');
      return `W: Failed to fetch http://${host}/dists/${suite}/InRelease  Temporary failure resolving '${name}'\n`;
    });
    yield* write(process.stdout, step(process, 'Reading package lists'));
    yield* write(
      process.stderr,
      `${names.join('')}W: Some index files failed to download. They have been ignored, or old ones used instead.\n`,
    );
    return 0;
  }
  if (word === 'Get') {
    const [first] = suites;
    yield* sleep(900);
    yield* write(
      process.stdout,
      `Get:${number + 1} http://${first?.host} ${first?.suite}/main amd64 Packages [8790 kB]\nFetched 9044 kB in 2s (4522 kB/s)\n`,
    );
    process.namespace.files.mkdir(LISTS, { parents: true });
    process.namespace.files.writeFile(`${LISTS}/lock`, '');
  }
  yield* write(process.stdout, step(process, 'Reading package lists'));
  return 0;
}

function isInstalled(process: Process, name: string): boolean {
  const paths = Object.keys(indexOf(process)[name]?.executables ?? {});
  return paths.length > 0 && paths.every((path) => process.namespace.files.exists(path));
}

function* install(process: Process, names: readonly string[]): Sys<number> {
  yield* write(process.stdout, reading(process));
  const index = hasLists(process) ? indexOf(process) : {};
  const missing = names.filter((name) => !(name in index));
  if (missing.length > 0) {
    for (const name of missing)
      yield* write(process.stderr, `E: Unable to locate package ${name}\n`);
    if (hasLists(process))
      yield* write(
        process.stderr,
        `이 실습실에서는 지원하지 않습니다: ${missing.join(', ')} 패키지. 설치할 수 있는 것은 apt list로 볼 수 있어요.\n`,
      );
    return 100;
  }
  const fresh: string[] = [];
  for (const name of names)
    if (isInstalled(process, name))
      yield* write(
        process.stdout,
        `${name} is already the newest version (${index[name]?.version ?? ''}).\n`,
      );
    else fresh.push(name);
  if (fresh.length === 0) {
    yield* write(
      process.stdout,
      '0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n',
    );
    return 0;
  }
  const bytes = fresh.reduce((sum, name) => sum + (index[name]?.bytes ?? 0), 0);
  yield* write(
    process.stdout,
    `The following NEW packages will be installed:\n  ${fresh.join(' ')}\n0 upgraded, ${fresh.length} newly installed, 0 to remove and 0 not upgraded.\nNeed to get ${Math.ceil(bytes / 1000)} kB of archives.\n`,
  );
  const [first] = suitesOf(process);
  const archive = `${first?.host} ${first?.suite}/main`;
  for (const [number, name] of fresh.entries()) {
    yield* sleep(300 + Math.floor((index[name]?.bytes ?? 0) / 2_000));
    yield* write(
      process.stdout,
      `Get:${number + 1} http://${archive} amd64 ${name} amd64 ${index[name]?.version ?? ''} [${Math.ceil((index[name]?.bytes ?? 0) / 1000)} kB]\n`,
    );
  }
  for (const name of fresh) {
    yield* sleep(200);
    yield* write(
      process.stdout,
      `Selecting previously unselected package ${name}.\nUnpacking ${name} (${index[name]?.version ?? ''}) ...\nSetting up ${name} (${index[name]?.version ?? ''}) ...\n`,
    );
    for (const [path, program] of Object.entries(index[name]?.executables ?? {}))
      if (!process.namespace.files.exists(path))
        process.namespace.files.putNode(path, executable(program));
  }
  return 0;
}

function* remove(process: Process, names: readonly string[]): Sys<number> {
  yield* write(process.stdout, reading(process));
  for (const name of names) {
    if (!isInstalled(process, name)) {
      yield* write(process.stdout, `Package '${name}' is not installed, so not removed\n`);
      continue;
    }
    for (const path of Object.keys(indexOf(process)[name]?.executables ?? {}))
      process.namespace.files.remove(path);
    yield* write(
      process.stdout,
      `Removing ${name} (${indexOf(process)[name]?.version ?? ''}) ...\n`,
    );
  }
  return 0;
}
