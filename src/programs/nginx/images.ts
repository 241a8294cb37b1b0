/**
 * The nginx images, as they came out over the years: Debian and Alpine, with and without the entry point script.
 *
 * Real: nginx/docker-nginx (mainline, stable), pkg-oss.
 */
import { alpineBase } from '../bases/alpine.ts';
import { debianBase } from '../bases/debian.ts';
import { BUILDKIT, PATH_ENV, type Instruction, type Recipe } from '../image.ts';
import type { TreeBuilder } from '../tree.ts';
import { isAtLeast, nginxFiles } from './files.ts';
import { programName } from './releases.ts';

export interface Release {
  readonly version: string;
  /** `debian bookworm`, `alpine 3.21`. */
  readonly system: readonly ['debian' | 'alpine', string];
  readonly tags: readonly string[];
  readonly built: string;
  readonly bytes: number;
  readonly njs?: string;
}

/** Newest first. */
export const nginxReleases: readonly Release[] = [
  {
    version: '1.29.5',
    system: ['debian', 'trixie'],
    tags: ['1.29.5', '1.29', '1', 'latest', 'mainline'],
    built: '2026-02-05',
    bytes: 82_000_000,
    njs: '0.9.5',
  },
  {
    version: '1.29.5',
    system: ['alpine', '3.23'],
    tags: ['1.29.5-alpine', '1.29-alpine', 'alpine', 'mainline-alpine'],
    built: '2026-02-05',
    bytes: 53_700_000,
    njs: '0.9.5',
  },
  {
    version: '1.28.2',
    system: ['debian', 'bookworm'],
    tags: ['1.28.2', '1.28', 'stable'],
    built: '2026-02-05',
    bytes: 117_000_000,
    njs: '0.8.10',
  },
  {
    version: '1.28.2',
    system: ['alpine', '3.23'],
    tags: ['1.28.2-alpine', '1.28-alpine', 'stable-alpine'],
    built: '2026-02-05',
    bytes: 39_800_000,
    njs: '0.8.10',
  },
  {
    version: '1.27.5',
    system: ['debian', 'bookworm'],
    tags: ['1.27.5', '1.27'],
    built: '2025-04-16',
    bytes: 117_000_000,
    njs: '0.8.10',
  },
  {
    version: '1.27.5',
    system: ['alpine', '3.21'],
    tags: ['1.27.5-alpine', '1.27-alpine'],
    built: '2025-04-16',
    bytes: 40_100_000,
    njs: '0.8.10',
  },
  {
    version: '1.26.3',
    system: ['debian', 'bookworm'],
    tags: ['1.26.3', '1.26'],
    built: '2025-02-05',
    bytes: 117_000_000,
    njs: '0.8.9',
  },
  {
    version: '1.25.5',
    system: ['debian', 'bookworm'],
    tags: ['1.25.5', '1.25'],
    built: '2024-04-16',
    bytes: 113_000_000,
    njs: '0.8.4',
  },
  {
    version: '1.25.5',
    system: ['alpine', '3.19'],
    tags: ['1.25.5-alpine', '1.25-alpine'],
    built: '2024-04-16',
    bytes: 35_300_000,
    njs: '0.8.4',
  },
  {
    version: '1.24.0',
    system: ['debian', 'bullseye'],
    tags: ['1.24.0', '1.24'],
    built: '2023-04-11',
    bytes: 61_200_000,
    njs: '0.7.12',
  },
  {
    version: '1.24.0',
    system: ['alpine', '3.17'],
    tags: ['1.24.0-alpine', '1.24-alpine'],
    built: '2023-04-11',
    bytes: 34_100_000,
    njs: '0.7.12',
  },
  {
    version: '1.23.4',
    system: ['debian', 'bullseye'],
    tags: ['1.23.4', '1.23'],
    built: '2023-03-28',
    bytes: 61_200_000,
    njs: '0.7.11',
  },
  {
    version: '1.23.1',
    system: ['alpine', '3.16'],
    tags: ['1.23.1-alpine'],
    built: '2022-08-09',
    bytes: 17_900_000,
    njs: '0.7.6',
  },
  {
    version: '1.22.1',
    system: ['debian', 'bullseye'],
    tags: ['1.22.1', '1.22'],
    built: '2022-10-19',
    bytes: 61_100_000,
    njs: '0.7.7',
  },
  {
    version: '1.21.6',
    system: ['debian', 'bullseye'],
    tags: ['1.21.6', '1.21'],
    built: '2022-01-25',
    bytes: 61_100_000,
    njs: '0.7.2',
  },
  {
    version: '1.20.2',
    system: ['debian', 'bullseye'],
    tags: ['1.20.2', '1.20'],
    built: '2021-11-16',
    bytes: 60_900_000,
    njs: '0.7.0',
  },
  {
    version: '1.19.10',
    system: ['debian', 'buster'],
    tags: ['1.19.10', '1.19'],
    built: '2021-04-13',
    bytes: 63_700_000,
    njs: '0.5.3',
  },
  {
    version: '1.14.2',
    system: ['debian', 'stretch'],
    tags: ['1.14.2', '1.14'],
    built: '2018-12-04',
    bytes: 53_900_000,
    njs: '0.2.6',
  },
  {
    version: '1.11.13',
    system: ['debian', 'jessie'],
    tags: ['1.11.13', '1.11'],
    built: '2017-04-04',
    bytes: 59_000_000,
  },
  {
    version: '1.10.3',
    system: ['debian', 'jessie'],
    tags: ['1.10.3', '1.10'],
    built: '2017-01-31',
    bytes: 58_100_000,
  },
];

export const nginxRecipes: readonly Recipe[] = nginxReleases.map(recipe);

function recipe(release: Release): Recipe {
  const { version, system, tags, built } = release;
  const [distribution, name] = system;
  const isScripted = isAtLeast(version, 1, 19);
  const account = {
    name: 'nginx',
    uid: isScripted ? 101 : 104,
    gid: isScripted ? 101 : 107,
    home: '/var/cache/nginx',
    shell: distribution === 'alpine' ? '/sbin/nologin' : '/bin/false',
  };
  const base = distribution === 'alpine' ? alpineBase(name, [account]) : debianBase(name);
  return {
    repository: 'nginx',
    tags,
    built,
    base,
    instructions: instructions(release, isScripted),
    config: {
      ExposedPorts: isAtLeast(version, 1, 11, 14)
        ? { '80/tcp': {} }
        : { '443/tcp': {}, '80/tcp': {} },
      Env: [PATH_ENV, ...environment(release)],
      Cmd: ['nginx', '-g', 'daemon off;'],
      Entrypoint: isScripted ? ['/docker-entrypoint.sh'] : null,
      WorkingDir: distribution === 'alpine' ? '/' : '',
      Labels: isAtLeast(version, 1, 13)
        ? { maintainer: 'NGINX Docker Maintainers <docker-maint@nginx.com>' }
        : {},
      ...(isScripted
        ? { StopSignal: 'SIGQUIT' }
        : isAtLeast(version, 1, 11, 10)
          ? { StopSignal: isAtLeast(version, 1, 13) ? 'SIGTERM' : 'SIGQUIT' }
          : {}),
    },
    build: (tree) => {
      if (distribution === 'debian')
        tree
          .append(
            '/etc/passwd',
            `nginx:x:${account.uid}:${account.gid}:nginx user,,,:${account.home}:${account.shell}\n`,
          )
          .append('/etc/group', `nginx:x:${account.gid}:\n`);
      nginxFiles(tree, { version, uid: account.uid });
      tree.tools('/usr/sbin', `nginx=${programName(version, name)}`, 1_400_000);
      if (isScripted) scripts(tree, version);
      if (distribution === 'debian' && isAtLeast(version, 1, 19))
        tree.tools('/usr/bin', 'curl envsubst=unsupported openssl=unsupported');
      if (distribution === 'alpine') tree.tools('/usr/bin', 'curl envsubst=unsupported');
    },
  };
}

function environment({ version, njs, system }: Release): readonly string[] {
  if (njs === undefined) return [`NGINX_VERSION=${version}-1~${system[1]}`];
  const release = system[0] === 'alpine' ? '1' : `1~${system[1]}`;
  const dynamic = isAtLeast(version, 1, 27, 3) ? [`DYNPKG_RELEASE=${release}`] : [];
  const acme = isAtLeast(version, 1, 29, 2) ? ['ACME_VERSION=0.3.1'] : [];
  return [
    `NGINX_VERSION=${version}`,
    `NJS_VERSION=${njs}`,
    `NJS_RELEASE=${release}`,
    ...acme,
    `PKG_RELEASE=${release}`,
    ...dynamic,
  ];
}

/** The scripts of /docker-entrypoint.d by the version that brought them. */
export function startScripts(version: string): readonly string[] {
  return [
    '10-listen-on-ipv6-by-default.sh',
    ...(isAtLeast(version, 1, 23, 4) ? ['15-local-resolvers.envsh'] : []),
    '20-envsubst-on-templates.sh',
    ...(isAtLeast(version, 1, 19, 10) ? ['30-tune-worker-processes.sh'] : []),
  ];
}

function scripts(tree: TreeBuilder, version: string): void {
  tree.tools('/', 'docker-entrypoint.sh=nginx-entrypoint', 1_000);
  for (const name of startScripts(version))
    tree.tools('/docker-entrypoint.d', `${name}=nginx-start-script`, 2_000);
}

function instructions(release: Release, isScripted: boolean): readonly Instruction[] {
  const { version, bytes, system } = release;
  if (!isAtLeast(version, 1, 24)) return classic(release, isScripted);
  const line = (by: string, size?: number): Instruction => ({
    by,
    comment: BUILDKIT,
    ...(size === undefined ? {} : { bytes: size }),
  });
  const user =
    system[0] === 'alpine' ? 'addgroup -g 101 -S nginx' : 'groupadd --system --gid 101 nginx';
  return [
    line('LABEL maintainer=NGINX Docker Maintainers <docker-maint@nginx.com>'),
    ...environment(release).map((entry) => line(`ENV ${entry}`)),
    line(`RUN /bin/sh -c set -x     && ${user}     && ... # buildkit`, bytes),
    line('COPY docker-entrypoint.sh / # buildkit', 1_620),
    ...startScripts(version).map((name, i) =>
      line(`COPY ${name} /docker-entrypoint.d # buildkit`, [2_125, 389, 3_018, 4_619][i] ?? 1_000),
    ),
    line('ENTRYPOINT ["/docker-entrypoint.sh"]'),
    line('EXPOSE map[80/tcp:{}]'),
    line('STOPSIGNAL SIGQUIT'),
    line('CMD ["nginx" "-g" "daemon off;"]'),
  ];
}

/** What the builder before BuildKit wrote. */
function classic(release: Release, isScripted: boolean): readonly Instruction[] {
  const nop = '/bin/sh -c #(nop) ';
  const copied = isScripted
    ? [
        {
          by: `${nop}COPY file:65504f71f5855ca017fb64d502ce873a31b2e0decd75297a8fb0a287f97acf92 in / `,
          bytes: 1_202,
        },
        ...startScripts(release.version).map((name) => ({
          by: `${nop}COPY file:${name.length}b11c00b73bb6aa37974391cb19a09964e63abbeb4ee79c01b634ad44 in /docker-entrypoint.d `,
          bytes: 1_961,
        })),
      ]
    : [
        {
          by: '/bin/sh -c ln -sf /dev/stdout /var/log/nginx/access.log  && ln -sf /dev/stderr /var/log/nginx/error.log',
          bytes: 22,
        },
      ];
  return [
    { by: `${nop} LABEL maintainer=NGINX Docker Maintainers <docker-maint@nginx.com>` },
    ...environment(release).map((entry) => ({ by: `${nop} ENV ${entry}` })),
    {
      by: '/bin/sh -c set -x     && addgroup --system --gid 101 nginx     && ...',
      bytes: release.bytes,
    },
    ...copied,
    ...(isScripted ? [{ by: `${nop} ENTRYPOINT ["/docker-entrypoint.sh"]` }] : []),
    { by: `${nop} EXPOSE 80` },
    ...(isScripted ? [{ by: `${nop} STOPSIGNAL SIGQUIT` }] : []),
    { by: `${nop} CMD ["nginx" "-g" "daemon off;"]` },
  ];
}
