/**
 * How a registry lies on its disk: blobs by digest, and per repository the tags that point to manifests.
 *
 * Real: distribution/distribution registry/storage/paths.go.
 */
import { SystemError, type FileSystem } from '../../sim/index.ts';

const V2 = '/docker/registry/v2';

export class RegistryStore {
  readonly #files: FileSystem;
  readonly #root: string;

  constructor(files: FileSystem, folder: string) {
    this.#files = files;
    this.#root = `${folder}${V2}`;
  }

  blob(digest: string): string | undefined {
    const path = this.#blobPath(digest);
    return this.#files.lookup(path)?.type === 'file' ? this.#files.readFile(path) : undefined;
  }

  /** Whether a repository has linked this blob. */
  hasLayer(name: string, digest: string): boolean {
    return (
      this.#files.exists(`${this.#repository(name)}/_layers/${digest.replace(':', '/')}/link`) &&
      this.blob(digest) !== undefined
    );
  }

  putBlob(name: string, digest: string, text: string): void {
    this.#write(this.#blobPath(digest), text);
    this.#write(`${this.#repository(name)}/_layers/${digest.replace(':', '/')}/link`, digest);
  }

  putManifest(name: string, reference: string, digest: string, text: string): void {
    this.#write(this.#blobPath(digest), text);
    this.#write(
      `${this.#repository(name)}/_manifests/revisions/${digest.replace(':', '/')}/link`,
      digest,
    );
    if (!reference.startsWith('sha256:'))
      this.#write(`${this.#repository(name)}/_manifests/tags/${reference}/current/link`, digest);
  }

  /** The digest that a tag or digest stands for in a repository. */
  resolve(name: string, reference: string): string | undefined {
    if (reference.startsWith('sha256:'))
      return this.#files.exists(
        `${this.#repository(name)}/_manifests/revisions/${reference.replace(':', '/')}/link`,
      )
        ? reference
        : undefined;
    const path = `${this.#repository(name)}/_manifests/tags/${reference}/current/link`;
    return this.#files.lookup(path)?.type === 'file' ? this.#files.readFile(path) : undefined;
  }

  deleteManifest(name: string, digest: string): boolean {
    if (this.resolve(name, digest) === undefined) return false;
    this.#files.remove(
      `${this.#repository(name)}/_manifests/revisions/${digest.replace(':', '/')}`,
      { recursive: true },
    );
    for (const tag of this.tags(name) ?? [])
      if (this.resolve(name, tag) === digest)
        this.#files.remove(`${this.#repository(name)}/_manifests/tags/${tag}`, { recursive: true });
    return true;
  }

  tags(name: string): readonly string[] | undefined {
    if (this.#files.lookup(this.#repository(name))?.type !== 'directory') return undefined;
    const folder = `${this.#repository(name)}/_manifests/tags`;
    return this.#files.lookup(folder)?.type === 'directory' ? this.#files.list(folder) : [];
  }

  repositories(): readonly string[] {
    const found: string[] = [];
    const visit = (path: string, name: string): void => {
      if (this.#files.lookup(path)?.type !== 'directory') return;
      const names = this.#files.list(path);
      if (names.includes('_manifests')) found.push(name);
      for (const one of names)
        if (!one.startsWith('_')) visit(`${path}/${one}`, name === '' ? one : `${name}/${one}`);
    };
    visit(`${this.#root}/repositories`, '');
    return found;
  }

  #repository(name: string): string {
    return `${this.#root}/repositories/${name}`;
  }

  #blobPath(digest: string): string {
    const hex = digest.replace('sha256:', '');
    return `${this.#root}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
  }

  #write(path: string, text: string): void {
    this.#files.mkdir(path.slice(0, path.lastIndexOf('/')), { parents: true });
    try {
      this.#files.writeFile(path, text);
    } catch (error) {
      // A disk that is full: what was begun goes away, the client is told.
      if (error instanceof SystemError && this.#files.exists(path)) this.#files.remove(path);
      throw error;
    }
  }
}
