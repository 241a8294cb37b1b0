import type { Lab } from '../lab.ts';
import { leaderOf } from './build.ts';
import type { UpcomingView } from './types.ts';

/**
 * What a timer will bring that the viewer waits for: a silent node going Down, an election beginning. Undefined when nothing of the kind is due.
 */
export function upcoming(lab: Lab): UpcomingView | undefined {
  const silent = lab.hosts.filter(
    (host) =>
      !host.machine.isOn || !lab.underlay.isCableIn(host.machine.name) || !host.engine.isRunning,
  );
  if (silent.length === 0) return undefined;
  const leader = leaderOf(lab);
  return leader
    ? nextDown(
        lab,
        silent.map((host) => host.machine.name),
      )
    : nextElection(lab);
}

/** The dispatcher's deadline for a node that cannot send a heartbeat any more. */
function nextDown(lab: Lab, silent: readonly string[]): UpcomingView | undefined {
  let best: UpcomingView | undefined;
  const store = leaderOf(lab)?.engine.cluster.storeView();
  for (const node of store?.list('node') ?? []) {
    const machine = node.Description?.Hostname ?? '';
    if (!silent.includes(machine) || node.Status.State === 'down') continue;
    const deadline = lab.world.upcoming((what) => what === `heartbeat deadline ${node.ID}`);
    if (deadline && (!best || deadline.atMs < best.atMs))
      best = { atMs: deadline.atMs, text: `${machine} Down` };
  }
  return best;
}

function nextElection(lab: Lab): UpcomingView | undefined {
  let best: UpcomingView | undefined;
  for (const host of lab.hosts) {
    const raft = host.machine.isOn ? host.engine.cluster.raftView() : undefined;
    if (!raft || raft.state === 'leader') continue;
    const atMs = lab.nowMs + Math.max(0, raft.electionTimeoutMs - raft.electionElapsedMs);
    if (!best || atMs < best.atMs) best = { atMs, text: `${host.machine.name}의 선거 시작` };
  }
  return best;
}
