/**
 * Checks that several kinds of objects share.
 *
 * Real: swarmkit manager/controlapi/common.go
 */
import { SwarmFailure, type Annotations, type GrpcCode } from '../api/index.ts';

const DNS_NAME = /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/;
const NAME_CHARS_MAX = 63;
const CONFIG_OR_SECRET_NAME = /^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/;
const CONFIG_OR_SECRET_NAME_CHARS_MAX = 64;

export function fail(code: GrpcCode, message: string): never {
  throw new SwarmFailure(code, message);
}

export function invalid(message: string): never {
  return fail('InvalidArgument', message);
}

export function checkAnnotations(annotations: Pick<Annotations, 'Name'>): void {
  if (!annotations.Name) invalid('meta: name must be provided');
  if (annotations.Name.length > NAME_CHARS_MAX) invalid('name must be 63 characters or fewer');
  if (!DNS_NAME.test(annotations.Name)) invalid('name must be valid as a DNS name component');
}

export function checkConfigOrSecretName(name: string): void {
  if (!name) invalid('name must be provided');
  if (name.length > CONFIG_OR_SECRET_NAME_CHARS_MAX || !CONFIG_OR_SECRET_NAME.test(name))
    invalid(
      'invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]',
    );
}

export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Whether two pieces of plain data say the same. */
export function isEqual(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
