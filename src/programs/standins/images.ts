/**
 * The registry of the recordings: small images that stand in for those of Docker Hub, all of one busybox and a few scripts.
 *
 * The scenarios that real Docker was recorded with pulled these, under the names of the real ones. Who plays a recording wants them, so that
 * what is compared is Docker, not nginx. Nobody else sees them.
 */
import { bytesBelow, executable, sourceName } from '../../sim/index.ts';
import type { ImageCatalogue } from '../../engine/index.ts';
import { BUSYBOX_BIN, BUSYBOX_SBIN, BUSYBOX_USR_BIN, BUSYBOX_USR_SBIN } from '../bases/unix.ts';
import { catalogueFrom } from '../catalogue.ts';
import { imagesOf, PATH_ENV, type Recipe } from '../image.ts';
import { TreeBuilder } from '../tree.ts';

interface StandIn {
  readonly repository: string;
  readonly tags: readonly string[];
  /** Lines of the Dockerfile after the files and PATH, as the classic builder writes them into the history; with a size when they make a layer. */
  readonly lines: readonly (string | { readonly line: string; readonly bytes: number })[];
  readonly config: Omit<Recipe['config'], 'Env' | 'Labels'> & { readonly Env?: readonly string[] };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly pages?: Readonly<Record<string, string>>;
}

/** What the builder called the folder with busybox and its links, and what it weighs. */
const ROOTFS = '3e4def226b10bcbbe339e1d69015848d766a1da6803972649037f580d7bfa4be';
const ROOTFS_BYTES = 1_980_000;

const NGINX_ENTRYPOINT = `#!/bin/sh
echo "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration"
echo "/docker-entrypoint.sh: Configuration complete; ready for start up"
exec "$@"
`;

const STAND_INS: readonly StandIn[] = [
  {
    repository: 'nginx',
    tags: ['latest', 'alpine', '1.25', '1.10', '1.11'],
    lines: [
      ' ENV NGINX_VERSION=1.25.3',
      ' ENTRYPOINT ["/docker-entrypoint.sh"]',
      ' EXPOSE 80',
      ' STOPSIGNAL SIGQUIT',
      ' CMD ["nginx" "-g" "daemon off;"]',
    ],
    config: {
      Env: ['NGINX_VERSION=1.25.3'],
      Entrypoint: ['/docker-entrypoint.sh'],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
      Cmd: ['nginx', '-g', 'daemon off;'],
    },
    scripts: {
      '/docker-entrypoint.sh': NGINX_ENTRYPOINT,
      '/usr/sbin/nginx': `#!/bin/sh
trap "exit 0" TERM QUIT INT
httpd -f -v -p 80 -h /usr/share/nginx/html & wait
`,
    },
    pages: {
      '/usr/share/nginx/html/index.html':
        '<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>\n',
    },
  },
  {
    repository: 'redis',
    tags: ['latest', '3.0.6', '3.0.7', 'alpine'],
    lines: [
      ' ENV REDIS_VERSION=3.0',
      ' VOLUME [/data]',
      { line: 'WORKDIR /data', bytes: 0 },
      ' ENTRYPOINT ["docker-entrypoint.sh"]',
      ' EXPOSE 6379',
      ' CMD ["redis-server"]',
    ],
    config: {
      Env: ['REDIS_VERSION=3.0'],
      Volumes: { '/data': {} },
      WorkingDir: '/data',
      Entrypoint: ['docker-entrypoint.sh'],
      ExposedPorts: { '6379/tcp': {} },
      Cmd: ['redis-server'],
    },
    scripts: {
      '/usr/local/bin/docker-entrypoint.sh': '#!/bin/sh\nexec "$@"\n',
      '/usr/local/bin/redis-server': `#!/bin/sh
trap "exit 0" TERM INT
echo "1:C # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"
echo "1:M # Server initialized"
echo "1:M * Ready to accept connections"
sleep 2147483 & wait
`,
    },
  },
  {
    repository: 'httpd',
    tags: ['latest', '2.4'],
    lines: [' EXPOSE 80', ' STOPSIGNAL SIGWINCH', ' CMD ["httpd-foreground"]'],
    config: {
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGWINCH',
      Cmd: ['httpd-foreground'],
    },
    scripts: {
      '/usr/local/bin/httpd-foreground': `#!/bin/sh
trap "exit 0" TERM WINCH INT
httpd -f -p 80 -h /usr/local/apache2/htdocs & wait
`,
    },
    pages: {
      '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n',
    },
  },
  shellOnly('alpine', ['latest', '3.18'], '/bin/sh'),
  shellOnly('busybox', ['latest', '1.36'], 'sh'),
  shellOnly('ubuntu', ['latest', '14.04', '22.04'], '/bin/bash'),
  {
    repository: 'hello-world',
    tags: ['latest'],
    lines: [' CMD ["/hello"]'],
    config: { Cmd: ['/hello'] },
    scripts: {
      '/hello': `#!/bin/sh
echo
echo "Hello from Docker!"
echo "This message shows that your installation appears to be working correctly."
`,
    },
  },
];

function shellOnly(repository: string, tags: readonly string[], shell: string): StandIn {
  return { repository, tags, lines: [` CMD ["${shell}"]`], config: { Cmd: [shell] } };
}

/** The recordings' Docker Hub. Made anew for each caller. */
export function standInCatalogue(): ImageCatalogue {
  return catalogueFrom(
    STAND_INS.flatMap((one) => one.tags.map((tag) => recipeOf(one, tag))).flatMap(imagesOf),
    [],
  );
}

function recipeOf(one: StandIn, tag: string): Recipe {
  const own = new TreeBuilder();
  ownFiles(own, one, tag);
  const { Env = [], ...config } = one.config;
  const copied = sourceName([{ path: '/extra', node: own.root }]);
  return {
    repository: one.repository,
    tags: [tag],
    built: '2026-03-01',
    base: {
      name: 'stand-in',
      instructions: [{ by: `/bin/sh -c #(nop) COPY dir:${ROOTFS} in / `, bytes: ROOTFS_BYTES }],
      build: busyboxFiles,
    },
    instructions: [
      { by: `/bin/sh -c #(nop) COPY ${copied} in / `, bytes: bytesBelow(own.root) },
      { by: `/bin/sh -c #(nop)  ENV ${PATH_ENV}` },
      ...one.lines.map((line) =>
        typeof line === 'string'
          ? { by: `/bin/sh -c #(nop) ${line}` }
          : { by: `/bin/sh -c #(nop) ${line.line}`, bytes: line.bytes },
      ),
    ],
    config: { Entrypoint: null, WorkingDir: '', Labels: null, ...config, Env: [PATH_ENV, ...Env] },
    build: (tree) => ownFiles(tree, one, tag),
  };
}

function busyboxFiles(tree: TreeBuilder): void {
  tree.folders('/root', '/tmp', '/usr/bin', '/usr/sbin', '/var/log', '/proc', '/sys', '/dev');
  tree.tools('/bin', `${BUSYBOX_BIN} ${BUSYBOX_SBIN} ${BUSYBOX_USR_BIN} ${BUSYBOX_USR_SBIN}`, 12);
  tree.put('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n').put('/etc/group', 'root:x:0:\n');
}

function ownFiles(tree: TreeBuilder, one: StandIn, tag: string): void {
  tree.put('/etc/image-name', `${one.repository}:${tag}\n`);
  for (const [path, text] of Object.entries(one.scripts ?? {})) tree.put(path, text, 0o755);
  for (const [path, text] of Object.entries(one.pages ?? {})) tree.put(path, text);
  if (one.repository === 'ubuntu') tree.put('/bin/bash', executable('ash', 12));
}
