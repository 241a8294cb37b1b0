/**
 * Joining and leaving the raft group, as the leader answers it.
 *
 * Real: swarmkit manager/state/raft/raft.go (Join, Leave, checkHealth)
 */
import type { RpcClient } from '../../sim/index.ts';
import { no, ok, type RaftMember, type Result } from '../api/index.ts';
import { splitAddress } from './proxy.ts';
import type { RaftNode } from './raftnode.ts';

const HEALTH_TIMEOUT_MS = 5000;
const UNREACHABLE_JOINER =
  'could not connect to prospective new cluster member using its advertised address: ';

export interface JoinRequest {
  readonly NodeID: string;
  readonly Addr: string;
}

export interface JoinResponse {
  readonly RaftID: number;
  readonly Members: readonly RaftMember[];
  readonly Removed: readonly number[];
}

/** `from` is the joiner's address as its call came in. */
export function handleJoin(
  options: {
    readonly raft: RaftNode;
    readonly rpc: RpcClient;
    readonly request: JoinRequest;
    readonly from: string;
  },
  done: (result: Result<JoinResponse>) => void,
): void {
  const { raft, rpc, request, from } = options;
  const { host, port } = splitAddress(request.Addr);
  // A joiner that does not know its own address is reached where it came from.
  const address = host === '0.0.0.0' || host === '' ? from : host;
  rpc.call({
    address,
    port,
    method: 'health',
    body: {},
    timeoutMs: HEALTH_TIMEOUT_MS,
    answer: (answer) => {
      if ('failure' in answer) {
        const why =
          answer.failure === 'timeout'
            ? 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'
            : `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp ${address}:${port}: connect: ${answer.failure === 'refused' ? 'connection refused' : 'no route to host'}"`;
        return done(no('Unknown', `${UNREACHABLE_JOINER}${why}`));
      }
      raft.addMember(request.NodeID, `${address}:${port}`, (result) => {
        if (!result.ok) return done(result);
        done(
          ok({
            RaftID: result.value.RaftID,
            Members: raft.peers.members,
            Removed: raft.peers.removed,
          }),
        );
      });
    },
  });
}
