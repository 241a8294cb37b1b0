/**
 * Refusals of the engine as HTTP status and sentence, and the swarm's errors as the same.
 *
 * Real: moby errdefs, api/server/httpstatus/status.go, errors in daemon/errors.go.
 */
import type { SwarmError } from '../swarm/api/index.ts';

/** What the daemon answers instead of doing it. `message` is Docker's sentence. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const badRequest = (message: string): EngineError => new EngineError(400, message);
export const forbidden = (message: string): EngineError => new EngineError(403, message);
export const notFound = (message: string): EngineError => new EngineError(404, message);
export const conflict = (message: string): EngineError => new EngineError(409, message);
export const internal = (message: string): EngineError => new EngineError(500, message);
export const unavailable = (message: string): EngineError => new EngineError(503, message);

const STATUS: Readonly<Record<SwarmError['code'], number>> = {
  Unknown: 500,
  InvalidArgument: 400,
  DeadlineExceeded: 500,
  NotFound: 404,
  AlreadyExists: 409,
  PermissionDenied: 403,
  FailedPrecondition: 400,
  Unimplemented: 501,
  Unavailable: 503,
  Internal: 500,
};

/** A refusal that came over gRPC: Docker prints its code. */
export function fromSwarm(error: SwarmError): EngineError {
  return new EngineError(
    STATUS[error.code],
    `rpc error: code = ${error.code} desc = ${error.message}`,
  );
}

/** Ends a step that can fail: exactly one answer, never before the call returned. */
export type Done<T = void> = (result: Outcome<T>) => void;
export type Outcome<T = void> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: EngineError };

export function fine<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function failed(error: EngineError): { readonly ok: false; readonly error: EngineError } {
  return { ok: false, error };
}

/** Runs `step`; what it throws as `EngineError` becomes an outcome. */
export function attempt<T>(step: () => T): Outcome<T> {
  try {
    return fine(step());
  } catch (error) {
    if (error instanceof EngineError) return failed(error);
    throw error;
  }
}
