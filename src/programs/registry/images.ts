/**
 * The registry images: Docker's own store for images.
 *
 * Real: distribution/distribution-library-image.
 */
import { alpineBase } from '../bases/alpine.ts';
import { BUILDKIT, PATH_ENV, type Recipe } from '../image.ts';

interface Release {
  readonly version: string;
  readonly alpine: string;
  readonly tags: readonly string[];
  readonly built: string;
  readonly bytes: number;
}

export const registryReleases: readonly Release[] = [
  {
    version: '3.0.0',
    alpine: '3.21',
    tags: ['3.0.0', '3.0', '3', 'latest'],
    built: '2026-01-28',
    bytes: 50_400_000,
  },
  {
    version: '2.8.3',
    alpine: '3.18',
    tags: ['2.8.3', '2.8', '2'],
    built: '2023-10-03',
    bytes: 18_400_000,
  },
  {
    version: '2.7.1',
    alpine: '3.16',
    tags: ['2.7.1', '2.7'],
    built: '2021-04-14',
    bytes: 20_600_000,
  },
  {
    version: '2.6.2',
    alpine: '3.16',
    tags: ['2.6.2', '2.6'],
    built: '2018-10-16',
    bytes: 28_900_000,
  },
];

export const registryRecipes: readonly Recipe[] = registryReleases.map(
  ({ version, alpine, tags, built, bytes }) => {
    const isNew = version >= '3';
    const config = isNew ? '/etc/distribution/config.yml' : '/etc/docker/registry/config.yml';
    return {
      repository: 'registry',
      tags,
      built,
      base: alpineBase(alpine),
      instructions: [
        {
          by: 'RUN /bin/sh -c apk add --no-cache ca-certificates # buildkit',
          comment: BUILDKIT,
          bytes: 600_000,
        },
        { by: 'COPY ./registry /bin/registry # buildkit', comment: BUILDKIT, bytes },
        { by: `COPY ./config-example.yml ${config} # buildkit`, comment: BUILDKIT, bytes: 295 },
        { by: 'VOLUME [/var/lib/registry]', comment: BUILDKIT },
        { by: 'EXPOSE map[5000/tcp:{}]', comment: BUILDKIT },
        {
          by: 'COPY docker-entrypoint.sh /entrypoint.sh # buildkit',
          comment: BUILDKIT,
          bytes: 155,
        },
        { by: 'ENTRYPOINT ["/entrypoint.sh"]', comment: BUILDKIT },
        { by: `CMD ["${config}"]`, comment: BUILDKIT },
      ],
      config: {
        ExposedPorts: { '5000/tcp': {} },
        Env: [PATH_ENV, ...(isNew ? ['OTEL_TRACES_EXPORTER=none'] : [])],
        Cmd: [config],
        Entrypoint: ['/entrypoint.sh'],
        Volumes: { '/var/lib/registry': {} },
        WorkingDir: '/',
        Labels: null,
      },
      build: (tree) => {
        tree.put(config, CONFIG);
        tree.tools('/bin', `registry=registry/${version}`, bytes);
        tree.tools('/', 'entrypoint.sh=registry-entrypoint', 155);
        tree.folder('/var/lib/registry');
      },
    };
  },
);

const CONFIG = `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;
