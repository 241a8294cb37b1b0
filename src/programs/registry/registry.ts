/**
 * registry: images over the Docker Registry HTTP API v2.
 *
 * Real:     distribution/distribution registry/handlers/*.go, docs/spec/api.md.
 * Left out: TLS, authentication, `Range` uploads beyond one PATCH, garbage collection, the pull-through cache; checksums are not verified
 *           (the lab's digests are names, see the engine's images).
 */
import {
  collectBody,
  hashHex,
  SystemError,
  write,
  type HttpRequest,
  type Listener,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { become } from '../net/become.ts';
import { logDate } from '../net/dates.ts';
import { listenHttp, type Answer } from '../net/http.ts';
import { SignalQueue } from '../net/signals.ts';
import { RegistryStore } from './store.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

export const registryEntrypoint: Program = function* (process) {
  const words = process.argv.slice(1);
  const isConfig = /\.ya?ml$/.test(words[0] ?? '');
  return yield* become(
    process,
    isConfig
      ? ['registry', 'serve', ...words]
      : words[0] === 'serve' || words[0] === 'garbage-collect'
        ? ['registry', ...words]
        : words,
    '/entrypoint.sh',
  );
};

export function registryProgram(version: string): Program {
  return function* (process) {
    const [verb] = process.argv.slice(1);
    if (verb === '--version' || verb === '-v') {
      yield* write(process.stdout, `registry github.com/docker/distribution v${version}\n`);
      return 0;
    }
    if (verb !== 'serve') {
      yield* write(process.stderr, `이 실습실에서는 지원하지 않습니다: registry ${verb ?? ''}\n`);
      return 1;
    }
    return yield* new RegistryServer(process, version).run();
  };
}

class RegistryServer {
  readonly #process: Process;
  readonly #version: string;
  readonly #store: RegistryStore;
  readonly #uploads = new Map<string, string>();
  readonly #instance: string;

  constructor(process: Process, version: string) {
    this.#process = process;
    this.#version = version;
    const { env, namespace } = process;
    this.#store = new RegistryStore(
      namespace.files,
      env.get('REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY') ?? '/var/lib/registry',
    );
    this.#instance = this.#uuid();
  }

  *run(): Sys<number> {
    const process = this.#process;
    const signals = new SignalQueue(process, ['SIGTERM', 'SIGINT']);
    const address = process.env.get('REGISTRY_HTTP_ADDR') ?? ':5000';
    const port = Number(address.slice(address.lastIndexOf(':') + 1)) || 5000;
    if (!process.env.has('REGISTRY_HTTP_SECRET'))
      this.#log(
        'warning',
        'No HTTP secret provided - generated random secret. This may cause problems with uploads if multiple registries are behind a load-balancer. To provide a shared secret, fill in http.secret in the configuration file or set the REGISTRY_HTTP_SECRET environment variable.',
      );
    this.#log('info', 'redis not configured');
    this.#log('info', 'using inmemory blob descriptor cache');
    process.memoryBytes = 12_000_000;
    let listener: Listener;
    try {
      listener = listenHttp(process, {
        port,
        handle: (request, answer) => this.#request(request, answer),
      });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      process.stderr.put(
        `time="${this.#time}" level=fatal msg="listen tcp :${port}: bind: ${error.text.toLowerCase()}"\n`,
      );
      return 1;
    }
    try {
      this.#log('info', `listening on [::]:${port}`);
      yield* signals.next();
      return process.isInit ? 2 : 0;
    } finally {
      listener.close();
    }
  }

  get #time(): string {
    return this.#process.kernel.world.timestamp().replace(/(\.\d+)?Z$/, 'Z');
  }

  #log(level: string, message: string): void {
    this.#process.stderr.put(
      `time="${this.#time}" level=${level} msg="${message.replace(/"/g, '\\"')}" go.version=go1.20.8 instance.id=${this.#instance} service=registry version=${this.#version}\n`,
    );
  }

  #uuid(): string {
    const hex = this.#process.kernel.world.random(`registry ${this.#process.namespace.id}`).hex(32);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  #request(request: HttpRequest, answer: (answer: Answer) => void): void {
    const say = (one: Answer): void => {
      const { kernel, stdout } = this.#process;
      stdout.put(
        `${request.from} - - [${logDate(kernel.world.unixMs)}] "${request.method} ${request.target} HTTP/1.1" ${one.status} ${one.body.length} "" "${request.headers['user-agent'] ?? ''}"\n`,
      );
      answer({
        ...one,
        headers: {
          'docker-distribution-api-version': 'registry/2.0',
          'x-content-type-options': 'nosniff',
          ...one.headers,
        },
      });
    };
    collectBody(request.body, (body) => {
      try {
        say(this.#route(request, body));
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        this.#log('error', `filesystem: ${error.text.toLowerCase()}`);
        say(problem(500, 'UNKNOWN', `unknown error: filesystem: ${error.text.toLowerCase()}`));
      }
    });
  }

  #route(request: HttpRequest, body: string): Answer {
    const [path = '', query = ''] = request.target.split('?');
    if (path === '/v2/' || path === '/v2') return plain(200, '{}');
    if (path === '/v2/_catalog')
      return plain(200, `${JSON.stringify({ repositories: this.#store.repositories() })}\n`);
    const m =
      /^\/v2\/(.+?)\/(tags\/list|manifests\/[^/]+|blobs\/uploads\/[^/]*|blobs\/[^/]+)$/.exec(path);
    if (!m)
      return {
        status: 404,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: '404 page not found\n',
      };
    const [, name = '', rest = ''] = m;
    if (rest === 'tags/list') {
      const tags = this.#store.tags(name);
      return tags
        ? plain(200, `${JSON.stringify({ name, tags: tags.length > 0 ? tags : null })}\n`)
        : problem(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name });
    }
    if (rest.startsWith('manifests/'))
      return this.#manifest(request, name, rest.slice('manifests/'.length), body);
    if (rest.startsWith('blobs/uploads/'))
      return this.#upload(request, name, rest.slice('blobs/uploads/'.length), { query, body });
    return this.#blob(request, name, rest.slice('blobs/'.length));
  }

  #manifest(request: HttpRequest, name: string, reference: string, body: string): Answer {
    if (request.method === 'PUT') {
      const digest = `sha256:${hashHex(body, 64)}`;
      this.#store.putManifest(name, reference, digest, body);
      return {
        status: 201,
        headers: { 'docker-content-digest': digest, location: `/v2/${name}/manifests/${digest}` },
        body: '',
      };
    }
    const digest = this.#store.resolve(name, reference);
    if (digest === undefined)
      return problem(
        404,
        'MANIFEST_UNKNOWN',
        'manifest unknown',
        reference.startsWith('sha256:') ? { name, revision: reference } : { Tag: reference },
      );
    if (request.method === 'DELETE') {
      if (this.#process.env.get('REGISTRY_STORAGE_DELETE_ENABLED') !== 'true')
        return problem(405, 'UNSUPPORTED', 'The operation is unsupported.');
      this.#store.deleteManifest(name, digest);
      return { status: 202, headers: {}, body: '' };
    }
    const text = this.#store.blob(digest) ?? '';
    return {
      status: 200,
      headers: {
        'content-type': mediaType(text),
        'docker-content-digest': digest,
        etag: `"${digest}"`,
      },
      body: text,
    };
  }

  #blob(request: HttpRequest, name: string, digest: string): Answer {
    const text = this.#store.hasLayer(name, digest) ? this.#store.blob(digest) : undefined;
    if (text === undefined || !['GET', 'HEAD'].includes(request.method))
      return problem(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });
    return {
      status: 200,
      headers: {
        'content-type': 'application/octet-stream',
        'docker-content-digest': digest,
        etag: `"${digest}"`,
      },
      body: text,
    };
  }

  /** POST begins, PATCH appends, PUT with a digest ends; POST or PUT with all of it in one go. */
  #upload(
    request: HttpRequest,
    name: string,
    id: string,
    { query, body }: { readonly query: string; readonly body: string },
  ): Answer {
    const digest = decodeURIComponent(/(?:^|&)digest=([^&]+)/.exec(query)?.[1] ?? '');
    if (request.method === 'POST' && digest === '') {
      const fresh = this.#uuid();
      this.#uploads.set(fresh, '');
      return this.#accepted(name, fresh, 0);
    }
    const text = (this.#uploads.get(id) ?? '') + body;
    if (request.method === 'PATCH') {
      this.#uploads.set(id, text);
      return this.#accepted(name, id, text.length);
    }
    this.#uploads.delete(id);
    if (!/^sha256:[0-9a-f]{64}$/.test(digest))
      return problem(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    this.#store.putBlob(name, digest, text);
    return {
      status: 201,
      headers: { 'docker-content-digest': digest, location: `/v2/${name}/blobs/${digest}` },
      body: '',
    };
  }

  #accepted(name: string, id: string, length: number): Answer {
    return {
      status: 202,
      headers: {
        location: `/v2/${name}/blobs/uploads/${id}`,
        'docker-upload-uuid': id,
        range: `0-${Math.max(0, length - 1)}`,
      },
      body: '',
    };
  }
}

function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': JSON_TYPE }, body };
}

function problem(status: number, code: string, message: string, detail?: unknown): Answer {
  return plain(
    status,
    `${JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] })}\n`,
  );
}

function mediaType(manifest: string): string {
  return /"mediaType":\s*"([^"]+)"/.exec(manifest)?.[1] ?? MANIFEST_TYPE;
}
