/**
 * Debian and Ubuntu as their Docker images are: no ping, no ifconfig, no curl; Ubuntu 14.04 still has them.
 *
 * Real: debuerreotype/docker-debian-artifacts, tianon/docker-brew-ubuntu-core, Canonical's oci images.
 */
import type { Base, Instruction } from '../image.ts';
import { PATH_ENV, type Recipe } from '../image.ts';
import type { TreeBuilder } from '../tree.ts';
import {
  debianAccounts,
  ESSENTIAL_BIN,
  ESSENTIAL_USR_BIN,
  hierarchy,
  PROCPS_BIN,
  PROCPS_USR_BIN,
} from './unix.ts';

interface DebianRelease {
  readonly version: string;
  readonly codename: string;
  readonly point: string;
  readonly bytes: number;
  readonly epoch: number;
}

const DEBIAN: Readonly<Record<string, DebianRelease>> = {
  jessie: {
    version: '8',
    codename: 'jessie',
    point: '8.7',
    bytes: 123_000_000,
    epoch: 1_488_240_000,
  },
  stretch: {
    version: '9',
    codename: 'stretch',
    point: '9.13',
    bytes: 101_000_000,
    epoch: 1_593_993_600,
  },
  buster: {
    version: '10',
    codename: 'buster',
    point: '10.13',
    bytes: 69_300_000,
    epoch: 1_626_739_200,
  },
  bullseye: {
    version: '11',
    codename: 'bullseye',
    point: '11.11',
    bytes: 80_600_000,
    epoch: 1_640_044_800,
  },
  bookworm: {
    version: '12',
    codename: 'bookworm',
    point: '12.13',
    bytes: 74_800_000,
    epoch: 1_770_000_000,
  },
  trixie: {
    version: '13',
    codename: 'trixie',
    point: '13.3',
    bytes: 78_600_000,
    epoch: 1_770_000_000,
  },
};

/** `debian:CODENAME-slim` as other images begin with it. */
export function debianBase(codename: string): Base {
  const release = DEBIAN[codename] as DebianRelease;
  const isOld = Number(release.version) <= 11;
  return {
    name: `debian:${codename}`,
    instructions: isOld
      ? [
          {
            by: `/bin/sh -c #(nop) ADD file:0b3a1b4ff2c4dd2d4f59b5b1ed4cd66a5e1d8a1ea0c8d0ffb1f9e7f01e80ef${release.version.padStart(2, '0')} in / `,
            bytes: release.bytes,
          },
          { by: '/bin/sh -c #(nop)  CMD ["bash"]' },
        ]
      : [
          {
            by: `# debian.sh --arch 'amd64' out/ '${codename}' '@${release.epoch}'`,
            comment: 'debuerreotype 0.17',
            bytes: release.bytes,
          },
        ],
    build: (tree) => debianFiles(tree, release),
  };
}

function debianFiles(tree: TreeBuilder, { version, codename, point }: DebianRelease): void {
  hierarchy(tree);
  debianAccounts(tree);
  essentials(tree, Number(version) >= 12);
  const name = `Debian GNU/Linux ${version} (${codename})`;
  tree.put(
    '/etc/os-release',
    `PRETTY_NAME="${name}"\nNAME="Debian GNU/Linux"\nVERSION_ID="${version}"\nVERSION="${version} (${codename})"\nVERSION_CODENAME=${codename}\nID=debian\nHOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n`,
  );
  tree
    .put('/etc/debian_version', `${point}\n`)
    .put('/etc/issue', `Debian GNU/Linux ${version} \\n \\l\n\n`);
}

/** The tools of every Debian; where /bin is a link to /usr/bin the tools lie there. */
function essentials(tree: TreeBuilder, isMerged: boolean): void {
  if (isMerged) {
    tree.folders('/usr/bin', '/usr/sbin');
    tree.link('/bin', 'usr/bin').link('/sbin', 'usr/sbin').link('/lib', 'usr/lib');
  } else tree.folders('/bin', '/sbin', '/lib');
  tree.tools('/bin', ESSENTIAL_BIN).tools('/usr/bin', ESSENTIAL_USR_BIN);
  tree
    .tools('/usr/bin', 'apt apt-get=apt apt-cache=apt dpkg=unsupported')
    .tools(
      '/usr/sbin',
      'useradd=unsupported adduser=unsupported groupadd=unsupported nologin=false chroot=unsupported',
    );
  tree.link('/var/run', '/run');
  tree
    .put('/root/.bashrc', '# ~/.bashrc: executed by bash(1) for non-login shells.\n')
    .put('/root/.profile', 'mesg n 2> /dev/null || true\n');
}

interface UbuntuRelease {
  readonly version: string;
  readonly codename: string;
  readonly name: string;
  readonly bytes: number;
  readonly built: string;
  readonly tags: readonly string[];
}

const UBUNTU: readonly UbuntuRelease[] = [
  {
    version: '14.04',
    codename: 'trusty',
    name: '14.04.6 LTS, Trusty Tahr',
    bytes: 197_000_000,
    built: '2021-03-25',
    tags: ['14.04', 'trusty'],
  },
  {
    version: '16.04',
    codename: 'xenial',
    name: '16.04.7 LTS (Xenial Xerus)',
    bytes: 135_000_000,
    built: '2021-08-31',
    tags: ['16.04', 'xenial'],
  },
  {
    version: '18.04',
    codename: 'bionic',
    name: '18.04.6 LTS (Bionic Beaver)',
    bytes: 63_200_000,
    built: '2023-05-30',
    tags: ['18.04', 'bionic'],
  },
  {
    version: '20.04',
    codename: 'focal',
    name: '20.04.6 LTS (Focal Fossa)',
    bytes: 72_800_000,
    built: '2025-04-08',
    tags: ['20.04', 'focal'],
  },
  {
    version: '22.04',
    codename: 'jammy',
    name: '22.04.5 LTS (Jammy Jellyfish)',
    bytes: 77_900_000,
    built: '2026-02-10',
    tags: ['22.04', 'jammy'],
  },
  {
    version: '24.04',
    codename: 'noble',
    name: '24.04.3 LTS (Noble Numbat)',
    bytes: 78_100_000,
    built: '2026-02-10',
    tags: ['24.04', 'noble', 'latest'],
  },
];

export const debianRecipes: readonly Recipe[] = [
  debianRecipe('trixie', ['13', 'trixie', 'latest', 'stable']),
  debianRecipe('bookworm', ['12', 'bookworm', 'bookworm-slim']),
  debianRecipe('bullseye', ['11', 'bullseye']),
  ...UBUNTU.map(ubuntuRecipe),
];

function debianRecipe(codename: string, tags: readonly string[]): Recipe {
  const base = debianBase(codename);
  return {
    repository: 'debian',
    tags,
    built: '2026-02-03',
    base,
    instructions: [],
    config: { Env: [PATH_ENV], Cmd: ['bash'], Entrypoint: null, WorkingDir: '', Labels: null },
  };
}

function ubuntuRecipe(release: UbuntuRelease): Recipe {
  const base = ubuntuBase(release);
  const labels =
    release.version >= '22.04'
      ? {
          'org.opencontainers.image.ref.name': 'ubuntu',
          'org.opencontainers.image.version': release.version,
        }
      : null;
  const shell = release.version < '20.04' ? '/bin/bash' : 'bash';
  return {
    repository: 'ubuntu',
    tags: release.tags,
    built: release.built,
    base,
    instructions: [],
    config: {
      Env: [PATH_ENV],
      Cmd: [release.version >= '22.04' ? '/bin/bash' : shell],
      Entrypoint: null,
      WorkingDir: '',
      Labels: labels,
    },
  };
}

export function ubuntuBase(release: UbuntuRelease): Base {
  const nop = '/bin/sh -c #(nop) ';
  const instructions: readonly Instruction[] =
    release.version < '18.04'
      ? [
          {
            by: `${nop}ADD file:276b5d943a4d284f8b7e0a62bb0e4ac43ef7bd0a8de6fe4cf9f5ad2cc8eb7c4c in / `,
            bytes: release.bytes,
          },
          {
            by: "/bin/sh -c set -xe   && echo '#!/bin/sh' > /usr/sbin/policy-rc.d  && echo 'exit 101' >> /usr/sbin/policy-rc.d",
            bytes: 209_000,
          },
          { by: '/bin/sh -c rm -rf /var/lib/apt/lists/*', bytes: 0 },
          {
            by: "/bin/sh -c mkdir -p /run/systemd && echo 'docker' > /run/systemd/container",
            bytes: 7,
          },
          { by: `${nop} CMD ["/bin/bash"]` },
        ]
      : [
          { by: `${nop} ARG RELEASE` },
          { by: `${nop} ARG LAUNCHPAD_BUILD_ARCH` },
          { by: `${nop} LABEL org.opencontainers.image.ref.name=ubuntu` },
          { by: `${nop} LABEL org.opencontainers.image.version=${release.version}` },
          {
            by: `${nop}ADD file:6089c6bede9eca8ec4c7d4f0c0c9c0d8e09f5ab8c3f3c9d4e43d39aa8d2bb9a1 in / `,
            bytes: release.bytes,
          },
          { by: `${nop} CMD ["/bin/bash"]` },
        ];
  return {
    name: `ubuntu:${release.version}`,
    instructions,
    build: (tree) => ubuntuFiles(tree, release),
  };
}

/** The base of an image that is built on Ubuntu. */
export function ubuntu(version: string): Base {
  return ubuntuBase(UBUNTU.find((release) => release.version === version) as UbuntuRelease);
}

function ubuntuFiles(tree: TreeBuilder, release: UbuntuRelease): void {
  const { version, codename } = release;
  hierarchy(tree);
  debianAccounts(
    tree,
    version >= '24.04'
      ? [{ name: 'ubuntu', uid: 1000, home: '/home/ubuntu', shell: '/bin/bash', comment: 'Ubuntu' }]
      : [],
  );
  essentials(tree, version >= '20.04');
  tree.tools('/bin', PROCPS_BIN).tools('/usr/bin', PROCPS_USR_BIN);
  if (version === '14.04')
    tree
      .tools('/bin', 'less nc netstat ping ip')
      .tools('/sbin', 'ifconfig route ip')
      .tools('/usr/bin', 'sudo vi=editor locale=unsupported');
  const [name = '', title = ''] = splitName(release.name);
  const full = version === '14.04' ? `${name}, ${title}` : `${name} (${title})`;
  tree.put(
    '/etc/os-release',
    `PRETTY_NAME="Ubuntu ${name}"\nNAME="Ubuntu"\nVERSION_ID="${version}"\nVERSION="${full}"\nVERSION_CODENAME=${codename}\nID=ubuntu\nID_LIKE=debian\nHOME_URL="https://www.ubuntu.com/"\nSUPPORT_URL="https://help.ubuntu.com/"\nBUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"\nUBUNTU_CODENAME=${codename}\n`,
  );
  tree.put(
    '/etc/lsb-release',
    `DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=${version}\nDISTRIB_CODENAME=${codename}\nDISTRIB_DESCRIPTION="Ubuntu ${name}"\n`,
  );
  tree.put('/etc/issue', `Ubuntu ${name} \\n \\l\n\n`);
}

function splitName(name: string): readonly string[] {
  const m = /^(.*?)(?:, | \()(.*?)\)?$/.exec(name);
  return m ? [m[1] as string, m[2] as string] : [name, ''];
}
