/**
 * Which engine is meant: `-H`, `DOCKER_HOST`, a context, or the socket of this machine.
 *
 * Real:     docker/cli cli/command/{cli,defaultcontextstore}.go, opts/hosts.go, cli/context/store
 * Left out: contexts other than `default` and those kept in files under the configuration folder.
 */
import { SystemError } from '../../process.ts';
import type { Process } from '../../process.ts';
import { sha256 } from '../../process.ts';

export interface HostChoice {
  readonly host: string;
  readonly context: string;
  /** What to say when a daemon is needed. */
  readonly error: string | undefined;
}

const DEFAULT_HOST = 'unix:///var/run/docker.sock';

export function resolveHost(
  process: Process,
  options: {
    readonly hosts: readonly string[];
    readonly context: string;
    readonly configDir: string;
  },
): HostChoice {
  const fromFlag = options.hosts[options.hosts.length - 1];
  const fromEnv = process.env.get('DOCKER_HOST') ?? '';
  if (options.hosts.length > 1) {
    return failure('default', 'Specify only one -H');
  }
  if (options.context === '' && (fromFlag !== undefined || fromEnv !== '')) {
    return parsed(fromFlag ?? fromEnv);
  }
  const context =
    options.context ||
    (process.env.get('DOCKER_CONTEXT') ?? '') ||
    currentContext(process, options.configDir) ||
    'default';
  if (context === 'default') return { host: DEFAULT_HOST, context, error: undefined };
  const path = metaPath(options.configDir, context);
  const meta = readJSON(process, path) as
    { readonly Endpoints?: { readonly docker?: { readonly Host?: string } } } | undefined;
  if (meta === undefined) {
    return failure(
      context,
      `context "${context}": context not found: open ${path}: no such file or directory`,
    );
  }
  return { host: meta.Endpoints?.docker?.Host ?? DEFAULT_HOST, context, error: undefined };
}

export function metaPath(configDir: string, context: string): string {
  return `${configDir}/contexts/meta/${sha256(context)}/meta.json`;
}

function failure(context: string, reason: string): HostChoice {
  return {
    host: DEFAULT_HOST,
    context,
    error: `Failed to initialize: unable to resolve docker endpoint: ${reason}`,
  };
}

/** `tcp://10.0.0.4` becomes `tcp://10.0.0.4:2375`; `unix://` the default socket. */
function parsed(text: string): HostChoice {
  const address = text.trim();
  const [scheme, rest] = address.includes('://')
    ? [address.slice(0, address.indexOf('://')), address.slice(address.indexOf('://') + 3)]
    : ['tcp', address];
  const ok = (host: string): HostChoice => ({ host, context: 'default', error: undefined });
  if (scheme === 'unix') return ok(rest === '' ? DEFAULT_HOST : `unix://${rest}`);
  if (scheme !== 'tcp') return failure('default', `invalid bind address format: ${address}`);
  const [, host = '', port = ''] = /^(.*?)(?::(\d*))?$/.exec(rest) ?? [];
  return ok(`tcp://${host === '' ? 'localhost' : host}:${port === '' ? '2375' : port}`);
}

function currentContext(process: Process, configDir: string): string {
  const config = readJSON(process, `${configDir}/config.json`) as
    { readonly currentContext?: string } | undefined;
  return config?.currentContext ?? '';
}

export function readJSON(process: Process, path: string): unknown {
  try {
    return JSON.parse(process.namespace.files.readFile(path));
  } catch (error) {
    if (error instanceof SystemError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
