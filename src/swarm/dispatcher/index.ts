/**
 * The dispatcher of the leader: keeps a session with the agent of each node, hears its heartbeats, hands it its tasks, and takes the
 * states of those tasks. It decides who is ready and who is down.
 */
export { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
