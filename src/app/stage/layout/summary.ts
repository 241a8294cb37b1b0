/** The line at the top right: how many managers are up, and whether they can still decide. */
import type { LabView } from '../../../lab/index.ts';
import { SUMMARY } from '../strings.ts';

export interface Summary {
  readonly text: string;
  readonly isBad: boolean;
  /** By manager: it is up. */
  readonly dots: readonly boolean[];
}

export function summaryOf(view: LabView): Summary | undefined {
  const { cluster } = view;
  if (!cluster || cluster.managers === 0) return undefined;
  const { managers, quorum } = cluster;
  // Without a leader what the cluster knew is old: then the managers themselves are counted.
  const up = cluster.leader === undefined ? managersUp(view) : cluster.managersReachable;
  const dots = Array.from({ length: managers }, (_, index) => index < up);
  if (up < quorum) return { text: SUMMARY.lostQuorum(up, managers), isBad: true, dots };
  if (cluster.leader === undefined) return { text: SUMMARY.electing, isBad: false, dots };
  return { text: SUMMARY.managers(up, managers, quorum), isBad: false, dots };
}

function managersUp({ machines }: LabView): number {
  return machines.filter(
    ({ isOn, isDockerOn, isCableIn, raft }) => isOn && isDockerOn && isCableIn && raft,
  ).length;
}
