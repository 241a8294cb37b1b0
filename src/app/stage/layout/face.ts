/** What a machine's card says of it: plain words for its condition, its role, its raft. */
import type { LabView, MachineView, NodeView } from '../../../lab/index.ts';
import { STAGE } from '../strings.ts';

export type Sign = 'cross' | 'pause' | 'drain' | 'question' | 'lock';

export interface Face {
  /** Beneath the name: the address, or what is wrong with the machine. */
  readonly condition: string | undefined;
  readonly role: string;
  readonly badge:
    { readonly sign: Sign; readonly word: string; readonly isBad: boolean } | undefined;
  readonly raft: readonly [string, string] | undefined;
  /** The role in raft, in a word or two: for small cards. */
  readonly brief: string;
  readonly isLeader: boolean;
  readonly isOutside: boolean;
  readonly isDown: boolean;
}

export function faceOf(machine: MachineView, view: LabView): Face {
  const node = nodeOf(machine, view);
  const isDown = node?.state === 'down';
  return {
    condition: conditionOf(machine),
    role: roleOf(machine, node),
    badge: badgeOf(machine, node),
    raft: raftLines(machine, view),
    brief: briefOf(machine, view),
    isLeader: leads(machine, view),
    isOutside: machine.swarm.state === 'inactive' && !node,
    isDown,
  };
}

export function nodeOf(machine: MachineView, view: LabView): NodeView | undefined {
  return view.cluster?.nodes.find((node) => node.machine === machine.name);
}

/** The crown is for the one who leads, not for one who believes to. */
export function leads(machine: MachineView, view: LabView): boolean {
  return machine.raft?.role === 'leader' && view.cluster?.leader === machine.name;
}

function conditionOf(machine: MachineView): string | undefined {
  if (!machine.isOn) return STAGE.powerOff;
  if (!machine.isCableIn) return STAGE.cableOut;
  if (!machine.isDockerOn) return STAGE.dockerOff;
  return undefined;
}

function roleOf(machine: MachineView, node: NodeView | undefined): string {
  if (machine.swarm.isManager || node?.role === 'manager') return STAGE.manager;
  if (machine.swarm.state === 'pending') return STAGE.joining;
  if (machine.swarm.state === 'locked') return STAGE.locked;
  return machine.swarm.state === 'inactive' && !node ? STAGE.outside : STAGE.worker;
}

function badgeOf(machine: MachineView, node: NodeView | undefined): Face['badge'] {
  if (node?.state === 'down') return { sign: 'cross', word: 'Down', isBad: true };
  if (machine.swarm.state === 'locked') return { sign: 'lock', word: STAGE.locked, isBad: true };
  if (node?.state === 'unknown' || node?.state === 'disconnected')
    return { sign: 'question', word: 'Unknown', isBad: false };
  if (node?.availability === 'drain') return { sign: 'drain', word: 'Drain', isBad: false };
  if (node?.availability === 'pause') return { sign: 'pause', word: 'Pause', isBad: false };
  return undefined;
}

function briefOf(machine: MachineView, view: LabView): string {
  const { raft } = machine;
  if (!raft) return '';
  if (raft.role === 'candidate')
    return `${STAGE.candidate} ${STAGE.votes(raft.votes, raft.members)}`;
  if (raft.role === 'follower') return STAGE.follower;
  return leads(machine, view) ? STAGE.leader : STAGE.staleLeader;
}

function raftLines(machine: MachineView, view: LabView): Face['raft'] {
  const { raft } = machine;
  if (!raft || !machine.isOn) return undefined;
  const log = STAGE.log(raft.lastIndex, raft.commitIndex);
  if (raft.role === 'candidate') {
    const votes = STAGE.votes(raft.votes, raft.members);
    return [`${STAGE.candidate}, ${STAGE.term(raft.term)}, ${votes}`, log];
  }
  if (raft.role === 'follower') return [`${STAGE.follower}, ${STAGE.term(raft.term)}`, log];
  const word = leads(machine, view) ? STAGE.leader : STAGE.staleLeader;
  return [`${word}, ${STAGE.termLong(raft.term)}`, log];
}
