/** gRPC status codes that swarmkit's services answer with. */
export type GrpcCode =
  | 'Unknown'
  | 'InvalidArgument'
  | 'DeadlineExceeded'
  | 'NotFound'
  | 'AlreadyExists'
  | 'PermissionDenied'
  | 'FailedPrecondition'
  | 'Unimplemented'
  | 'Unavailable'
  | 'Internal';

/** The cluster says no. A value that crosses the wire: `engine/errors.ts` makes Docker's sentence and status of it. */
export interface SwarmError {
  readonly code: GrpcCode;
  readonly message: string;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SwarmError };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function no(
  code: GrpcCode,
  message: string,
): { readonly ok: false; readonly error: SwarmError } {
  return { ok: false, error: { code, message } };
}

/** Thrown inside a transaction: it is not written, and the error goes to who asked. */
export class SwarmFailure extends Error {
  readonly error: SwarmError;

  constructor(code: GrpcCode, message: string) {
    super(message);
    this.error = { code, message };
  }
}
