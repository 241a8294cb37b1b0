/**
 * The MongoDB images.
 *
 * Real: docker-library/mongo.
 */
import { ubuntu } from '../bases/debian.ts';
import { BUILDKIT, PATH_ENV, type Recipe } from '../image.ts';
import type { Release } from './shell.ts';

interface MongoRelease extends Release {
  readonly ubuntu: string;
  readonly tags: readonly string[];
  readonly built: string;
  readonly bytes: number;
}

export const mongoReleases: readonly MongoRelease[] = [
  {
    version: '8.0.13',
    mongosh: '2.5.8',
    ubuntu: '24.04',
    tags: ['8.0.13', '8.0', '8', 'latest'],
    built: '2026-02-12',
    bytes: 835_000_000,
  },
  {
    version: '7.0.24',
    mongosh: '2.5.8',
    ubuntu: '22.04',
    tags: ['7.0.24', '7.0', '7'],
    built: '2026-02-12',
    bytes: 758_000_000,
  },
  {
    version: '6.0.26',
    mongosh: '2.5.8',
    ubuntu: '22.04',
    tags: ['6.0.26', '6.0', '6'],
    built: '2026-02-12',
    bytes: 683_000_000,
  },
  {
    version: '5.0.31',
    mongosh: '2.3.1',
    ubuntu: '20.04',
    tags: ['5.0.31', '5.0', '5'],
    built: '2024-11-12',
    bytes: 660_000_000,
  },
  {
    version: '4.4.29',
    ubuntu: '20.04',
    tags: ['4.4.29', '4.4', '4'],
    built: '2024-02-28',
    bytes: 366_000_000,
  },
  {
    version: '4.2.24',
    ubuntu: '18.04',
    tags: ['4.2.24', '4.2'],
    built: '2023-05-30',
    bytes: 321_000_000,
  },
  {
    version: '4.0.28',
    ubuntu: '18.04',
    tags: ['4.0.28', '4.0'],
    built: '2022-04-20',
    bytes: 366_000_000,
  },
];

export const mongoRecipes: readonly Recipe[] = mongoReleases.map(
  ({ version, mongosh, ubuntu: system, tags, built, bytes }) => ({
    repository: 'mongo',
    tags,
    built,
    base: ubuntu(system),
    instructions: [
      {
        by: 'RUN /bin/sh -c set -eux;  groupadd --gid 999 --system mongodb;  useradd --uid 999 --system --gid mongodb --home-dir /data/db mongodb; # buildkit',
        comment: BUILDKIT,
        bytes: 1_100,
      },
      {
        by: 'RUN /bin/sh -c set -eux;  apt-get update;  apt-get install -y --no-install-recommends ca-certificates jq numactl procps # buildkit',
        comment: BUILDKIT,
        bytes: 10_400_000,
      },
      {
        by: 'RUN /bin/sh -c mkdir /docker-entrypoint-initdb.d # buildkit',
        comment: BUILDKIT,
        bytes: 0,
      },
      { by: `ENV MONGO_VERSION=${version}`, comment: BUILDKIT },
      {
        by: 'RUN /bin/sh -c set -x  && export DEBIAN_FRONTEND=noninteractive  && apt-get update  && apt-get install -y mongodb-org ... # buildkit',
        comment: BUILDKIT,
        bytes,
      },
      { by: 'VOLUME [/data/db /data/configdb]', comment: BUILDKIT },
      {
        by: 'COPY docker-entrypoint.sh /usr/local/bin/ # buildkit',
        comment: BUILDKIT,
        bytes: 14_100,
      },
      { by: 'ENTRYPOINT ["docker-entrypoint.sh"]', comment: BUILDKIT },
      { by: 'EXPOSE map[27017/tcp:{}]', comment: BUILDKIT },
      { by: 'CMD ["mongod"]', comment: BUILDKIT },
    ],
    config: {
      ExposedPorts: { '27017/tcp': {} },
      Env: [
        PATH_ENV,
        'GOSU_VERSION=1.17',
        'JSYAML_VERSION=3.13.1',
        'MONGO_PACKAGE=mongodb-org',
        'MONGO_REPO=repo.mongodb.org',
        `MONGO_MAJOR=${version.split('.').slice(0, 2).join('.')}`,
        `MONGO_VERSION=${version}`,
      ],
      Cmd: ['mongod'],
      Entrypoint: ['docker-entrypoint.sh'],
      Volumes: { '/data/configdb': {}, '/data/db': {} },
      WorkingDir: '',
      Labels: null,
    },
    build: (tree) => {
      tree
        .append('/etc/passwd', 'mongodb:x:999:999::/data/db:/bin/sh\n')
        .append('/etc/group', 'mongodb:x:999:\n');
      for (const folder of ['/data/db', '/data/configdb'])
        tree.folder(folder, { uid: 999, gid: 999 });
      tree.folder('/docker-entrypoint-initdb.d');
      const shell =
        mongosh === undefined ? `mongo=mongo-shell/${version}` : `mongosh=mongo-shell/${version}`;
      tree.tools(
        '/usr/bin',
        `mongod=mongod/${version} ${shell} mongodump=unsupported mongorestore=unsupported mongoimport=unsupported mongoexport=unsupported`,
        90_000_000,
      );
      tree.tools(
        '/usr/local/bin',
        'docker-entrypoint.sh=mongo-entrypoint gosu=unsupported',
        14_100,
      );
    },
  }),
);
