/** System variables. Real: sql/sys_vars.cc; those that people look at. */
import type { SqlValue } from '../sql/sqlite.ts';
import { isAtLeast, type Release } from './releases.ts';

export const DEFAULT_MAX_CONNECTIONS = 151;

export function defaultCharset(release: Release): {
  readonly charset: string;
  readonly collation: string;
} {
  if (release.product === 'mysql')
    return isAtLeast(release, '8.0.0')
      ? { charset: 'utf8mb4', collation: 'utf8mb4_0900_ai_ci' }
      : { charset: 'latin1', collation: 'latin1_swedish_ci' };
  if (isAtLeast(release, '11.6.0'))
    return { charset: 'utf8mb4', collation: 'utf8mb4_uca1400_ai_ci' };
  // Debian's packages, and so the images, set utf8mb4.
  return { charset: 'utf8mb4', collation: 'utf8mb4_general_ci' };
}

export function sqlModeOf(release: Release): string {
  if (release.product === 'mariadb')
    return 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
  return `ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,${isAtLeast(release, '8.0.0') ? '' : 'NO_AUTO_CREATE_USER,'}NO_ENGINE_SUBSTITUTION`;
}

export function systemVariables(
  release: Release,
  given: {
    readonly port: number;
    readonly dataDir: string;
    readonly socket: string;
    readonly hostname: string;
    readonly uuid: string;
    readonly options: ReadonlyMap<string, string>;
  },
): Map<string, SqlValue> {
  const { charset, collation } = defaultCharset(release);
  const server = given.options.get('character_set_server') ?? charset;
  const serverCollation =
    given.options.get('collation_server') ??
    (server === charset
      ? collation
      : server === 'utf8mb4'
        ? 'utf8mb4_general_ci'
        : `${server}_general_ci`);
  const client = release.product === 'mysql' && !isAtLeast(release, '8.0.0') ? 'latin1' : 'utf8mb4';
  const rows: readonly (readonly [string, SqlValue])[] = [
    ['autocommit', 'ON'],
    ['auto_increment_increment', 1],
    ['auto_increment_offset', 1],
    ['basedir', '/usr/'],
    ['bind_address', '*'],
    ['character_set_client', client],
    ['character_set_connection', client],
    ['character_set_database', server],
    ['character_set_filesystem', 'binary'],
    ['character_set_results', client],
    ['character_set_server', server],
    [
      'character_set_system',
      release.product === 'mysql' && isAtLeast(release, '8.0.0') ? 'utf8mb3' : 'utf8',
    ],
    [
      'collation_connection',
      client === 'utf8mb4'
        ? release.product === 'mysql'
          ? 'utf8mb4_0900_ai_ci'
          : 'utf8mb4_general_ci'
        : 'latin1_swedish_ci',
    ],
    ['collation_database', serverCollation],
    ['collation_server', serverCollation],
    ['connect_timeout', 10],
    ['datadir', `${given.dataDir}/`],
    ['default_storage_engine', 'InnoDB'],
    ['foreign_key_checks', 'ON'],
    ['general_log', 'OFF'],
    ['hostname', given.hostname],
    ['innodb_buffer_pool_size', 134_217_728],
    ['innodb_file_per_table', 'ON'],
    ['innodb_flush_log_at_trx_commit', 1],
    ['innodb_lock_wait_timeout', 50],
    ['innodb_version', release.version],
    ['interactive_timeout', 28_800],
    ['lower_case_table_names', 0],
    [
      'max_allowed_packet',
      release.product === 'mysql' && isAtLeast(release, '8.0.0')
        ? 67_108_864
        : release.product === 'mysql'
          ? 4_194_304
          : 16_777_216,
    ],
    ['max_connections', Number(given.options.get('max_connections') ?? DEFAULT_MAX_CONNECTIONS)],
    ['port', given.port],
    ['protocol_version', 10],
    ['read_only', 'OFF'],
    ['secure_file_priv', release.product === 'mysql' ? '/var/lib/mysql-files/' : ''],
    ['server_id', 1],
    ['slow_query_log', 'OFF'],
    ['socket', given.socket],
    ['sql_mode', given.options.get('sql_mode') ?? sqlModeOf(release)],
    ['system_time_zone', 'UTC'],
    ['time_zone', 'SYSTEM'],
    [
      release.product === 'mysql' && isAtLeast(release, '8.0.0')
        ? 'transaction_isolation'
        : 'tx_isolation',
      'REPEATABLE-READ',
    ],
    ['unique_checks', 'ON'],
    ['version', release.title],
    ['version_comment', release.comment],
    ['version_compile_machine', 'x86_64'],
    ['version_compile_os', release.product === 'mysql' ? 'Linux' : 'debian-linux-gnu'],
    ['wait_timeout', 28_800],
    ...(release.product === 'mysql' ? ([['server_uuid', given.uuid]] as const) : []),
    ...(release.product === 'mysql' && isAtLeast(release, '8.0.0') && !isAtLeast(release, '8.4.0')
      ? ([
          [
            'default_authentication_plugin',
            given.options.get('default_authentication_plugin') ?? 'caching_sha2_password',
          ],
        ] as const)
      : []),
  ];
  return new Map(rows);
}

/** What only reading is allowed of. */
export const READ_ONLY = new Set([
  'basedir',
  'bind_address',
  'datadir',
  'hostname',
  'innodb_version',
  'lower_case_table_names',
  'port',
  'protocol_version',
  'secure_file_priv',
  'server_uuid',
  'socket',
  'system_time_zone',
  'version',
  'version_comment',
  'version_compile_machine',
  'version_compile_os',
  'character_set_system',
  'innodb_buffer_pool_chunk_size',
]);
/** What only SET GLOBAL changes. */
export const GLOBAL_ONLY = new Set([
  'max_connections',
  'general_log',
  'slow_query_log',
  'read_only',
  'innodb_flush_log_at_trx_commit',
  'connect_timeout',
  'innodb_file_per_table',
  'server_id',
  'innodb_buffer_pool_size',
]);
