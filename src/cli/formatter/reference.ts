/**
 * Image names: `nginx` is `docker.io/library/nginx:latest`.
 *
 * Real:     distribution/reference normalize.go, regexp.go
 * Left out: names made of an image ID.
 */

export interface Reference {
  /** `docker.io`, `registry:5000`. */
  readonly domain: string;
  /** `library/nginx`. */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = `(?:${DOMAIN}(?:\\.${DOMAIN})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATTERN = new RegExp(
  `^((?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);

/** Reads a name; undefined where Docker says `invalid reference format`. */
export function parseReference(text: string): Reference | undefined {
  if (/^[a-f0-9]{64}$/.test(text)) return undefined;
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const isDomain =
    first !== '' && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const domain = isDomain ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  let rest = isDomain ? text.slice(slash + 1) : text;
  if (domain === 'docker.io' && !rest.includes('/')) rest = `library/${rest}`;
  const match = PATTERN.exec(`${domain}/${rest}`);
  if (match === null) return undefined;
  const name = match[1] ?? '';
  return {
    domain,
    path: name.slice(domain.length + 1),
    tag: match[2],
    digest: match[3],
  };
}

/** `nginx`, `user/app`, `registry:5000/app`. */
export function familiarName({ domain, path }: Reference): string {
  if (domain !== 'docker.io') return `${domain}/${path}`;
  return path.startsWith('library/') ? path.slice('library/'.length) : path;
}

export function familiarString(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return familiarName(reference) + tag + digest;
}

/** The name as lists show it: without the digest where there is a tag. */
export function displayImage(image: string): string {
  const reference = parseReference(image);
  if (reference?.tag === undefined) return image;
  return familiarString({ ...reference, digest: undefined });
}

/** What is wrong with a text that is no reference; capitals are the usual reason. */
export function whyInvalid(name: string): string {
  const lower = parseReference(name.toLowerCase());
  if (!/[A-Z]/.test(name) || lower === undefined) return 'invalid reference format';
  const bare = name.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const repository = bare.slice(Math.max(0, bare.length - lower.path.length));
  const path =
    lower.path.startsWith('library/') && !bare.includes('/') ? `library/${bare}` : repository;
  return `invalid reference format: repository name (${path}) must be lowercase`;
}
