/**
 * A registry: the Docker Registry HTTP API v2 on a network stack. A host of the lab that is no machine (`registry:5000`) is one.
 *
 * Real:     docker/distribution registry/handlers.
 * Left out: authentication, deletion, chunked uploads.
 */
import {
  collectBody,
  serveHttp,
  type HttpRequest,
  type HttpResponder,
  type Listener,
  type NetStack,
  type TcpConnection,
} from '../../sim/index.ts';
import { digestOf } from './digest.ts';

export class RegistryServer {
  /** `web sha256:...` and `web 1` to manifest text. */
  readonly #manifests = new Map<string, string>();
  readonly #blobs = new Map<string, string>();
  readonly #listener: Listener;

  constructor(stack: NetStack, port: number) {
    this.#listener = stack.tcp.listen('0.0.0.0', port, (connection) => this.#serve(connection));
  }

  close(): void {
    this.#listener.close();
  }

  #serve(connection: TcpConnection): void {
    serveHttp(connection, connection.remote.address, (request, respond) =>
      collectBody(request.body, (body) => this.#handle(request, respond, body)),
    );
  }

  #handle(request: HttpRequest, respond: HttpResponder, body: string): void {
    const [path = '', query = ''] = request.target.split('?');
    const json = (
      status: number,
      value: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): void =>
      respond.send(
        status,
        {
          'content-type': 'application/json',
          'docker-distribution-api-version': 'registry/2.0',
          ...headers,
        },
        typeof value === 'string' ? value : JSON.stringify(value),
      );
    const unknown = (code: string, message: string): void =>
      json(404, { errors: [{ code, message }] });
    if (/^\/v2\/?$/.test(path)) return json(200, {});
    if (path === '/v2/_catalog') return json(200, { repositories: this.#repositories() });
    const tags = /^\/v2\/(.+)\/tags\/list$/.exec(path);
    if (tags) return json(200, { name: tags[1], tags: this.#tagsOf(tags[1] as string) });
    const manifest = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(path);
    if (manifest) {
      const key = `${manifest[1] ?? ''} ${manifest[2] ?? ''}`;
      if (request.method === 'PUT') {
        this.#manifests.set(key, body);
        this.#manifests.set(`${manifest[1] ?? ''} sha256:${digestOf(body)}`, body);
        return json(201, '');
      }
      const found = this.#manifests.get(key);
      return found === undefined
        ? unknown('MANIFEST_UNKNOWN', 'manifest unknown')
        : json(200, found, {
            'content-type': 'application/vnd.docker.distribution.manifest.v2+json',
          });
    }
    const upload = /^\/v2\/(.+)\/blobs\/uploads\//.exec(path);
    const digest = /(?:^|&)digest=([^&]+)/.exec(query)?.[1];
    if (upload && request.method === 'PUT' && digest !== undefined) {
      this.#blobs.set(decodeURIComponent(digest), body);
      return json(201, '');
    }
    const blob = this.#blobs.get(/\/blobs\/([^/]+)$/.exec(path)?.[1] ?? '');
    if (blob === undefined) return unknown('BLOB_UNKNOWN', 'blob unknown to registry');
    json(200, blob, { 'content-type': 'application/octet-stream' });
  }

  #repositories(): readonly string[] {
    return [...new Set([...this.#manifests.keys()].map((key) => key.split(' ')[0] as string))].sort(
      (a, b) => (a < b ? -1 : 1),
    );
  }

  #tagsOf(repository: string): readonly string[] {
    return [...this.#manifests.keys()].flatMap((key) =>
      key.startsWith(`${repository} `) && !key.includes(' sha256:')
        ? [key.slice(repository.length + 1)]
        : [],
    );
  }
}
