/** Options of mysqld: the command line and /etc/mysql. Real: mysys/my_default.c, sql/sys_vars.cc. */
import type { FileSystem, Process } from '../../sim/index.ts';
import { isAtLeast, type Release } from './releases.ts';

export interface ServerOptions {
  readonly values: ReadonlyMap<string, string>;
  readonly unknown: string | undefined;
}

const KNOWN = new Set(
  'user datadir port socket bind_address character_set_server collation_server max_connections sql_mode server_id skip_name_resolve skip_networking skip_grant_tables initialize_insecure initialize default_time_zone daemonize pid_file log_error log_bin innodb_buffer_pool_size innodb_log_file_size innodb_flush_log_at_trx_commit max_allowed_packet lower_case_table_names general_log slow_query_log long_query_time wait_timeout interactive_timeout secure_file_priv skip_host_cache explicit_defaults_for_timestamp default_storage_engine authentication_policy skip_ssl symbolic_links binlog_format expire_logs_days binlog_expire_logs_seconds performance_schema table_open_cache innodb_file_per_table key_buffer_size tmpdir basedir lc_messages_dir skip_external_locking init_connect character_set_client_handshake skip_character_set_client_handshake thread_cache_size verbose help disable_log_bin skip_log_bin mysqlx skip_mysqlx gtid_mode enforce_gtid_consistency event_scheduler local_infile console no_defaults transaction_isolation default_authentication_plugin query_cache_size query_cache_type innodb_use_native_aio'.split(
    ' ',
  ),
);

export function serverOptions(process: Process, release: Release): ServerOptions {
  const values = new Map<string, string>();
  let unknown: string | undefined;
  const given = [...configLines(process.namespace.files, release), ...process.argv.slice(1)];
  for (const word of given) {
    const m = /^--(?:loose-)?([\w-]+)(?:=(.*))?$/s.exec(word);
    if (!m) continue;
    const name = (m[1] as string).replaceAll('-', '_');
    const isGone =
      release.product === 'mysql' &&
      ((isAtLeast(release, '8.4.0') && name === 'default_authentication_plugin') ||
        (isAtLeast(release, '8.0.0') && name.startsWith('query_cache')));
    if ((!KNOWN.has(name) || isGone) && !word.startsWith('--loose')) unknown ??= word.slice(2);
    else values.set(name, m[2] ?? 'ON');
  }
  return { values, unknown };
}

function configLines(files: FileSystem, release: Release): readonly string[] {
  const paths = [
    '/etc/my.cnf',
    '/etc/mysql/my.cnf',
    ...['/etc/mysql/conf.d', '/etc/mysql/mysql.conf.d', '/etc/mysql/mariadb.conf.d'].flatMap(
      (folder) =>
        files.lookup(folder)?.type === 'directory'
          ? files.list(folder).map((name) => `${folder}/${name}`)
          : [],
    ),
  ];
  const sections = [
    'mysqld',
    'server',
    ...(release.product === 'mariadb' ? ['mariadb', 'mariadbd'] : []),
  ];
  return paths.flatMap((path) => {
    if (!path.endsWith('.cnf') || files.lookup(path)?.type !== 'file') return [];
    let section = '';
    return files
      .readFile(path)
      .split('\n')
      .flatMap((line) => {
        const text = line.replace(/[#;].*/, '').trim();
        const head = /^\[(.+)\]$/.exec(text);
        if (head) section = head[1] as string;
        if (head || text === '' || text.startsWith('!') || !sections.includes(section)) return [];
        return [`--${text.replace(/\s*=\s*/, '=').replace(/=(["'])(.*)\1$/, '=$2')}`];
      });
  });
}
