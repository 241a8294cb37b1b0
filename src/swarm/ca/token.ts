/**
 * Join tokens: `SWMTKN-1-` digest of the root CA `-` secret. Which secret it is decides the role.
 *
 * Real:     swarmkit ca/config.go (GenerateJoinToken, ParseJoinToken)
 * Left out: FIPS tokens (SWMTKN-2-1-…).
 */
import type { Random } from '../../sim/index.ts';

export interface JoinToken {
  /** Of the root CA to trust: 64 hexadecimal digits. */
  readonly digest: string;
  readonly secret: string;
}

const DIGEST_CHARS = 50;
const SECRET_CHARS = 25;
const BASE_36 = /^[0-9a-z]+$/;

/** A secret: 16 random bytes as 25 characters of base 36. */
export function newSecret(random: Random): string {
  return BigInt(`0x${random.hex(32)}`)
    .toString(36)
    .padStart(SECRET_CHARS, '0');
}

export function joinToken(digest: string, secret: string): string {
  return `SWMTKN-1-${BigInt(`0x${digest}`).toString(36).padStart(DIGEST_CHARS, '0')}-${secret}`;
}

/** Undefined when it is no token. */
export function parseJoinToken(text: string): JoinToken | undefined {
  const [prefix, version, digest = '', secret = '', ...rest] = text.split('-');
  if (prefix !== 'SWMTKN' || version !== '1' || rest.length > 0) return undefined;
  if (digest.length !== DIGEST_CHARS || secret.length !== SECRET_CHARS) return undefined;
  if (!BASE_36.test(digest) || !BASE_36.test(secret)) return undefined;
  let value = 0n;
  for (const char of digest) value = value * 36n + BigInt(parseInt(char, 36));
  const hex = value.toString(16).padStart(64, '0');
  return hex.length > 64 ? undefined : { digest: hex, secret };
}
