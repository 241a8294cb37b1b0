import type { LabView } from '../../lab/index.ts';

/** Where the front page's little story stands: told by what the cluster does, never by a clock. */
export type Chapter = 'preparing' | 'running' | 'off' | 'down' | 'healed';

const VICTIM = 'worker1';

export interface Story {
  readonly chapter: Chapter;
  readonly running: number;
}

export function storyOf(view: LabView | undefined, wasOff: boolean): Story {
  const machine = view?.machines.find(({ name }) => name === VICTIM);
  const cluster = view?.cluster;
  const service = cluster?.services[0];
  const node = cluster?.nodes.find((one) => (one.machine ?? one.hostname) === VICTIM);
  if (!machine || !cluster || !service || !node) return { chapter: 'preparing', running: 0 };
  // A lost task counts as running for Docker until its node reports; for the visitor it runs where the power is on.
  const running = cluster.tasks.filter(
    (task) =>
      task.serviceID === service.id &&
      task.state === 'running' &&
      task.desiredState === 'running' &&
      view.machines.some(({ name, isOn }) => name === task.machine && isOn),
  ).length;
  if (!wasOff) return { chapter: 'running', running };
  if (running >= service.desired && node.state === 'down') return { chapter: 'healed', running };
  return { chapter: node.state === 'down' ? 'down' : 'off', running };
}
