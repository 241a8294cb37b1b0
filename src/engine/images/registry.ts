/**
 * Registries as the engine meets them: manifests and layers, by callback, after the time that the wire takes.
 *
 * Docker Hub is a host outside the lab: it answers from the catalogue as long as the machine has a cable in. Every other registry is spoken to over
 * the virtual network (`registryhttp.ts`).
 *
 * Real: moby distribution/{pull_v2,push_v2,errors}.go, docker/distribution registry/client.
 */
import { Underlay, type Machine } from '../../sim/index.ts';
import { EngineError, failed, fine, internal, notFound, type Done } from '../errors.ts';
import type { AuthConfig } from '../api/types.ts';
import type { CatalogueImage, CatalogueRepository, ImageCatalogue } from './catalogue.ts';
import type { Image } from './image.ts';
import { familiarName, familiarString, type Reference } from './reference.ts';

export interface Registry {
  /** The image behind a tag or digest. Not found, denied, unreachable: the error that `docker pull` prints. */
  manifest(reference: Reference, auth: AuthConfig | undefined, done: Done<CatalogueImage>): void;
  /** Brings one layer of so many compressed bytes: `progress` at times, then `done`. */
  layer(bytes: number, progress: (bytes: number) => void, done: Done): void;
  push(
    reference: Reference,
    image: Image,
    auth: AuthConfig | undefined,
    done: Done<{ readonly digest: string; readonly bytes: number }>,
  ): void;
  search(term: string): readonly CatalogueRepository[];
}

const ROUND_TRIP_MS = 40;
/** Compressed bytes that come in a millisecond: a good line. */
const BYTES_PER_MS = 40_000;
const PROGRESS_MS = 100;

/** Docker Hub. */
export class Hub implements Registry {
  readonly #machine: Machine;
  readonly #catalogue: ImageCatalogue;

  constructor(machine: Machine, catalogue: ImageCatalogue) {
    this.#machine = machine;
    this.#catalogue = catalogue;
  }

  manifest(reference: Reference, _auth: AuthConfig | undefined, done: Done<CatalogueImage>): void {
    this.#after(ROUND_TRIP_MS, 'manifest', () => {
      if (!this.#isOnline) return done(failed(offline('registry-1.docker.io')));
      const name = familiarName(reference);
      const found = this.#catalogue.find(name, reference.digest ?? reference.tag ?? 'latest');
      if (found) return done(fine(found));
      if (!this.#catalogue.has(name))
        return done(
          failed(this.#catalogue.isElsewhere?.(name) ? notSimulated(name) : deniedPull(name)),
        );
      const text = familiarString(reference);
      done(failed(notFound(`manifest for ${text} not found: manifest unknown: manifest unknown`)));
    });
  }

  layer(bytes: number, progress: (bytes: number) => void, done: Done): void {
    const totalMs = Math.ceil(bytes / BYTES_PER_MS);
    const step = (passedMs: number): void => {
      if (!this.#isOnline) return done(failed(internal('unexpected EOF')));
      if (passedMs >= totalMs) return done(fine(undefined));
      progress(Math.min(bytes, passedMs * BYTES_PER_MS));
      const nextMs = Math.min(totalMs, passedMs + PROGRESS_MS);
      this.#after(nextMs - passedMs, 'layer', () => step(nextMs));
    };
    this.#after(0, 'layer', () => step(0));
  }

  push(
    _reference: Reference,
    _image: Image,
    _auth: AuthConfig | undefined,
    done: Done<{ readonly digest: string; readonly bytes: number }>,
  ): void {
    this.#after(ROUND_TRIP_MS, 'push', () =>
      done(
        failed(
          this.#isOnline
            ? new EngineError(403, 'denied: requested access to the resource is denied')
            : offline('registry-1.docker.io'),
        ),
      ),
    );
  }

  search(term: string): readonly CatalogueRepository[] {
    return this.#catalogue.search(term);
  }

  get #isOnline(): boolean {
    return this.#machine.net.interfaces.some(
      (port) =>
        port.isUp && port.segment instanceof Underlay && port.segment.isCableIn(this.#machine.name),
    );
  }

  #after(delayMs: number, what: string, run: () => void): void {
    this.#machine.world.schedule(delayMs, `hub ${what}`, () => {
      if (this.#machine.isOn) run();
    });
  }
}

/** Docker Hub has it; the lab does not. */
function notSimulated(name: string): EngineError {
  return notFound(
    `이 실습실에서는 지원하지 않습니다: ${name} 이미지. 실제 Docker Hub에는 있지만, 실습실의 레지스트리에는 없어요.`,
  );
}

function deniedPull(name: string): EngineError {
  return notFound(
    `pull access denied for ${name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
  );
}

function offline(host: string): EngineError {
  return internal(
    `Get "https://${host}/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
  );
}
