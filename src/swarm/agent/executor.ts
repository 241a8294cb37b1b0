/**
 * What the node agent needs of the machine to run tasks. The engine is behind it (`engine/executor`).
 *
 * Real: swarmkit agent/exec/{executor,controller}.go. Answers come by callback, exactly once, never before the call returns,
 * unless the controller was closed meanwhile.
 */
import type {
  Config,
  ContainerStatus,
  NetworkAttachment,
  Node,
  NodeDescription,
  PortConfig,
  Secret,
  Task,
} from '../api/index.ts';

export interface Executor {
  /** What this machine is: hostname, platform, resources, plugins. */
  describe(): NodeDescription;
  /** The node object has changed: its load-balancer addresses and the ingress network to set up. */
  configure(node: Node, ingress: NetworkAttachment | undefined): void;
  /** A controller for a task that was assigned to this node. */
  controller(task: Task, dependencies: Dependencies): Controller;
  /** The node has left the swarm: everything of it is to be removed. */
  shutdown(): void;
}

/** What assigned tasks may read. */
export interface Dependencies {
  secret(id: string): Secret | undefined;
  config(id: string): Config | undefined;
}

/** How a step of a task ended. `temporary`: try again in a second; `exitCode`: of a process that ended. */
export type StepResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: string;
      readonly exitCode?: number;
      readonly temporary?: boolean;
    };

export interface Controller {
  /** The task's spec or endpoint changed. */
  update(task: Task): void;
  /** Pulls the image, sets up networks, creates the container. */
  prepare(done: (result: StepResult) => void): void;
  /** Starts the container; done when it runs (and is healthy, if it has a healthcheck). */
  start(done: (result: StepResult) => void): void;
  /** Done when the container has ended: ok for exit 0. */
  wait(done: (result: StepResult) => void): void;
  /** Service binding off, 2 s pause when attached to overlay networks, stop signal, grace period, SIGKILL. */
  shutdown(done: (result: StepResult) => void): void;
  /** Kills at once. */
  terminate(done: (result: StepResult) => void): void;
  /** Removes container and attachments. */
  remove(done: (result: StepResult) => void): void;
  /** Nothing will be asked any more; pending answers are dropped. */
  close(): void;
  containerStatus(): ContainerStatus | undefined;
  portStatus(): readonly PortConfig[];
  /** Log lines since the container was created, and `follow` for those to come. */
  logs(options: LogOptions, line: (line: LogLine) => void, end: () => void): () => void;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Last so many lines; -1: all. */
  readonly tail: number;
  /** Not before, ms since 1970. */
  readonly sinceMs: number;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly timestamp: string;
  /** With its newline. */
  readonly text: string;
}
