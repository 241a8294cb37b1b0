/**
 * The images of cAdvisor: the old one of Docker Hub, and the one of Google's registry that is still built.
 *
 * Real: google/cadvisor deploy/Dockerfile.
 */
import { alpineBase } from '../bases/alpine.ts';
import { BUILDKIT, PATH_ENV, type Recipe } from '../image.ts';

interface Release {
  readonly repository: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly built: string;
  readonly bytes: number;
  readonly hasHealthcheck: boolean;
}

export const cadvisorReleases: readonly Release[] = [
  {
    repository: 'google/cadvisor',
    version: 'v0.33.0',
    tags: ['latest', 'v0.33.0'],
    built: '2019-02-26',
    bytes: 26_700_000,
    hasHealthcheck: false,
  },
  {
    repository: 'gcr.io/cadvisor/cadvisor',
    version: 'v0.49.1',
    tags: ['v0.49.1', 'latest'],
    built: '2024-03-08',
    bytes: 43_900_000,
    hasHealthcheck: true,
  },
];

const SECOND_NS = 1_000_000_000;

export const cadvisorRecipes: readonly Recipe[] = cadvisorReleases.map((release) => ({
  repository: release.repository,
  tags: release.tags,
  built: release.built,
  base: alpineBase('3.16'),
  instructions: [
    {
      by: 'RUN /bin/sh -c apk --no-cache add libc6-compat device-mapper findutils zfs && apk --no-cache add thin-provisioning-tools # buildkit',
      comment: BUILDKIT,
      bytes: 29_100_000,
    },
    {
      by: 'COPY /go/bin/cadvisor /usr/bin/cadvisor # buildkit',
      comment: BUILDKIT,
      bytes: release.bytes,
    },
    { by: 'EXPOSE map[8080/tcp:{}]', comment: BUILDKIT },
    { by: 'ENTRYPOINT ["/usr/bin/cadvisor" "-logtostderr"]', comment: BUILDKIT },
  ],
  config: {
    ExposedPorts: { '8080/tcp': {} },
    Env: [PATH_ENV],
    Cmd: null,
    Entrypoint: ['/usr/bin/cadvisor', '-logtostderr'],
    WorkingDir: '/',
    Labels: null,
    ...(release.hasHealthcheck
      ? {
          Healthcheck: {
            Test: [
              'CMD-SHELL',
              'wget --quiet --tries=1 --spider http://localhost:8080/healthz || exit 1',
            ],
            Interval: 30 * SECOND_NS,
            Timeout: 3 * SECOND_NS,
          },
        }
      : {}),
  },
  build: (tree) =>
    void tree.tools('/usr/bin', `cadvisor=cadvisor/${release.version}`, release.bytes),
}));
