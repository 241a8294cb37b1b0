/**
 * The agent of a node: keeps a session with a dispatcher, drives the tasks it is given through an `Executor`, and reports what becomes of them.
 * It knows the store only by what the dispatcher sent.
 */
export type {
  Controller,
  Dependencies,
  Executor,
  LogLine,
  LogOptions,
  StepResult,
} from './executor.ts';
export { Agent, type AgentOptions } from './agent.ts';
export { Remotes } from './remotes.ts';
export type { Connection, ConnectionBroker } from './connection.ts';
