/**
 * SwarmKit, as it is: what the rooms above see of a swarm. The engine drives it through `engine/cluster`; the lab reads the store of a manager.
 */
export * from './api/index.ts'
export type { Store } from './store/index.ts'
