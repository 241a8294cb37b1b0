/**
 * Opening a data directory: whether this version may, what it upgrades, and what it says when it may not.
 *
 * Real:     InnoDB's srv0start.cc, sql/dd/upgrade_57, sql/dd/impl/upgrade/server.cc; MariaDB's srv0start.cc, log0recv.cc.
 * Left out: repair by innodb_force_recovery.
 */
import type { Process, Tree } from '../../sim/index.ts';
import type { Written, DataDirectory } from './datadir.ts';
import type { ErrorLog } from './log.ts';
import { isAtLeast, versionNumber, type Release } from './releases.ts';

/** Who has ibdata1 of a directory open: a lock on the file, seen by all containers that mount it. */
const locks = new WeakMap<Tree, Map<string, Process>>();

export function lockDirectory(process: Process, path: string): boolean {
  const { files } = process.namespace;
  const mount = files.mountOf(path);
  const tree = mount?.tree ?? files.rootTree;
  const place = mount ? `${mount.source}/${path.slice(mount.target.length)}` : path;
  const held = locks.get(tree) ?? new Map<string, Process>();
  locks.set(tree, held);
  const owner = held.get(place);
  if (owner && !owner.exit && owner !== process) return false;
  held.set(place, process);
  return true;
}

export function unlockDirectory(process: Process): void {
  const { files } = process.namespace;
  for (const tree of [files.rootTree, ...files.mounts.map((mount) => mount.tree)]) {
    const held = locks.get(tree);
    if (held) for (const [place, owner] of held) if (owner === process) held.delete(place);
  }
}

/** What is to be done with the directory. */
export type Verdict = 'open' | 'upgrade' | 'upgrade-57' | 'refuse';

export function judge(written: Written, release: Release, log: ErrorLog): Verdict {
  const from = versionNumber({ ...release, product: written.product, version: written.version });
  const to = versionNumber(release);
  if (release.product === 'mariadb') return judgeForMariadb(written, release, log);
  if (written.product === 'mariadb')
    return refuseMysql(
      release,
      log,
      `Upgrade is not supported after a crash or shutdown with innodb_fast_shutdown = 2. This redo log was created with MariaDB ${written.version}, and it appears logically non empty. Please follow the instructions at http://dev.mysql.com/doc/refman/${series(release)}/en/upgrading.html`,
      'MY-012526',
    );
  if (from === to) return 'open';
  if (to < 80_000) return from >= 80_000 ? refuse57(log) : 'open';
  if (from < 80_000) {
    if (to >= 80_100) return refuseUpgrade(log, 50_700, to);
    if (!written.isClean)
      return refuseMysql(
        release,
        log,
        `Upgrade after a crash is not supported. This redo log was created with MySQL ${written.version}. Please follow the instructions at http://dev.mysql.com/doc/refman/8.0/en/upgrading.html`,
        'MY-013180',
      );
    return 'upgrade-57';
  }
  if (from > to) {
    log.say(
      'ERROR',
      `Cannot boot server version ${to} on data directory built by version ${from}. Downgrade is not supported`,
      'MY-013171',
      'InnoDB',
    );
    return dictionaryFailed(log);
  }
  // A step to the next long-term version, or within one series.
  const isNextLts =
    (from >= 80_000 && from < 80_100 && to < 80_500) ||
    (from >= 80_400 && from < 80_500 && to >= 90_000) ||
    Math.floor(from / 10_000) === 9;
  return isNextLts || Math.floor(from / 100) === Math.floor(to / 100)
    ? 'upgrade'
    : refuseUpgrade(log, from, to);
}

function series({ version }: Release): string {
  return version.split('.').slice(0, 2).join('.');
}

function refuseUpgrade(log: ErrorLog, from: number, to: number): Verdict {
  log.say(
    'ERROR',
    `Invalid MySQL server upgrade: Cannot upgrade from ${from} to ${to}. Upgrade to next major version is only allowed from the last LTS release, which version ${from} is not.`,
    'MY-014060',
  );
  return dictionaryFailed(log);
}

function dictionaryFailed(log: ErrorLog): Verdict {
  log.say('ERROR', 'Failed to initialize DD Storage Engine', 'MY-010334');
  log.say('ERROR', 'Data Dictionary initialization failed.', 'MY-010020');
  log.say('ERROR', 'Aborting', 'MY-010119');
  return 'refuse';
}

function refuseMysql(release: Release, log: ErrorLog, text: string, code: string): Verdict {
  if (!isAtLeast(release, '8.0.0')) {
    log.say('ERROR', `InnoDB: ${text}`);
    return refusePlugin(log);
  }
  log.say('ERROR', text, code, 'InnoDB');
  log.say(
    'ERROR',
    'Plugin initialization aborted with error Generic error.',
    'MY-012930',
    'InnoDB',
  );
  return dictionaryFailed(log);
}

function refuse57(log: ErrorLog): Verdict {
  log.say(
    'ERROR',
    'InnoDB: Table flags are 0 in the data dictionary but the flags in file ./ibdata1 are 0x4800!',
  );
  log.say(
    'ERROR',
    "InnoDB: Unsupported tablespace format in './ibdata1': it was written by a later version of MySQL.",
  );
  return refusePlugin(log);
}

function refusePlugin(log: ErrorLog): Verdict {
  log.say('ERROR', 'InnoDB: Plugin initialization aborted with error Generic error');
  log.say('ERROR', "Plugin 'InnoDB' init function returned error.");
  log.say('ERROR', "Plugin 'InnoDB' registration as a STORAGE ENGINE failed.");
  log.say('ERROR', 'Failed to initialize builtin plugins.');
  log.say('ERROR', 'Aborting');
  return 'refuse';
}

function judgeForMariadb(written: Written, release: Release, log: ErrorLog): Verdict {
  const isMysql8 = written.product === 'mysql' && Number(written.version.split('.')[0]) >= 8;
  const isNewer =
    written.product === 'mariadb' &&
    !isAtLeast(release, written.version) &&
    series({ ...release, version: written.version }) !== series(release);
  if (isMysql8) {
    log.say('ERROR', 'InnoDB: Invalid flags 0x4800 in ./ibdata1');
    log.say('ERROR', 'InnoDB: Plugin initialization aborted with error Data structure corruption');
  } else if (isNewer) {
    log.say(
      'ERROR',
      `InnoDB: Unsupported redo log format. The redo log was created with MariaDB ${written.version}.`,
    );
    log.say('ERROR', 'InnoDB: Plugin initialization aborted with error Generic error');
  } else
    return written.product === 'mysql' ||
      series({ ...release, version: written.version }) !== series(release)
      ? 'upgrade'
      : 'open';
  log.say('Note', 'InnoDB: Starting shutdown...');
  log.say('ERROR', "Plugin 'InnoDB' init function returned error.");
  log.say('ERROR', "Plugin 'InnoDB' registration as a STORAGE ENGINE failed.");
  log.say('Note', "Plugin 'FEEDBACK' is disabled.");
  log.say('ERROR', 'Unknown/unsupported storage engine: InnoDB');
  log.say('ERROR', 'Aborting');
  return 'refuse';
}

/** The lines of an upgrade that goes well. */
export function sayUpgrade(
  verdict: Verdict,
  written: Written,
  directory: DataDirectory,
  release: Release,
  log: ErrorLog,
): void {
  if (release.product === 'mariadb') {
    if (written.product === 'mysql')
      log.say(
        'ERROR',
        'Missing system table mysql.roles_mapping; please run mysql_upgrade to create it',
      );
    if (written.product === 'mysql')
      log.say(
        'ERROR',
        "Incorrect definition of table mysql.event: expected column 'sql_mode' at position 14 to have type set('REAL_AS_FLOAT','PIPES_AS_CONCAT',...), found type set('REAL_AS_FLOAT','PIPES_AS_CONCAT',...). Please run mysql_upgrade",
      );
    else
      log.say(
        'Warning',
        `'mysql.user' table was written by ${written.version}-MariaDB; please run ${isAtLeast(release, '11.0.0') ? 'mariadb-upgrade' : 'mysql_upgrade'} to upgrade the system tables`,
      );
    return;
  }
  const from =
    verdict === 'upgrade-57' ? 50_700 : versionNumber({ ...release, version: written.version });
  log.say('System', `Server upgrade from '${from}' to '${directory.number}' started.`, 'MY-013381');
  log.say(
    'System',
    `Server upgrade from '${from}' to '${directory.number}' completed.`,
    'MY-013381',
  );
}
