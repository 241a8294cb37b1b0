/** A machine's membership of a swarm: its certificate, its agent, and its manager while it is one. */
export { SwarmNode, type SwarmNodeOptions, type NodeExit } from './node.ts';
export { eraseNodeState, readCertificate, readUnlockKey } from './state.ts';
