/** The certificate authority: the root that all nodes of a swarm trust, join tokens, and the certificates that make a node a worker or a manager. */
export { newRootCA, tlsInfoOf, type RootCA } from './rootca.ts';
export { joinToken, newSecret, parseJoinToken, type JoinToken } from './token.ts';
export { CAServer } from './server.ts';
export { RootRotationReconciler } from './reconciler.ts';
export { beginRootRotation } from './rotation.ts';
export { BACKDATE_MS, renewalAtMs } from './renewal.ts';
