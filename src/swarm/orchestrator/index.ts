/**
 * The orchestrators: they make tasks of services, replace those that end, update them, and clear
 * away what is left. They run on the leader only and meet everybody else in the store. Each is made
 * with `{ store, world, name }` and has `start()` and `stop()`.
 */
export { ReplicatedOrchestrator } from './replicated/replicated.ts';
export { GlobalOrchestrator } from './global/global.ts';
export { JobsOrchestrator } from './jobs/jobs.ts';
export { ConstraintEnforcer } from './constraintenforcer/constraintenforcer.ts';
export { TaskReaper } from './taskreaper/taskreaper.ts';
