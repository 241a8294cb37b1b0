/**
 * Whether a text can name an image: `[domain[:port]/]path[:tag][@digest]`.
 *
 * Real: distribution/reference (ParseNormalizedNamed)
 */
const DOMAIN =
  '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?';
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REMAINDER = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*(?::${TAG})?(?:@${DIGEST})?$`);
const WITH_DOMAIN = new RegExp(`^${DOMAIN}$`);
const ID = /^[a-f0-9]{64}$/;

export function isImageReference(text: string): boolean {
  if (ID.test(text)) return false;
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  const hasDomain =
    slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  if (!hasDomain) return REMAINDER.test(text);
  return WITH_DOMAIN.test(first) && REMAINDER.test(text.slice(slash + 1));
}
