/**
 * The root certificate of a swarm, as it looks from outside: PEM, digest, subject and public key of the issuer.
 *
 * Real:     swarmkit ca/certificates.go (CreateRootCA: ECDSA P-256, CN swarm-ca, 20 years)
 * Left out: cryptography. The bytes have the layout of the real certificate, but key, serial number and signature are drawn by lot:
 *           nothing is signed and nothing can be verified.
 */
import type { Random } from '../../sim/index.ts';
import type { TLSInfo } from '../api/index.ts';

export interface RootCA {
  /** PEM. */
  readonly Cert: string;
  /** SHA-256 of the PEM: 64 hexadecimal digits. Join tokens carry it. */
  readonly Digest: string;
  /** Base64 of the public key in its DER envelope. */
  readonly PublicKey: string;
}

const NAME = '301331113' + '00f06035504031308' + ascii('swarm-ca');
const ALGORITHM = '300a06082a8648ce3d040302';
const KEY_HEAD = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
const YEARS = 20;

/** A new root, valid from `now` (RFC 3339) on. `digestOf`: SHA-256 of a text, in hexadecimal. */
export function newRootCA(random: Random, now: string, digestOf: (text: string) => string): RootCA {
  const key = `${KEY_HEAD}${random.hex(128)}`;
  const from = utcTime(now, 0);
  const to = utcTime(now, YEARS);
  const body = [
    'a003020102',
    `02143${random.hex(39)}`,
    ALGORITHM,
    NAME,
    `301e170d${ascii(from)}170d${ascii(to)}`,
    NAME,
    key,
    'a3423040',
    '300e0603551d0f0101ff040403020106',
    '300f0603551d130101ff040530030101ff',
    `301d0603551d0e04160414${random.hex(40)}`,
  ].join('');
  const signature = `0348003045022100${'89abcdef'[random.below(8)]}${random.hex(63)}02203${random.hex(63)}`;
  const der = sequence(`${sequence(body)}${ALGORITHM}${signature}`);
  // The private key. Nobody keeps it, since nothing is signed with it.
  random.hex(64);
  const cert = pem(base64(der));
  return { Cert: cert, Digest: digestOf(cert), PublicKey: base64(key) };
}

export function tlsInfoOf(root: RootCA): TLSInfo {
  return {
    TrustRoot: root.Cert,
    CertIssuerSubject: base64(NAME),
    CertIssuerPublicKey: root.PublicKey,
  };
}

/** DER's SEQUENCE with a two-byte length. */
function sequence(hex: string): string {
  return `3082${(hex.length / 2).toString(16).padStart(4, '0')}${hex}`;
}

/** `260302000000Z`. */
function utcTime(rfc3339: string, addYears: number): string {
  const digits = rfc3339.slice(0, 16).replace(/\D/g, '');
  return `${String(Number(digits.slice(0, 4)) + addYears).slice(2)}${digits.slice(4)}00Z`;
}

function ascii(text: string): string {
  let hex = '';
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).padStart(2, '0');
  return hex;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of bytes given in hexadecimal. */
export function base64(hex: string): string {
  let out = '';
  for (let i = 0; i < hex.length; i += 6) {
    const part = hex.slice(i, i + 6);
    const bits = parseInt(part.padEnd(6, '0'), 16);
    const chars = [18, 12, 6, 0].map((shift) => ALPHABET[(bits >>> shift) & 63] as string);
    out +=
      part.length === 6
        ? chars.join('')
        : part.length === 4
          ? `${chars.slice(0, 3).join('')}=`
          : `${chars.slice(0, 2).join('')}==`;
  }
  return out;
}

function pem(body: string): string {
  const lines = body.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
