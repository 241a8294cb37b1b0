/**
 * What every distribution has: users, folders, and the names of the tools as its packages bring them.
 *
 * A name alone is a program of the shell's table; `name=program` where the lab's program is called otherwise; `=unsupported`
 * where the real image has a tool that the lab does not simulate.
 */
import { directory } from '../../sim/index.ts';
import type { TreeBuilder } from '../tree.ts';

/** bash, dash, coreutils, grep, sed, gzip, tar, hostname, util-linux: Essential packages, as far as they lie in /bin. */
export const ESSENTIAL_BIN =
  'bash dash sh cat chgrp chmod chown cp date dd df echo egrep=grep false fgrep=grep grep gunzip=gzip gzip hostname kill ln ls mkdir mktemp more mount mv pwd readlink rm rmdir sed sleep stty sync tar touch true umount=unsupported uname lsblk';

/** The same packages and findutils, diffutils, mawk, ncurses-bin, libc-bin: what lies in /usr/bin. */
export const ESSENTIAL_USR_BIN =
  '[=test awk base64 basename clear cmp=unsupported comm cut diff dirname du env expand expr find fold getent groups head id install=unsupported join md5sum mawk=awk nice nl nohup nproc od passwd=unsupported paste perl=unsupported printenv printf realpath reset=clear rev seq sha1sum sha256sum shuf sort split stat tac tail tee test timeout tr truncate tty uniq wc which whoami xargs yes';

/** procps: Ubuntu images have it, Debian images do not. */
export const PROCPS_BIN = 'ps';
export const PROCPS_USR_BIN = 'free pgrep pkill top uptime vmstat watch w';

/** What busybox is called by in /bin of Alpine. Where the tool differs much from the GNU one the program has a name of its own. */
export const BUSYBOX_BIN =
  'ash sh=ash base64 busybox=unsupported cat chgrp chmod chown cp date dd df echo ed=unsupported egrep=grep false fgrep=grep getopt=unsupported grep gunzip=gzip gzip hostname kill link=unsupported ln login=unsupported ls lzop=unsupported mkdir mknod=unsupported mktemp more mount mountpoint=unsupported mv netstat nice pidof=pgrep ping=ping-busybox ping6=unsupported printenv ps pwd reformime=unsupported rm rmdir sed sleep stat stty su=unsupported sync tar touch true umount=unsupported uname usleep=unsupported watch zcat=unsupported';

export const BUSYBOX_SBIN =
  'arp=unsupported fdisk=unsupported ifconfig init=unsupported ip=ip-busybox ipaddr=unsupported iplink=unsupported iproute=unsupported losetup=unsupported lsmod=unsupported mkswap=unsupported nologin=false reboot=unsupported route swapoff=unsupported swapon=unsupported sysctl=unsupported syslogd=unsupported';

export const BUSYBOX_USR_BIN =
  '[=test awk basename clear cmp=unsupported comm crontab=unsupported cut diff dirname du env expand expr factor=unsupported find fold free groups head hexdump=unsupported hostid=unsupported id install=unsupported killall less lsof=unsupported md5sum nc nl nohup nproc nslookup=nslookup-busybox od passwd=unsupported paste pgrep pkill printf readlink realpath renice=unsupported reset=clear seq sha1sum sha256sum shuf sort split strings=unsupported tac tail tee test time=unsupported timeout top tr traceroute truncate tty uniq unzip=unsupported uptime vi=editor vmstat=unsupported wc wget=wget-busybox which who=unsupported whoami xargs xxd=unsupported yes';

export const BUSYBOX_USR_SBIN = 'httpd=busybox-httpd';

/** Folders of the standard hierarchy. `/dev`, `/proc` and `/sys` are filled when a container starts. */
export function hierarchy(tree: TreeBuilder): void {
  tree.folders(
    '/boot',
    '/dev',
    '/etc',
    '/home',
    '/media',
    '/mnt',
    '/opt',
    '/proc',
    '/run',
    '/srv',
    '/sys',
    '/usr/local/bin',
    '/usr/local/sbin',
    '/usr/lib',
    '/usr/share',
    '/var/cache',
    '/var/lib',
    '/var/log',
    '/var/spool',
  );
  tree.folder('/root', { uid: 0, gid: 0, mode: 0o700 });
  tree.put('/tmp', directory(0o1777)).put('/var/tmp', directory(0o1777));
  tree
    .put('/etc/hostname', '')
    .put('/etc/hosts', '127.0.0.1\tlocalhost\n')
    .put('/etc/resolv.conf', '');
}

/** A user of `/etc/passwd`. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid?: number;
  readonly home?: string;
  readonly shell?: string;
  readonly comment?: string;
}

const SYSTEM_ACCOUNTS =
  'daemon:1:/usr/sbin bin:2:/bin sys:3:/dev games:5:/usr/games man:6:/var/cache/man lp:7:/var/spool/lpd mail:8:/var/mail news:9:/var/spool/news www-data:33:/var/www backup:34:/var/backups nobody:65534:/nonexistent';

/** `/etc/passwd` and `/etc/group` of Debian and its children. */
export function debianAccounts(tree: TreeBuilder, own: readonly Account[] = []): void {
  const system = SYSTEM_ACCOUNTS.split(' ').map((entry): Account => {
    const [name = '', uid = '', home = ''] = entry.split(':');
    return { name, uid: Number(uid), home };
  });
  accounts(
    tree,
    [{ name: 'root', uid: 0, home: '/root', shell: '/bin/bash' }, ...system, ...own],
    'adm:4 tty:5 disk:6 sudo:27 staff:50 users:100 nogroup:65534',
  );
}

export function accounts(tree: TreeBuilder, all: readonly Account[], groups: string): void {
  const passwd = all.map(
    ({
      name,
      uid,
      gid = uid,
      home = '/nonexistent',
      shell = '/usr/sbin/nologin',
      comment = name,
    }) => `${name}:x:${uid}:${gid}:${comment}:${home}:${shell}\n`,
  );
  const named = all
    .filter(({ name }) => name !== 'nobody')
    .map(({ name, uid, gid = uid }) => `${name}:x:${gid}:\n`);
  const more = groups
    .split(' ')
    .filter(Boolean)
    .map((entry) => `${entry.replace(':', ':x:')}:\n`);
  tree.put('/etc/passwd', passwd.join('')).put('/etc/group', [...named, ...more].join(''));
  tree.put(
    '/etc/nsswitch.conf',
    'passwd:         files\ngroup:          files\nshadow:         files\n\nhosts:          files dns\n',
  );
}
