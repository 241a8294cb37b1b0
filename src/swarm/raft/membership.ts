/**
 * Membership changes, one server at a time: old and new majorities then always overlap, so no joint
 * phase is needed (thesis §4.1). A change takes effect at each member when it applies the entry.
 *
 * Real:     etcd-io/raft raft.go: the MsgProp case of stepLeader, applyConfChange, switchToConfig.
 * Left out: joint consensus (paper §6), learners.
 */

import { None } from './messages.ts';
import type { ConfChange, ConfChangeResult, ConfState } from './messages.ts';
import type { Raft } from './raft.ts';
import { bcastAppend, canPropose, maybeCommit, maybeSendAppend, propose } from './replication.ts';

/** What the change weighs in the log, beside its context. */
const confChangeBytes = 20;

export function proposeConfChange(
  raft: Raft,
  change: ConfChange,
  contextBytes: number,
): ConfChangeResult {
  if (!canPropose(raft)) return 'dropped';
  // Thesis §4.1: the next change may not begin before the last one has taken effect.
  if (raft.pendingConfIndex > raft.log.lastApplied) {
    raft.trace(() => `ignoring a membership change: index ${raft.pendingConfIndex} is not applied`);
    propose(raft, { type: 'normal', data: null, sizeBytes: 0 });
    return 'pending';
  }
  raft.pendingConfIndex = raft.log.lastIndex() + 1;
  const sizeBytes = confChangeBytes + contextBytes;
  return propose(raft, { type: 'confChange', data: change, sizeBytes });
}

export function applyConfChange(raft: Raft, change: ConfChange): ConfState {
  const { type, nodeID } = change;
  const isMember = raft.tracker.get(nodeID) !== undefined;
  if (nodeID !== None && type === 'addNode' && !isMember) {
    // One entry back, so that there is something to probe it with at once. It counts as active at
    // first: it must not cost the leader its quorum before it could answer.
    raft.tracker.add(nodeID, Math.max(raft.log.lastIndex(), 1)).recentActive = true;
  }
  if (nodeID !== None && type === 'removeNode' && isMember) raft.tracker.remove(nodeID);
  const confState = raft.tracker.confState();
  raft.trace(() => `switched to configuration (${confState.join(' ')})`);
  if (raft.state === 'leader') leadNewConfiguration(raft);
  return confState;
}

function leadNewConfiguration(raft: Raft): void {
  if (raft.tracker.get(raft.id) === undefined) {
    // §6: a leader that is not part of the new configuration steps down once that is committed.
    raft.becomeFollower(raft.currentTerm, None);
    return;
  }
  if (maybeCommit(raft)) {
    // Fewer members may make a majority of what was none.
    bcastAppend(raft);
  } else {
    // A new member need not wait for the next heartbeat.
    for (const pr of raft.tracker.progress) {
      if (pr.id !== raft.id) maybeSendAppend(raft, pr, false);
    }
  }
  if (raft.tracker.get(raft.leadTransferee) === undefined) raft.leadTransferee = None;
}
