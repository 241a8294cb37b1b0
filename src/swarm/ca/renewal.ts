/**
 * When a node renews its certificate: some time between a half and four fifths of its life, so that not all do it at once.
 *
 * Real: swarmkit ca/config.go (calculateRandomExpiry), ca/certificates.go (CertBackdate)
 */
import type { Random } from '../../sim/index.ts';

/** A certificate is valid from an hour before it was issued: clocks differ. */
export const BACKDATE_MS = 3_600_000;
const LOWER_PERCENT = 50;
const UPPER_PERCENT = 80;
const MINUTE_MS = 60_000;

/** Milliseconds since 1970; whole minutes after `notBeforeMs`. */
export function renewalAtMs(notBeforeMs: number, notAfterMs: number, random: Random): number {
  const minutes = (notAfterMs - notBeforeMs) / MINUTE_MS;
  const min = Math.floor((minutes * LOWER_PERCENT) / 100);
  const max = Math.floor((minutes * UPPER_PERCENT) / 100);
  return notBeforeMs + (max > min ? min + random.below(max - min) : min) * MINUTE_MS;
}
