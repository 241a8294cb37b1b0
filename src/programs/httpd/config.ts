/**
 * httpd.conf as far as it is simulated: Listen, DocumentRoot, DirectoryIndex, ServerName, Options Indexes, Redirect, logs, Include.
 *
 * Real:     Apache server/{config,core}.c.
 * Left out: virtual hosts, proxies, rewriting, authentication: `UNSUPPORTED` says so when the server starts.
 */
import { normalize, type FileSystem } from '../../sim/index.ts';

export interface HttpdConfig {
  readonly ports: readonly number[];
  readonly documentRoot: string;
  readonly indexes: readonly string[];
  readonly serverName: string | undefined;
  /** Folders that may be listed (`Options Indexes`). */
  readonly listed: readonly string[];
  readonly redirects: readonly {
    readonly from: string;
    readonly to: string;
    readonly status: number;
  }[];
  readonly errorLog: string;
  readonly accessLog: string;
  readonly format: string;
  readonly user: string;
  readonly unsupported: readonly string[];
}

export class HttpdConfigError extends Error {
  override readonly name = 'HttpdConfigError';
}

const ROOT_FOLDER = '/usr/local/apache2';

/** Real and without effect on what the lab shows. */
const IGNORED: ReadonlySet<string> = new Set(
  'serverroot loadmodule serveradmin allowoverride require loglevel addtype addhandler typesconfig scriptalias enablesendfile enablemmap timeout keepalive maxkeepaliverequests keepalivetimeout group requestheader servertokens serversignature hostnamelookups addencoding scriptsock adddefaultcharset mutex pidfile usecanonicalname traceenable define'.split(
    ' ',
  ),
);
const UNSUPPORTED: ReadonlySet<string> = new Set(
  'proxypass proxypassreverse rewriteengine rewriterule rewritecond alias aliasmatch authtype authname authuserfile sslengine sslcertificatefile balancermember header setenv setenvif errordocument fallbackresource'.split(
    ' ',
  ),
);

interface Draft {
  ports: number[];
  documentRoot: string;
  indexes: readonly string[];
  serverName: string | undefined;
  listed: string[];
  redirects: { from: string; to: string; status: number }[];
  errorLog: string;
  accessLog: string;
  formatName: string;
  user: string;
  readonly formats: Map<string, string>;
  readonly unsupported: Set<string>;
}

export function loadHttpdConfig(files: FileSystem, path: string): HttpdConfig {
  const draft: Draft = {
    ports: [],
    documentRoot: `${ROOT_FOLDER}/htdocs`,
    indexes: ['index.html'],
    serverName: undefined,
    listed: [],
    redirects: [],
    errorLog: '/proc/self/fd/2',
    accessLog: '',
    formatName: 'common',
    user: 'www-data',
    formats: new Map(),
    unsupported: new Set(),
  };
  readLines(files, path, draft, 0);
  if (draft.ports.length === 0)
    throw new HttpdConfigError('no listening sockets available, shutting down');
  const { formats, formatName, unsupported, ...rest } = draft;
  return {
    ...rest,
    unsupported: [...unsupported],
    format: formats.get(formatName) ?? '%h %l %u %t "%r" %>s %b',
  };
}

function readLines(files: FileSystem, path: string, draft: Draft, depth: number): void {
  if (files.lookup(path)?.type !== 'file' || depth > 8)
    throw new HttpdConfigError(
      `httpd: Could not open configuration file ${path}: No such file or directory`,
    );
  const folders: string[] = [];
  files
    .readFile(path)
    .split('\n')
    .forEach((raw, i) => {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) return;
      const section = /^<(\/?)(\w+)\s*([^>]*)>$/.exec(line);
      if (section) {
        if (section[1] === '/') folders.pop();
        else {
          folders.push(
            section[2]?.toLowerCase() === 'directory'
              ? unquote(section[3] ?? '')
              : (folders.at(-1) ?? ''),
          );
          if (section[2]?.toLowerCase() === 'virtualhost') draft.unsupported.add('<VirtualHost>');
        }
        return;
      }
      const [name = '', ...args] = (line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map(unquote);
      if (
        !apply(files, draft, {
          name: name.toLowerCase(),
          args,
          folder: folders.at(-1) ?? '',
          depth,
        })
      )
        throw new HttpdConfigError(
          `AH00526: Syntax error on line ${i + 1} of ${path}:\nInvalid command '${name}', perhaps misspelled or defined by a module not included in the server configuration`,
        );
    });
}

interface Line {
  readonly name: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly depth: number;
}

/** False: no such directive. */
function apply(files: FileSystem, draft: Draft, { name, args, folder, depth }: Line): boolean {
  const [first = '', second = ''] = args;
  switch (name) {
    case 'listen':
      draft.ports.push(Number(first.replace(/^.*:/, '')));
      return true;
    case 'documentroot':
      draft.documentRoot = normalize(first, ROOT_FOLDER);
      return true;
    case 'directoryindex':
      draft.indexes = args;
      return true;
    case 'servername':
      draft.serverName = first;
      return true;
    case 'options':
      if (args.some((arg) => /^\+?(indexes|all)$/i.test(arg)) && folder !== '')
        draft.listed.push(normalize(folder));
      return true;
    case 'redirect':
      draft.redirects.push(
        /^(\d{3}|permanent|temp)$/.test(first)
          ? {
              from: second,
              to: args[2] ?? '',
              status: first === 'permanent' ? 301 : first === 'temp' ? 302 : Number(first),
            }
          : { from: first, to: second, status: 302 },
      );
      return true;
    case 'errorlog':
      draft.errorLog = normalize(first, ROOT_FOLDER);
      return true;
    case 'customlog':
      draft.accessLog = normalize(first, ROOT_FOLDER);
      draft.formatName = second;
      return true;
    case 'logformat':
      draft.formats.set(second, first);
      return true;
    case 'user':
      draft.user = first;
      return true;
    case 'include':
    case 'includeoptional':
      for (const path of expand(files, normalize(first, ROOT_FOLDER)))
        readLines(files, path, draft, depth + 1);
      return true;
    default:
      if (UNSUPPORTED.has(name)) draft.unsupported.add(name);
      return IGNORED.has(name) || UNSUPPORTED.has(name);
  }
}

function expand(files: FileSystem, path: string): readonly string[] {
  if (!path.includes('*')) return [path];
  const folder = path.slice(0, path.lastIndexOf('/'));
  const matcher = new RegExp(
    `^${path
      .slice(folder.length + 1)
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')}$`,
  );
  return files.lookup(folder)?.type === 'directory'
    ? files
        .list(folder)
        .filter((name) => matcher.test(name))
        .map((name) => `${folder}/${name}`)
    : [];
}

function unquote(word: string): string {
  return word.startsWith('"')
    ? word.slice(1, word.endsWith('"') ? -1 : undefined).replace(/\\(["\\])/g, '$1')
    : word;
}
