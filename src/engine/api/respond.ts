/**
 * What all handlers share: refusals as answers, JSON streams, query parameters.
 *
 * Real: moby api/server/httputils, pkg/streamformatter.
 */
import type { HttpResponder } from '../../sim/index.ts';
import { badRequest, EngineError, type Outcome } from '../errors.ts';
import type { ApiContext, Handler } from './router.ts';
import type { AuthConfig, JSONMessage } from './types.ts';

/** Runs a handler; what it throws as `EngineError` is the answer. */
export function guarded(handler: Handler): Handler {
  return (context) => {
    try {
      handler(context);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refuse(context, error);
    }
  };
}

export function refuse(context: ApiContext, error: EngineError): void {
  if (error.status === 304) context.empty(304);
  else context.fail(error.status, error.message);
}

/** Answers an outcome: nothing (204) or what `body` makes of it. */
export function answer<T>(
  context: ApiContext,
  result: Outcome<T>,
  status: number,
  body?: (value: T) => unknown,
): void {
  if (!result.ok) refuse(context, result.error);
  else if (body) context.json(status, body(result.value));
  else context.empty(status);
}

/** Reads the JSON body, then runs `use` with refusals as answers. */
export function withBody<T>(context: ApiContext, use: (body: T) => void): void {
  context.withJson((body) => {
    try {
      use((body ?? {}) as T);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refuse(context, error);
    }
  });
}

export function filtersOf(context: ApiContext): ReadonlyMap<string, readonly string[]> {
  if (!context.filters) throw badRequest('invalid filter');
  return context.filters;
}

/** A whole number of a query parameter; `otherwise` when it is absent. */
export function numberOf(context: ApiContext, name: string, otherwise: number): number {
  const text = context.query.get(name);
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value)) throw badRequest(`strconv.Atoi: parsing "${text}": invalid syntax`);
  return value;
}

/** A stream of progress: begins with the first line, so that an error before it is a plain refusal. */
export class ProgressStream {
  readonly #context: ApiContext;
  #responder: HttpResponder | undefined;

  constructor(context: ApiContext) {
    this.#context = context;
  }

  readonly tell = (message: JSONMessage): void => {
    this.#responder ??= this.#context.stream('application/json');
    this.#responder.write(`${JSON.stringify(message)}\r\n`);
  };

  end(result: Outcome<unknown>): void {
    if (!result.ok && !this.#responder) return refuse(this.#context, result.error);
    if (!result.ok)
      this.tell({ errorDetail: { message: result.error.message }, error: result.error.message });
    if (!this.#responder) this.#responder = this.#context.stream('application/json');
    this.#responder.end();
  }
}

/** X-Registry-Auth: base64 of JSON. */
export function registryAuth(context: ApiContext): AuthConfig | undefined {
  const header = context.request.headers['x-registry-auth'];
  if (header === undefined || header === '') return undefined;
  try {
    return JSON.parse(fromBase64(header)) as AuthConfig;
  } catch {
    return undefined;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of a text's UTF-8 bytes. */
export function toBase64(text: string): string {
  const bytes = [...unescapeBytes(text)];
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    out += ALPHABET[a >> 2] as string;
    out += ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)] as string;
    out += b === undefined ? '=' : (ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)] as string);
    out += c === undefined ? '=' : (ALPHABET[c & 63] as string);
  }
  return out;
}

function unescapeBytes(text: string): number[] {
  const encoded = encodeURIComponent(text);
  const out: number[] = [];
  for (let i = 0; i < encoded.length; i++) {
    if (encoded[i] === '%') {
      out.push(parseInt(encoded.slice(i + 1, i + 3), 16));
      i += 2;
    } else out.push(encoded.charCodeAt(i));
  }
  return out;
}

/** The text of base64 or base64url. */
export function fromBase64(text: string): string {
  let bits = 0;
  let count = 0;
  let escaped = '';
  for (const character of text.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '')) {
    bits = ((bits << 6) | ALPHABET.indexOf(character)) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      escaped += `%${((bits >> count) & 255).toString(16).padStart(2, '0')}`;
    }
  }
  return decodeURIComponent(escaped);
}
