/**
 * What the daemon itself says when it has no swarm to ask.
 *
 * Real: moby daemon/cluster/errors.go
 */
import type { Result } from '../../swarm/api/index.ts';
import { EngineError, failed, fine, fromSwarm, unavailable, type Outcome } from '../errors.ts';

export {
  EngineError,
  attempt,
  badRequest,
  failed,
  fine,
  forbidden,
  fromSwarm,
  internal,
  notFound,
  unavailable,
  type Done,
  type Outcome,
} from '../errors.ts';

export function outcomeOf<T>(result: Result<T>): Outcome<T> {
  return result.ok ? fine(result.value) : failed(fromSwarm(result.error));
}

export const NO_SWARM = unavailable('This node is not part of a swarm');
export const SWARM_EXISTS = unavailable(
  'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
);
export const NOT_MANAGER = unavailable(
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
);
export const WORKER = unavailable(
  "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.",
);
export const NOT_READY = unavailable(
  'This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.',
);
export const LOCKED = unavailable(
  'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.',
);
export const JOIN_TIMEOUT = unavailable(
  'Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the "docker info" command to see the current swarm status of your node.',
);

/** The node has ended before it was ready. */
export function componentError(message: string): EngineError {
  return new EngineError(500, message);
}
