/**
 * The mysql and mariadb images.
 *
 * Real: docker-library/mysql (Oracle Linux; 5.7-debian on buster), MariaDB/mariadb-docker (Ubuntu).
 */
import type { Program } from '../../sim/index.ts';
import { debianBase, ubuntu } from '../bases/debian.ts';
import { debianAccounts, ESSENTIAL_BIN, ESSENTIAL_USR_BIN, hierarchy } from '../bases/unix.ts';
import { BUILDKIT, PATH_ENV, type Base, type Instruction, type Recipe } from '../image.ts';
import type { TreeBuilder } from '../tree.ts';
import { mysqladmin, mysqlUpgrade } from './admin.ts';
import { mysqlClient } from './client.ts';
import { mysqldump } from './dump.ts';
import { mysqlEntrypoint } from './entrypoint.ts';
import { isAtLeast, mariadbReleases, mysqlReleases, type Release } from './releases.ts';
import { mysqldProgram } from './server.ts';

const releases = [...mysqlReleases, ...mariadbReleases];

function idOf({ product, version }: Release): string {
  return `${product}/${version}`;
}

export const mysqlPrograms: readonly (readonly [string, Program])[] = releases.flatMap(
  (release) => [
    [`mysqld/${idOf(release)}`, mysqldProgram(release)] as const,
    [`mysql/${idOf(release)}`, mysqlClient(release)] as const,
    [`mysqladmin/${idOf(release)}`, mysqladmin(release)] as const,
    [`mysqldump/${idOf(release)}`, mysqldump(release)] as const,
    [`mysql-upgrade/${idOf(release)}`, mysqlUpgrade(release)] as const,
    [`mysql-entrypoint/${idOf(release)}`, mysqlEntrypoint(release)] as const,
  ],
);

export const mysqlRecipes: readonly Recipe[] = releases.map((release) => ({
  repository: release.product,
  tags: release.tags,
  built: release.built,
  base:
    release.base === 'oracle'
      ? oracle(isAtLeast(release, '8.0.0') ? '9' : '7')
      : release.base === 'buster'
        ? debianBase('buster')
        : ubuntu(release.ubuntu ?? '22.04'),
  instructions:
    release.product === 'mysql' ? mysqlInstructions(release) : mariadbInstructions(release),
  config: {
    ExposedPorts: Object.fromEntries(
      (release.product === 'mysql' ? ['3306/tcp', '33060/tcp'] : ['3306/tcp']).map((port) => [
        port,
        {},
      ]),
    ),
    Env: environment(release),
    Cmd: [release.product === 'mariadb' && isAtLeast(release, '10.6.0') ? 'mariadbd' : 'mysqld'],
    Entrypoint: ['docker-entrypoint.sh'],
    Volumes: { '/var/lib/mysql': {} },
    WorkingDir: '',
    Labels: null,
  },
  build: (tree) => files(tree, release),
}));

function environment({ product, version, packaged }: Release): readonly string[] {
  if (product === 'mariadb')
    return [
      PATH_ENV,
      'GOSU_VERSION=1.19',
      'LANG=C.UTF-8',
      `MARIADB_VERSION=${packaged}`,
      `REPOSITORY=http://archive.mariadb.org/mariadb-${version}/repo/ubuntu/ main main/debug`,
    ];
  return [
    PATH_ENV,
    'GOSU_VERSION=1.19',
    `MYSQL_MAJOR=${version.startsWith('9') ? 'innovation' : version.split('.').slice(0, 2).join('.')}`,
    `MYSQL_VERSION=${packaged}`,
    'MYSQL_SHELL_VERSION=8.0.43-1.el9',
  ].slice(0, version.startsWith('8') ? 5 : 4);
}

function files(tree: TreeBuilder, release: Release): void {
  const id = idOf(release);
  const isMysql = release.product === 'mysql';
  if (release.base !== 'oracle')
    tree
      .append('/etc/passwd', 'mysql:x:999:999::/home/mysql:/bin/sh\n')
      .append('/etc/group', 'mysql:x:999:\n');
  else
    tree
      .append('/etc/passwd', 'mysql:x:999:999::/var/lib/mysql:/bin/bash\n')
      .append('/etc/group', 'mysql:x:999:\n');
  tree.folder('/var/lib/mysql', { uid: 999, gid: 999, mode: 0o1777 });
  tree.folder('/var/run/mysqld', { uid: 999, gid: 999, mode: 0o1777 });
  tree.folder('/docker-entrypoint-initdb.d');
  if (isMysql) tree.folder('/var/lib/mysql-files', { uid: 999, gid: 999, mode: 0o750 });
  const folder = release.base === 'oracle' ? '/etc' : '/etc/mysql';
  tree.folders('/etc/mysql/conf.d');
  if (release.base === 'oracle')
    tree.put(
      '/etc/my.cnf',
      '[mysqld]\nskip-host-cache\nskip-name-resolve\ndatadir=/var/lib/mysql\nsocket=/var/run/mysqld/mysqld.sock\nsecure-file-priv=/var/lib/mysql-files\nuser=mysql\n\npid-file=/var/run/mysqld/mysqld.pid\n[client]\nsocket=/var/run/mysqld/mysqld.sock\n\n!includedir /etc/mysql/conf.d/\n',
    );
  else
    tree
      .put(`${folder}/my.cnf`, '[client-server]\n!includedir /etc/mysql/conf.d/\n')
      .put(`${folder}/conf.d/docker.cnf`, '[mysqld]\nskip-host-cache\nskip-name-resolve\n');
  tree.tools('/usr/sbin', `mysqld=mysqld/${id}`, 60_000_000);
  const own = `mysql=mysql/${id} mysqladmin=mysqladmin/${id} mysqldump=mysqldump/${id} mysql_upgrade=mysql-upgrade/${id} mysqlbinlog=unsupported mysqlimport=unsupported mysqlcheck=unsupported mysql_secure_installation=unsupported`;
  const isNew = isAtLeast(release, '11.0.0');
  // From 11 on the images have only the new names.
  tree.tools('/usr/bin', isMysql || !isNew ? own : '', 7_000_000);
  if (!isMysql && isAtLeast(release, '10.4.0')) {
    tree.tools(
      '/usr/bin',
      `mariadb=mysql/${id} mariadb-admin=mysqladmin/${id} mariadb-dump=mysqldump/${id} mariadb-upgrade=mysql-upgrade/${id} mariadb-check=unsupported`,
      4_000_000,
    );
    tree.tools('/usr/sbin', `mariadbd=mysqld/${id}`, 27_000_000);
  }
  tree.tools(
    '/usr/local/bin',
    `docker-entrypoint.sh=mysql-entrypoint/${id} gosu=unsupported${isMysql ? '' : ' healthcheck.sh=unsupported'}`,
    13_000,
  );
}

/** Oracle Linux as `oraclelinux:9-slim` is. */
function oracle(version: '7' | '9'): Base {
  return {
    name: `oraclelinux:${version}-slim`,
    instructions: [
      {
        by: `COPY dir:oraclelinux-${version}-slim in / `,
        bytes: version === '9' ? 110_000_000 : 131_000_000,
      },
      { by: '/bin/sh -c #(nop)  CMD ["/bin/bash"]' },
    ],
    build: (tree) => {
      hierarchy(tree);
      debianAccounts(tree);
      tree.folders('/usr/bin', '/usr/sbin');
      tree
        .link('/bin', 'usr/bin')
        .link('/sbin', 'usr/sbin')
        .link('/lib', 'usr/lib')
        .link('/var/run', '/run');
      tree.tools('/bin', ESSENTIAL_BIN).tools('/usr/bin', ESSENTIAL_USR_BIN);
      tree.tools(
        '/usr/bin',
        version === '9'
          ? 'microdnf=unsupported rpm=unsupported curl'
          : 'yum=unsupported rpm=unsupported curl',
      );
      const full = version === '9' ? '9.7' : '7.9';
      tree.put(
        '/etc/os-release',
        `NAME="Oracle Linux Server"\nVERSION="${full}"\nID="ol"\nID_LIKE="fedora"\nVARIANT="Server"\nVARIANT_ID="server"\nVERSION_ID="${full}"\nPLATFORM_ID="platform:el${version}"\nPRETTY_NAME="Oracle Linux Server ${full}"\n`,
      );
      tree.put('/root/.bashrc', '# .bashrc\n');
    },
  };
}

function line(by: string, bytes?: number): Instruction {
  return { by, comment: BUILDKIT, ...(bytes === undefined ? {} : { bytes }) };
}

function mysqlInstructions({ bytes, packaged }: Release): readonly Instruction[] {
  return [
    line(
      'RUN /bin/sh -c set -eux;  groupadd --system --gid 999 mysql;  useradd --system --uid 999 --gid 999 --home-dir /var/lib/mysql --no-create-home mysql # buildkit',
      2_450,
    ),
    line('ENV GOSU_VERSION=1.19'),
    line('RUN /bin/sh -c set -eux;  curl -fL -o /usr/local/bin/gosu ... # buildkit', 2_480_000),
    line(`ENV MYSQL_VERSION=${packaged}`),
    line(
      'RUN /bin/sh -c set -eux;  microdnf install -y "mysql-community-server-minimal-$MYSQL_VERSION"; ... # buildkit',
      bytes,
    ),
    line('VOLUME [/var/lib/mysql]'),
    line('COPY docker-entrypoint.sh /usr/local/bin/ # buildkit', 14_100),
    line('ENTRYPOINT ["docker-entrypoint.sh"]'),
    line('EXPOSE map[3306/tcp:{} 33060/tcp:{}]'),
    line('CMD ["mysqld"]'),
  ];
}

function mariadbInstructions({ bytes, packaged }: Release): readonly Instruction[] {
  return [
    line(
      'RUN /bin/sh -c groupadd --gid 999 -r mysql && useradd -r -g mysql mysql --home-dir /var/lib/mysql --uid 999 # buildkit',
      330_000,
    ),
    line('RUN /bin/sh -c set -eux;  apt-get update; ... gosu --version # buildkit', 7_400_000),
    line('RUN /bin/sh -c mkdir /docker-entrypoint-initdb.d # buildkit', 0),
    line('ENV LANG=C.UTF-8'),
    line(`ENV MARIADB_VERSION=${packaged}`),
    line(
      'RUN /bin/sh -c set -ex; { echo "mariadb-server" mysql-server/root_password password \'unused\'; ... # buildkit',
      bytes,
    ),
    line('VOLUME [/var/lib/mysql]'),
    line('COPY docker-entrypoint.sh /usr/local/bin/ # buildkit', 24_800),
    line('ENTRYPOINT ["docker-entrypoint.sh"]'),
    line('EXPOSE map[3306/tcp:{}]'),
    line('CMD ["mariadbd"]'),
  ];
}
