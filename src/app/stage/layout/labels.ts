/** The names by which screen readers tell the marks: what the drawing shows, in words. */
import type { ContainerView, RaftView } from '../../../lab/index.ts';
import { STAGE } from '../strings.ts';
import { capitalised } from './blocks.ts';
import type { Card } from './scene.ts';
import type { DrawnTask } from './tasks.ts';

export function cardName({ machine, face, node, blocks, more, networks }: Card): string {
  const count = blocks.filter(({ drawn }) => drawn !== undefined).length + more;
  const parts = [
    machine.name,
    face.role,
    face.condition,
    face.raft?.[0],
    node && !face.badge ? capitalised(node.state) : undefined,
    face.badge?.word,
    count > 0 ? `${STAGE.layer.tasks} ${count}개` : undefined,
    networks.length > 0 ? `${STAGE.networks} ${networks.join(', ')}` : undefined,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

export function taskName({ task, phase, isNew, replaces }: DrawnTask): string {
  const desired = capitalised(task.desiredState);
  const isOdd = phase === 'lost' || phase === 'ending';
  const parts = [
    task.slot > 0 ? task.name : task.service,
    task.machine,
    isOdd ? STAGE.desired(desired) : undefined,
    phase === 'lost' ? STAGE.lastReport(capitalised(task.state)) : capitalised(task.state),
    isNew || replaces ? STAGE.newTask(task.slot) : undefined,
    task.error,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

export function containerName(container: ContainerView, machine: string): string {
  return `${STAGE.standalone} ${container.name}, ${machine}, ${capitalised(container.state)}`;
}

export function ringName(raft: RaftView, nowMs: number): string {
  const left = Math.max(0, Math.ceil(((raft.electionAtMs ?? nowMs) - nowMs) / 1_000));
  return STAGE.electionIn(left);
}
