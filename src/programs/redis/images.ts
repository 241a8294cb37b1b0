/**
 * The redis images.
 *
 * Real: redis/docker-library-redis (earlier docker-library/redis).
 */
import { alpineBase } from '../bases/alpine.ts';
import { debianBase } from '../bases/debian.ts';
import { BUILDKIT, PATH_ENV, type Instruction, type Recipe } from '../image.ts';

interface Release {
  readonly version: string;
  readonly system: readonly ['debian' | 'alpine', string];
  readonly tags: readonly string[];
  readonly built: string;
  readonly bytes: number;
}

export const redisVersions = ['8.4.0', '7.4.7', '6.2.21', '5.0.14', '3.0.6'];

const RELEASES: readonly Release[] = [
  {
    version: '8.4.0',
    system: ['debian', 'bookworm'],
    tags: ['8.4.0', '8.4', '8', 'latest'],
    built: '2026-02-03',
    bytes: 62_500_000,
  },
  {
    version: '8.4.0',
    system: ['alpine', '3.22'],
    tags: ['8.4.0-alpine', '8.4-alpine', '8-alpine', 'alpine'],
    built: '2026-01-28',
    bytes: 63_100_000,
  },
  {
    version: '7.4.7',
    system: ['debian', 'bookworm'],
    tags: ['7.4.7', '7.4', '7'],
    built: '2026-02-03',
    bytes: 42_300_000,
  },
  {
    version: '7.4.7',
    system: ['alpine', '3.21'],
    tags: ['7.4.7-alpine', '7.4-alpine', '7-alpine'],
    built: '2026-01-28',
    bytes: 33_700_000,
  },
  {
    version: '6.2.21',
    system: ['debian', 'bookworm'],
    tags: ['6.2.21', '6.2', '6'],
    built: '2026-02-03',
    bytes: 36_200_000,
  },
  {
    version: '6.2.21',
    system: ['alpine', '3.21'],
    tags: ['6.2.21-alpine', '6-alpine'],
    built: '2026-01-28',
    bytes: 24_900_000,
  },
  {
    version: '5.0.14',
    system: ['debian', 'bullseye'],
    tags: ['5.0.14', '5.0', '5'],
    built: '2022-07-12',
    bytes: 29_900_000,
  },
  {
    version: '3.0.6',
    system: ['debian', 'jessie'],
    tags: ['3.0.6', '3.0'],
    built: '2016-02-16',
    bytes: 28_700_000,
  },
];

export const redisRecipes: readonly Recipe[] = RELEASES.map((release) => {
  const { version, system, tags, built } = release;
  const [distribution, name] = system;
  const account = {
    name: 'redis',
    uid: 999,
    gid: distribution === 'alpine' ? 1000 : 999,
    home: distribution === 'alpine' ? '/home/redis' : '/home/redis',
    shell: '/bin/sh',
  };
  return {
    repository: 'redis',
    tags,
    built,
    base: distribution === 'alpine' ? alpineBase(name, [account]) : debianBase(name),
    instructions: instructions(release),
    config: {
      ExposedPorts: { '6379/tcp': {} },
      Env: [
        PATH_ENV,
        ...(version.startsWith('8')
          ? []
          : [
              `REDIS_VERSION=${version}`,
              `REDIS_DOWNLOAD_URL=http://download.redis.io/releases/redis-${version}.tar.gz`,
            ]),
      ],
      Cmd: ['redis-server'],
      Entrypoint: [version < '3.2' ? '/entrypoint.sh' : 'docker-entrypoint.sh'],
      Volumes: { '/data': {} },
      WorkingDir: '/data',
      Labels: null,
    },
    build: (tree) => {
      if (distribution === 'debian')
        tree
          .append('/etc/passwd', 'redis:x:999:999::/home/redis:/bin/sh\n')
          .append('/etc/group', 'redis:x:999:\n');
      tree.folder('/data', { uid: 999, gid: account.gid });
      tree.tools(
        '/usr/local/bin',
        `redis-server=redis-server/${version} redis-cli=redis-cli/${version} gosu=unsupported redis-benchmark=unsupported redis-sentinel=unsupported`,
        6_000_000,
      );
      if (version < '3.2') tree.tools('/', 'entrypoint.sh=redis-entrypoint', 600);
      else tree.tools('/usr/local/bin', 'docker-entrypoint.sh=redis-entrypoint', 600);
    },
  };
});

function instructions({ version, bytes }: Release): readonly Instruction[] {
  const line = (by: string, size?: number): Instruction => ({
    by,
    comment: BUILDKIT,
    ...(size === undefined ? {} : { bytes: size }),
  });
  if (version >= '6')
    return [
      line(
        'RUN /bin/sh -c set -eux;  groupadd -r -g 999 redis;  useradd -r -g redis -u 999 redis # buildkit',
        4_300,
      ),
      line(
        'RUN /bin/sh -c set -eux; apt-get update; apt-get install -y --no-install-recommends tzdata ; # buildkit',
        1_280_000,
      ),
      line(`ENV REDIS_VERSION=${version}`),
      line(
        'RUN /bin/sh -c set -eux;   savedAptMark="$(apt-mark showmanual)"; ... make install; # buildkit',
        bytes,
      ),
      line('RUN /bin/sh -c mkdir /data && chown redis:redis /data # buildkit', 0),
      line('VOLUME [/data]'),
      line('WORKDIR /data', 0),
      line('COPY docker-entrypoint.sh /usr/local/bin/ # buildkit', 661),
      line('ENTRYPOINT ["docker-entrypoint.sh"]'),
      line('EXPOSE map[6379/tcp:{}]'),
      line('CMD ["redis-server"]'),
    ];
  const nop = '/bin/sh -c #(nop) ';
  return [
    { by: '/bin/sh -c groupadd -r redis && useradd -r -g redis redis', bytes: 329_000 },
    { by: `${nop} ENV REDIS_VERSION=${version}` },
    { by: "/bin/sh -c buildDeps='gcc libc6-dev make'  && ...", bytes },
    { by: '/bin/sh -c mkdir /data && chown redis:redis /data', bytes: 0 },
    { by: `${nop} VOLUME [/data]` },
    { by: `${nop} WORKDIR /data` },
    {
      by: `${nop} COPY file:9c29fbe8374a97f9c2d7b7f5ddc8f2b4c1b0ed0a4df7d2b8cba87a4a6ae2a6bb in /entrypoint.sh `,
      bytes: 204,
    },
    { by: `${nop} ENTRYPOINT ["${version < '3.2' ? '/entrypoint.sh' : 'docker-entrypoint.sh'}"]` },
    { by: `${nop} EXPOSE 6379` },
    { by: `${nop} CMD ["redis-server"]` },
  ];
}
