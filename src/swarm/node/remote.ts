import type { RpcClient, RpcFailure, Scheduler } from '../../sim/index.ts';
import type { Connection } from '../agent/index.ts';
import { no, type ManagerPeer, type Result, type SwarmError } from '../api/index.ts';
import { splitAddress, type CallBody } from '../manager/index.ts';

/** A line to a manager on another machine. */
export function remoteConnection(options: {
  readonly world: Scheduler;
  readonly rpc: RpcClient;
  readonly peer: ManagerPeer;
  readonly hasOldDialer: boolean;
}): Connection {
  const { world, rpc, peer, hasOldDialer } = options;
  const { host: address, port } = splitAddress(peer.Addr);
  return {
    peer,
    call: (method, args, timeoutMs, done) => {
      const body: CallBody = {
        args,
        from: '',
        deadlineMs: world.nowMs + timeoutMs,
        isForwarded: false,
      };
      return rpc.call({
        address,
        port,
        method,
        body,
        timeoutMs,
        answer: (answer) => {
          if ('failure' in answer)
            done({ ok: false, error: errorOf(answer.failure, `${address}:${port}`, hasOldDialer) });
          else done(answer.body as Result<unknown>);
        },
      });
    },
  };
}

function errorOf(failure: RpcFailure, target: string, hasOldDialer: boolean): SwarmError {
  if (failure === 'timeout' || failure === 'cancelled')
    return no('DeadlineExceeded', 'context deadline exceeded').error;
  const why = failure === 'refused' ? 'connection refused' : 'no route to host';
  // gRPC put a colon into this sentence in 2022.
  const dialing = `Error while dialing${hasOldDialer ? '' : ':'} dial tcp ${target}: connect: ${why}`;
  return no('Unavailable', `connection error: desc = "transport: ${dialing}"`).error;
}
