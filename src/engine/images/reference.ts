/**
 * Names of images: `nginx`, `nginx:1.10`, `registry:5000/web@sha256:...`, in their familiar and their full form.
 *
 * Real: distribution/reference normalize.go, reference.go.
 */

export interface Reference {
  /** `docker.io`, `registry:5000`. */
  readonly domain: string;
  /** `library/nginx`, `web`. */
  readonly path: string;
  readonly tag: string | undefined;
  /** `sha256:...`. */
  readonly digest: string | undefined;
}

const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?$/;
const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export type Parsed =
  { readonly ok: true; readonly value: Reference } | { readonly ok: false; readonly error: string };

/** Reads a name as users type it. The error is the library's sentence. */
export function parseReference(text: string): Parsed {
  if (/^[0-9a-f]{64}$/.test(text))
    return no(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const at = text.indexOf('@');
  const digest = at >= 0 ? text.slice(at + 1) : undefined;
  const rest = at >= 0 ? text.slice(0, at) : text;
  const colon = rest.lastIndexOf(':');
  const tag = colon > rest.lastIndexOf('/') ? rest.slice(colon + 1) : undefined;
  const { domain, path } = splitDomain(tag === undefined ? rest : rest.slice(0, colon));
  if (path !== path.toLowerCase())
    return no(`invalid reference format: repository name (${path}) must be lowercase`);
  const isWrong =
    !PATH.test(path) ||
    !DOMAIN.test(domain) ||
    (tag !== undefined && !TAG.test(tag)) ||
    (digest !== undefined && !DIGEST.test(digest));
  if (isWrong) return no('invalid reference format');
  return { ok: true, value: { domain, path, tag, digest } };
}

function no(error: string): Parsed {
  return { ok: false, error };
}

function splitDomain(name: string): { readonly domain: string; readonly path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  const isHost =
    slash >= 0 &&
    (first.includes('.') ||
      first.includes(':') ||
      first === 'localhost' ||
      first !== first.toLowerCase());
  const domain = isHost ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const path = isHost ? name.slice(slash + 1) : name;
  return { domain, path: domain === 'docker.io' && !path.includes('/') ? `library/${path}` : path };
}

/** `nginx` of docker.io/library/nginx; `registry:5000/web`. */
export function familiarName(reference: Pick<Reference, 'domain' | 'path'>): string {
  if (reference.domain !== 'docker.io') return `${reference.domain}/${reference.path}`;
  return reference.path.startsWith('library/')
    ? reference.path.slice('library/'.length)
    : reference.path;
}

/** With its tag (`latest` when it has neither tag nor digest). */
export function familiarString(reference: Reference): string {
  const name = familiarName(reference);
  if (reference.digest !== undefined)
    return `${name}${reference.tag === undefined ? '' : `:${reference.tag}`}@${reference.digest}`;
  return `${name}:${reference.tag ?? 'latest'}`;
}

/** `docker.io/library/nginx`. */
export function fullName(reference: Pick<Reference, 'domain' | 'path'>): string {
  return `${reference.domain}/${reference.path}`;
}
