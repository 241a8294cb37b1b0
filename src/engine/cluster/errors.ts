/**
 * What the daemon says when the swarm says no: errors of its own, and SwarmKit's with gRPC's words in front.
 *
 * Real: moby daemon/cluster/errors.go, api/server/httpstatus/status.go
 */
import type { GrpcCode, Result, SwarmError } from '../../swarm/api/index.ts'

export interface ApiError {
  readonly status: number
  readonly message: string
}

/** The answer to a request of a client. */
export type ApiResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError }
export type Done<T> = (result: ApiResult<T>) => void

export function good<T>(value: T): ApiResult<T> {
  return { ok: true, value }
}

export function bad(status: number, message: string): { readonly ok: false; readonly error: ApiError } {
  return { ok: false, error: { status, message } }
}

/** Thrown while a request is read; becomes the answer. */
export class ApiFailure extends Error {
  readonly error: ApiError

  constructor(status: number, message: string) {
    super(message)
    this.error = { status, message }
  }
}

const STATUS: Readonly<Record<GrpcCode, number>> = {
  Unknown: 500, InvalidArgument: 400, DeadlineExceeded: 500, NotFound: 404, AlreadyExists: 409, PermissionDenied: 403, FailedPrecondition: 400,
  Unimplemented: 501, Unavailable: 503, Internal: 500,
}

export function grpcText(error: SwarmError): string {
  return `rpc error: code = ${error.code} desc = ${error.message}`
}

export function fromSwarm<T>(result: Result<T>): ApiResult<T> {
  return result.ok ? result : bad(STATUS[result.error.code], grpcText(result.error))
}

const UNAVAILABLE = 503

export const NO_SWARM = bad(UNAVAILABLE, 'This node is not part of a swarm')
export const SWARM_EXISTS = bad(UNAVAILABLE, 'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.')
export const NOT_MANAGER = bad(
  UNAVAILABLE, 'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.')
export const WORKER = bad(
  UNAVAILABLE, "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.")
export const NOT_READY = bad(
  UNAVAILABLE, 'This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.')
export const LOCKED = bad(
  UNAVAILABLE, 'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.')
export const JOIN_TIMEOUT = bad(
  UNAVAILABLE, 'Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the "docker info" command to see the current swarm status of your node.')
