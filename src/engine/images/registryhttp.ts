/**
 * A registry in the lab (`registry:5000/web`), spoken to over the virtual network by the Docker Registry HTTP API v2.
 *
 * Manifests are schema 2; the one blob of files is a tar archive of all layers together, layers have sizes only.
 *
 * Real:     docker/distribution docs/spec/api.md, moby registry/{endpoint_v1,service_v2}.go.
 * Left out: TLS (hosts in the lab are treated as `--insecure-registry`), chunked uploads, token authentication.
 */
import {
  bytesBelow,
  collectBody,
  decodeBody,
  entriesOf,
  parseHead,
  readTar,
  treeOf,
  writeTar,
  type Machine,
} from '../../sim/index.ts';
import type { AuthConfig } from '../api/types.ts';
import { failed, fine, internal, notFound, type Done } from '../errors.ts';
import { lookupHost } from '../networks/hostresolver.ts';
import { digestOf } from './digest.ts';
import type { CatalogueImage, CatalogueRepository, ImageConfig } from './catalogue.ts';
import type { Image } from './image.ts';
import { familiarString, type Reference } from './reference.ts';
import type { Registry } from './registry.ts';

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const BYTES_PER_MS = 100_000;

/** What the configuration blob holds: enough to make the same image again. */
interface ConfigBlob {
  readonly id: string;
  readonly architecture: string;
  readonly createdUnixMs: number;
  readonly author: string;
  readonly config: ImageConfig;
  readonly layers: CatalogueImage['layers'];
  readonly history: CatalogueImage['history'];
  readonly files: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

export class HttpRegistry implements Registry {
  readonly #machine: Machine;
  readonly #host: string;
  readonly #port: number;
  readonly #domain: string;

  constructor(machine: Machine, domain: string) {
    this.#machine = machine;
    this.#domain = domain;
    const colon = domain.lastIndexOf(':');
    this.#host = colon < 0 ? domain : domain.slice(0, colon);
    this.#port = colon < 0 ? 80 : Number(domain.slice(colon + 1));
  }

  manifest(reference: Reference, _auth: AuthConfig | undefined, done: Done<CatalogueImage>): void {
    const wanted = reference.digest ?? reference.tag ?? 'latest';
    this.#request('GET', `/v2/${reference.path}/manifests/${wanted}`, '', (answer) => {
      if (!answer.ok) return done(answer);
      if (answer.value.status !== 200) {
        const text = familiarString(reference);
        return done(
          failed(notFound(`manifest for ${text} not found: manifest unknown: manifest unknown`)),
        );
      }
      const manifest = parse(answer.value.body) as
        { readonly config?: { readonly digest?: string } } | undefined;
      this.#request(
        'GET',
        `/v2/${reference.path}/blobs/${manifest?.config?.digest ?? ''}`,
        '',
        (blob) => {
          if (!blob.ok) return done(blob);
          const config = parse(blob.value.body) as ConfigBlob | undefined;
          if (!config)
            return done(failed(internal('error pulling image configuration: invalid JSON')));
          this.#withFiles(reference, config, answer.value.body, done);
        },
      );
    });
  }

  #withFiles(
    reference: Reference,
    config: ConfigBlob,
    manifest: string,
    done: Done<CatalogueImage>,
  ): void {
    this.#request('GET', `/v2/${reference.path}/blobs/${config.files}`, '', (blob) => {
      if (!blob.ok) return done(blob);
      const entries = readTar(blob.value.body);
      if (!entries) return done(failed(internal('filesystem layer verification failed')));
      const root = treeOf(entries);
      done(
        fine({
          repository: `${reference.domain}/${reference.path}`,
          tag: reference.tag ?? 'latest',
          digest: `sha256:${digestOf(manifest)}`,
          id: config.id,
          createdUnixMs: config.createdUnixMs,
          author: config.author,
          architecture: config.architecture,
          layers: config.layers,
          ...(config.history ? { history: config.history } : {}),
          config: config.config,
          root: () => root,
        }),
      );
    });
  }

  layer(bytes: number, _progress: (bytes: number) => void, done: Done): void {
    this.#machine.world.schedule(Math.ceil(bytes / BYTES_PER_MS), 'layer', () =>
      done(fine(undefined)),
    );
  }

  push(
    reference: Reference,
    image: Image,
    _auth: AuthConfig | undefined,
    done: Done<{ readonly digest: string; readonly bytes: number }>,
  ): void {
    const files = writeTar(entriesOf('', image.root));
    const filesDigest = `sha256:${digestOf(`${image.id} ${bytesBelow(image.root)}`)}`;
    const blob: ConfigBlob = {
      id: image.id,
      architecture: image.architecture,
      createdUnixMs: image.createdUnixMs,
      author: image.author,
      config: image.config,
      layers: image.layers.map((layer) => ({
        digest: layer.digest || digestOf(layer.diffID),
        bytes: layer.bytes,
        compressedBytes: layer.compressedBytes,
      })),
      history: historyOf(image),
      files: filesDigest,
    };
    const configText = JSON.stringify(blob);
    const manifest = JSON.stringify(manifestOf(image, configText), undefined, 3);
    const put = (path: string, body: string, next: () => void): void =>
      this.#request('PUT', `/v2/${reference.path}/${path}`, body, (answer) => {
        if (!answer.ok) return done(answer);
        if (answer.value.status >= 300)
          return done(failed(internal(`received unexpected HTTP status: ${answer.value.status}`)));
        next();
      });
    put(`blobs/uploads/1?digest=${filesDigest}`, files, () =>
      put(`blobs/uploads/2?digest=${image.id}`, configText, () =>
        put(`manifests/${reference.tag ?? 'latest'}`, manifest, () =>
          done(fine({ digest: `sha256:${digestOf(manifest)}`, bytes: manifest.length })),
        ),
      ),
    );
  }

  search(): readonly CatalogueRepository[] {
    return [];
  }

  /** One HTTP exchange with the registry: name, connection, request, whole answer. */
  #request(method: string, target: string, body: string, done: Done<Answer>): void {
    lookupHost(this.#machine, this.#host, (found) => {
      const where = `Get "https://${this.#domain}/v2/": dial tcp`;
      if ('error' in found) return done(failed(internal(`${where}: ${found.error}`)));
      this.#exchange(found.address, { method, target, body }, (answer) => {
        if (typeof answer === 'object') return done(fine(answer));
        done(failed(internal(`${where} ${found.address}:${this.#port}: ${answer}`)));
      });
    });
  }

  #exchange(
    address: string,
    request: { readonly method: string; readonly target: string; readonly body: string },
    done: (answer: Answer | string) => void,
  ): void {
    const { net, world } = this.#machine;
    // On this machine's own bridge the connection is there before `connect` returns: the timer is made first.
    let giveUp = (): void => {};
    const timeout = world.schedule(15_000, 'registry timeout', () => {
      giveUp();
      done('i/o timeout');
    });
    giveUp = net.tcp.connect(
      { address, port: this.#port },
      {
        connected: (connection) => {
          timeout.cancel();
          connection.reader.retain();
          connection.writer.retain();
          const head = `${request.method} ${request.target} HTTP/1.1\r\nHost: ${this.#domain}\r\nAccept: ${MANIFEST_TYPE}\r\nContent-Length: ${request.body.length}\r\n\r\n`;
          sendAll(connection.writer, head + request.body);
          receiveAnswer(connection.reader, (answer) => {
            connection.close();
            done(answer ?? 'EOF');
          });
        },
        failed: (error) => {
          timeout.cancel();
          done(`connect: ${error.text.toLowerCase()}`);
        },
      },
    );
  }
}

function sendAll(
  writer: { put(text: string): boolean; whenWritable(notify: () => void): () => void },
  text: string,
): void {
  let at = 0;
  const pump = (): void => {
    while (at < text.length) {
      const piece = text.slice(at, at + 32_768);
      if (!writer.put(piece)) return void writer.whenWritable(pump);
      at += piece.length;
    }
  };
  pump();
}

function receiveAnswer(
  reader: Parameters<typeof decodeBody>[2],
  done: (answer: Answer | undefined) => void,
): void {
  let text = '';
  const pull = (): void => {
    for (;;) {
      const chunk = reader.take();
      if (chunk === undefined) return void reader.whenReadable(pull);
      if (chunk === '') return done(undefined);
      text += chunk;
      const head = parseHead(text);
      if (!head) continue;
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.first)?.[1] ?? 0);
      return collectBody(decodeBody(head.headers, head.rest, reader), (body) =>
        done({ status, body }),
      );
    }
  };
  pull();
}

function manifestOf(image: Image, configText: string): Readonly<Record<string, unknown>> {
  return {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: configText.length,
      digest: image.id,
    },
    layers: image.layers.map((layer) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      size: layer.compressedBytes,
      digest: `sha256:${layer.digest || digestOf(layer.diffID)}`,
    })),
  };
}

function historyOf(image: Image): CatalogueImage['history'] {
  let layer = 0;
  return image.history.map((line) => ({
    createdBy: line.createdBy,
    comment: line.comment,
    ...(line.bytes > 0 && layer < image.layers.length ? { layer: layer++ } : {}),
  }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
