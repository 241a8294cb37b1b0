/**
 * What clients and the server say to each other: a line of JSON each.
 *
 * Real:     the MySQL client/server protocol (sql-common/client.cc, sql/protocol_classic.cc). The greeting begins as the real one does, with the
 *           protocol's number and the server's version; the packets after it are text here.
 * Left out: TLS, compression, prepared statements, LOCAL INFILE.
 */
import { hashHex, sha256 } from '../../sim/index.ts';

export interface Greeting {
  readonly version: string;
  readonly comment: string;
  readonly id: number;
  readonly salt: string;
}

export interface Field {
  readonly name: string;
  readonly table?: string | undefined;
  /** The client puts numbers on the right. */
  readonly isNumber: boolean;
  readonly type: string;
}

export type Reply =
  | {
      readonly type: 'ok';
      readonly affected: number;
      readonly insertId: number;
      readonly info: string;
      readonly warnings: number;
      readonly database?: string | undefined;
    }
  | {
      readonly type: 'rows';
      readonly fields: readonly Field[];
      readonly rows: readonly (readonly (string | null)[])[];
      readonly warnings: number;
    }
  | {
      readonly type: 'error';
      readonly number: number;
      readonly state: string;
      readonly message: string;
    };

export type Request =
  | {
      readonly type: 'auth';
      readonly user: string;
      readonly response: string;
      readonly database: string;
      readonly program: string;
    }
  | { readonly type: 'query'; readonly sql: string }
  | { readonly type: 'use'; readonly database: string }
  | { readonly type: 'ping' }
  | { readonly type: 'statistics' }
  | { readonly type: 'quit' };

export function encodeGreeting(greeting: Greeting): string {
  return `J\0\0\0\u000a${greeting.version}\0${JSON.stringify(greeting)}\n`;
}

export function parseGreeting(line: string): Greeting | undefined {
  const at = line.indexOf('{');
  return line.startsWith('J\0\0\0') && at > 0
    ? (JSON.parse(line.slice(at)) as Greeting)
    : undefined;
}

/** What is kept of a password: SHA1-like and twice, as mysql_native_password keeps it; '' for no password. */
export function passwordHash(password: string): string {
  return password === '' ? '' : `*${hashHex(sha256(`mysql ${password}`), 40).toUpperCase()}`;
}

/** Proves that one knows the password without sending it. */
export function scramble(password: string, salt: string): string {
  return password === '' ? '' : sha256(`${salt} ${passwordHash(password)}`);
}

export function isProof(response: string, hash: string, salt: string): boolean {
  return hash === '' ? response === '' : response === sha256(`${salt} ${hash}`);
}
