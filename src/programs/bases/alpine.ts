/**
 * Alpine and busybox: one binary that is every tool.
 *
 * Real: alpinelinux/docker-alpine, docker-library/busybox.
 */
import { BUILDKIT, PATH_ENV, type Base, type Recipe } from '../image.ts';
import type { TreeBuilder } from '../tree.ts';
import {
  accounts,
  BUSYBOX_BIN,
  BUSYBOX_SBIN,
  BUSYBOX_USR_BIN,
  BUSYBOX_USR_SBIN,
  hierarchy,
  type Account,
} from './unix.ts';

interface AlpineRelease {
  readonly version: string;
  readonly bytes: number;
  readonly built: string;
  readonly tags: readonly string[];
}

const ALPINE: readonly AlpineRelease[] = [
  { version: '3.16.9', bytes: 5_560_000, built: '2024-01-27', tags: ['3.16'] },
  { version: '3.17.10', bytes: 7_070_000, built: '2024-09-06', tags: ['3.17'] },
  { version: '3.18.12', bytes: 7_360_000, built: '2025-02-14', tags: ['3.18'] },
  { version: '3.19.9', bytes: 7_400_000, built: '2025-10-08', tags: ['3.19'] },
  { version: '3.20.9', bytes: 7_800_000, built: '2026-01-28', tags: ['3.20', '3.20.9'] },
  { version: '3.21.6', bytes: 7_830_000, built: '2026-01-28', tags: ['3.21', '3.21.6'] },
  { version: '3.22.3', bytes: 8_310_000, built: '2026-01-28', tags: ['3.22', '3.22.3'] },
  {
    version: '3.23.3',
    bytes: 8_440_000,
    built: '2026-01-28',
    tags: ['3.23', '3.23.3', '3', 'latest'],
  },
];

const OWN: readonly Account[] = [
  { name: 'root', uid: 0, home: '/root', shell: '/bin/sh' },
  { name: 'bin', uid: 1, home: '/bin', shell: '/sbin/nologin' },
  { name: 'daemon', uid: 2, home: '/sbin', shell: '/sbin/nologin' },
  { name: 'mail', uid: 8, gid: 12, home: '/var/mail', shell: '/sbin/nologin' },
  { name: 'nobody', uid: 65_534, home: '/', shell: '/sbin/nologin' },
];

export function alpineBase(version: string, own: readonly Account[] = []): Base {
  const release = ALPINE.find((one) => one.version.startsWith(version)) as AlpineRelease;
  return {
    name: `alpine:${release.version}`,
    instructions: [
      {
        by: `ADD alpine-minirootfs-${release.version}-x86_64.tar.gz / # buildkit`,
        comment: BUILDKIT,
        bytes: release.bytes,
      },
      { by: 'CMD ["/bin/sh"]', comment: BUILDKIT },
    ],
    build: (tree) => alpineFiles(tree, release, own),
  };
}

function alpineFiles(tree: TreeBuilder, { version }: AlpineRelease, own: readonly Account[]): void {
  hierarchy(tree);
  accounts(
    tree,
    [...OWN, ...own],
    'adm:4 tty:5 disk:6 wheel:10 www-data:82 users:100 nogroup:65533',
  );
  tree
    .tools('/bin', BUSYBOX_BIN, 12)
    .tools('/sbin', `${BUSYBOX_SBIN} apk`, 12)
    .tools('/usr/bin', `${BUSYBOX_USR_BIN} getent`, 12);
  const series = version.split('.').slice(0, 2).join('.');
  tree.put('/etc/alpine-release', `${version}\n`);
  tree.put(
    '/etc/os-release',
    `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${series}"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n`,
  );
  tree
    .put('/etc/issue', `Welcome to Alpine Linux ${series}\nKernel \\r on an \\m (\\l)\n\n`)
    .put('/etc/motd', 'Welcome to Alpine!\n');
  tree.put(
    '/etc/apk/repositories',
    `https://dl-cdn.alpinelinux.org/alpine/v${series}/main\nhttps://dl-cdn.alpinelinux.org/alpine/v${series}/community\n`,
  );
  tree.link('/var/run', '/run');
}

function alpineRecipe(release: AlpineRelease): Recipe {
  return {
    repository: 'alpine',
    tags: release.tags,
    built: release.built,
    base: alpineBase(release.version),
    instructions: [],
    config: { Env: [PATH_ENV], Cmd: ['/bin/sh'], Entrypoint: null, WorkingDir: '/', Labels: null },
  };
}

const busybox: Recipe = {
  repository: 'busybox',
  tags: ['1.37.0', '1.37', '1', 'latest', 'stable', 'uclibc', 'glibc', 'musl'],
  built: '2024-09-26',
  instructions: [{ by: 'BusyBox 1.37.0 (glibc), Debian 13', bytes: 4_420_000 }],
  config: { Env: [PATH_ENV], Cmd: ['sh'], Entrypoint: null, WorkingDir: '', Labels: null },
  build: (tree) => {
    for (const folder of [
      '/etc',
      '/home',
      '/proc',
      '/dev',
      '/sys',
      '/usr/bin',
      '/usr/sbin',
      '/var/spool/mail',
      '/var/www',
    ])
      tree.folder(folder);
    tree.folder('/tmp').mode = 0o1777;
    tree.folder('/root').mode = 0o700;
    accounts(
      tree,
      [
        ...OWN.filter(({ name }) => name !== 'bin'),
        { name: 'www-data', uid: 33, home: '/var/www', shell: '/bin/false' },
      ],
      'bin:2 sys:3 adm:4 tty:5 disk:6 wheel:10 nogroup:65534',
    );
    tree.tools('/bin', `${BUSYBOX_BIN} ${BUSYBOX_SBIN} ${BUSYBOX_USR_BIN} ${BUSYBOX_USR_SBIN}`, 12);
  },
};

export const alpineRecipes: readonly Recipe[] = [...ALPINE.map(alpineRecipe), busybox];
