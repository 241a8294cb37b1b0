/**
 * Which directives exist, where they may stand and with how many words; `nginx -t` and every start check them.
 *
 * Real:     the ngx_command_t tables of the core, http and proxy modules.
 * Left out: what `UNSUPPORTED` lists: nginx knows it, the lab does not simulate it and says so when it starts.
 */
import { ConfigError, type Directive } from './parse.ts';

type Context = 'main' | 'events' | 'http' | 'server' | 'location' | 'upstream' | 'types';

interface Rule {
  readonly contexts: readonly Context[];
  readonly min: number;
  readonly max: number;
  /** The context of its block. */
  readonly opens?: Context;
}

const HSL: readonly Context[] = ['http', 'server', 'location'];
const RULES = new Map<string, Rule>();

function rule(
  names: string,
  contexts: readonly Context[],
  min: number,
  max = min,
  opens?: Context,
): void {
  for (const name of names.split(' '))
    RULES.set(name, { contexts, min, max, ...(opens ? { opens } : {}) });
}

const ANY = Number.MAX_SAFE_INTEGER;
rule('user', ['main'], 1, 2);
rule(
  'worker_processes worker_rlimit_nofile worker_cpu_affinity worker_priority pid daemon master_process load_module pcre_jit timer_resolution env worker_shutdown_timeout',
  ['main'],
  1,
);
rule('error_log', ['main', ...HSL], 1, 2);
rule('events', ['main'], 0, 0, 'events');
rule('http', ['main'], 0, 0, 'http');
rule('worker_connections multi_accept accept_mutex use', ['events'], 1);
rule('server', ['http'], 0, 0, 'server');
rule('location', ['server', 'location'], 1, 2, 'location');
rule('upstream', ['http'], 1, 1, 'upstream');
rule('types', HSL, 0, 0, 'types');
rule('listen', ['server'], 1, ANY);
rule('server_name', ['server'], 1, ANY);
rule(
  'root default_type client_max_body_size sendfile tcp_nopush tcp_nodelay server_tokens autoindex charset keepalive_timeout send_timeout',
  HSL,
  1,
  2,
);
rule('index', HSL, 1, ANY);
rule('alias internal', ['location'], 0, 1);
rule('return', ['server', 'location'], 1, 2);
rule('try_files', ['server', 'location'], 2, ANY);
rule('error_page', HSL, 2, ANY);
rule('access_log', HSL, 1, ANY);
rule('log_format', ['http'], 2, ANY);
rule('add_header', HSL, 2, 3);
rule('allow deny', HSL, 1);
rule('proxy_pass stub_status', ['location'], 0, 1);
rule('proxy_set_header', HSL, 2);
rule('proxy_connect_timeout proxy_read_timeout', HSL, 1);
rule('resolver', HSL, 1, ANY);
rule('set', ['server', 'location'], 2);
rule('least_conn ip_hash', ['upstream'], 0);
rule('keepalive zone', ['upstream'], 1, 2);
/** Known and without effect on what the lab shows: sizes, buffers, compression, timeouts. */
rule(
  'gzip gzip_types gzip_vary gzip_proxied gzip_comp_level gzip_min_length gzip_disable gzip_static types_hash_max_size types_hash_bucket_size server_names_hash_bucket_size server_names_hash_max_size variables_hash_max_size client_body_timeout client_header_timeout client_body_buffer_size client_header_buffer_size large_client_header_buffers reset_timedout_connection open_file_cache etag expires log_not_found absolute_redirect port_in_redirect server_name_in_redirect resolver_timeout proxy_http_version proxy_buffering proxy_buffers proxy_buffer_size proxy_busy_buffers_size proxy_send_timeout proxy_redirect proxy_next_upstream proxy_hide_header proxy_request_buffering proxy_max_temp_file_size keepalive_requests real_ip_header set_real_ip_from',
  HSL,
  1,
  ANY,
);

/** What nginx has and the lab has not. */
const UNSUPPORTED = new Set(
  'rewrite if map geo split_clients limit_req limit_req_zone limit_conn limit_conn_zone auth_basic auth_basic_user_file auth_request fastcgi_pass fastcgi_param fastcgi_index uwsgi_pass scgi_pass grpc_pass memcached_pass proxy_cache proxy_cache_path proxy_cache_valid proxy_cookie_path sub_filter ssl ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers stream mail js_import js_content perl mirror slice hash random'.split(
    ' ',
  ),
);

/** Throws what nginx would say of the first fault; returns the names that the lab does not simulate. */
export function checkDirectives(
  directives: readonly Directive[],
  context: Context = 'main',
): readonly string[] {
  const missing = new Set<string>();
  for (const directive of directives) {
    const { name, file, line } = directive;
    if (context === 'types') continue;
    if (UNSUPPORTED.has(name)) missing.add(name);
    else if (context === 'upstream' && name === 'server') checkServerLine(directive);
    else {
      const rule = RULES.get(name);
      const at = `in ${file}:${line}`;
      if (!rule) throw new ConfigError(`unknown directive "${name}" ${at}`);
      if (!rule.contexts.includes(context))
        throw new ConfigError(`"${name}" directive is not allowed here ${at}`);
      if (rule.opens && !directive.block)
        throw new ConfigError(`directive "${name}" has no opening "{" ${at}`);
      if (!rule.opens && directive.block)
        throw new ConfigError(`directive "${name}" is not terminated by ";" ${at}`);
      if (directive.args.length < rule.min || directive.args.length > rule.max)
        throw new ConfigError(`invalid number of arguments in "${name}" directive ${at}`);
      if (rule.opens)
        for (const one of checkDirectives(directive.block ?? [], rule.opens)) missing.add(one);
    }
  }
  return [...missing];
}

function checkServerLine({ args, file, line }: Directive): void {
  if (args.length === 0)
    throw new ConfigError(`invalid number of arguments in "server" directive in ${file}:${line}`);
  const odd = args
    .slice(1)
    .find(
      (arg) => !/^(weight|max_fails|fail_timeout|max_conns)=\S+$|^(backup|down|resolve)$/.test(arg),
    );
  if (odd !== undefined) throw new ConfigError(`invalid parameter "${odd}" in ${file}:${line}`);
}
