/** The versions of MySQL and MariaDB that the images bring, and what differs between them. */
export interface Release {
  readonly product: 'mysql' | 'mariadb';
  /** `8.0.45`, `10.2.44`. */
  readonly version: string;
  /** As the server calls itself: `8.0.45`, `10.2.44-MariaDB-1:10.2.44+maria~bionic`. */
  readonly title: string;
  readonly comment: string;
  /** The package's suffix, as the entry point says it. */
  readonly packaged: string;
  readonly tags: readonly string[];
  readonly built: string;
  readonly bytes: number;
  readonly base: 'oracle' | 'buster' | 'ubuntu';
  readonly ubuntu?: string;
}

function mysql(
  version: string,
  tags: readonly string[],
  built: string,
  bytes: number,
  base: 'oracle' | 'buster',
): Release {
  const packaged =
    base === 'buster'
      ? `${version}-1debian10`
      : `${version}-1.el${version.startsWith('5') ? 7 : 9}`;
  return {
    product: 'mysql',
    version,
    title: version,
    comment: version.startsWith('5')
      ? 'MySQL Community Server (GPL)'
      : 'MySQL Community Server - GPL',
    packaged,
    tags,
    built,
    bytes,
    base,
  };
}

function mariadb(
  version: string,
  codename: string,
  ubuntu: string,
  tags: readonly string[],
  built: string,
  bytes: number,
): Release {
  const isNew = Number(version.split('.')[0]) >= 11;
  const packaged = `1:${version}+maria~${isNew || ubuntu >= '22.04' ? 'ubu' + ubuntu.replace('.', '') : codename}`;
  const title =
    isNew || ubuntu >= '22.04'
      ? `${version}-MariaDB-${
          isNew
            ? packaged
                .slice(2)
                .replace(/^[\d.]+/, '')
                .replace('+maria~', '')
            : packaged
        }`
      : `${version}-MariaDB-${packaged}`;
  return {
    product: 'mariadb',
    version,
    title,
    comment: 'mariadb.org binary distribution',
    packaged,
    tags,
    built,
    bytes,
    base: 'ubuntu',
    ubuntu,
  };
}

export const mysqlReleases: readonly Release[] = [
  mysql('5.7.42', ['5.7.42-debian', '5.7-debian', '5-debian'], '2023-05-16', 353_000_000, 'buster'),
  mysql('5.7.44', ['5.7.44', '5.7', '5', '5.7-oracle'], '2023-12-12', 382_000_000, 'oracle'),
  mysql(
    '8.0.45',
    ['8.0.45', '8.0', '8.0-oracle', '8.0-debian'],
    '2026-02-03',
    663_000_000,
    'oracle',
  ),
  mysql('8.4.8', ['8.4.8', '8.4', '8', 'lts', '8-oracle'], '2026-02-03', 665_000_000, 'oracle'),
  mysql(
    '9.6.0',
    ['9.6.0', '9.6', '9', 'latest', 'innovation', 'oracle'],
    '2026-02-03',
    802_000_000,
    'oracle',
  ),
];

export const mariadbReleases: readonly Release[] = [
  mariadb(
    '10.2.44',
    'bionic',
    '18.04',
    ['10.2.44', '10.2', '10.2-bionic'],
    '2022-05-26',
    315_000_000,
  ),
  mariadb('10.3.39', 'focal', '20.04', ['10.3.39', '10.3'], '2023-05-26', 311_000_000),
  mariadb('10.5.29', 'focal', '20.04', ['10.5.29', '10.5'], '2025-05-30', 319_000_000),
  mariadb('10.6.25', 'jammy', '22.04', ['10.6.25', '10.6'], '2026-02-10', 231_000_000),
  mariadb('10.11.16', 'jammy', '22.04', ['10.11.16', '10.11', '10'], '2026-02-10', 249_000_000),
  mariadb('11.4.10', 'noble', '24.04', ['11.4.10', '11.4'], '2026-02-10', 251_000_000),
  mariadb(
    '11.8.6',
    'noble',
    '24.04',
    ['11.8.6', '11.8', '11', 'lts', 'latest'],
    '2026-02-10',
    253_000_000,
  ),
];

/** 80045; MariaDB: 101_116 and the like, above all of MySQL's. */
export function versionNumber({ product, version }: Release): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const number = major * 10_000 + minor * 100 + patch;
  return product === 'mysql' ? number : number >= 100_000 ? number : number + 100_000;
}

export function isAtLeast({ version }: Release, wanted: string): boolean {
  const [a, b] = [version, wanted].map((one) => one.split('.').map(Number)) as [number[], number[]];
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) > (b[i] ?? 0);
  return true;
}
