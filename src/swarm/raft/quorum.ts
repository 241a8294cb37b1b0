/**
 * What a majority has agreed on: pure functions over the voters' answers.
 *
 * Real:     etcd-io/raft quorum/majority.go.
 * Left out: joint quorums (quorum/joint.go).
 */

export type VoteResult = 'won' | 'lost' | 'pending';

export function majority(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/**
 * §5.3: the largest index that a majority has, given what each voter has. Sorts its argument, which
 * is the caller's scratch space: this runs for every acknowledgement.
 */
export function committedIndex(matchIndexes: number[]): number {
  const n = matchIndexes.length;
  if (n === 0) return 0;
  for (let i = 1; i < n; i++) {
    const value = matchIndexes[i]!;
    let j = i - 1;
    for (; j >= 0 && matchIndexes[j]! > value; j--) matchIndexes[j + 1] = matchIndexes[j]!;
    matchIndexes[j + 1] = value;
  }
  return matchIndexes[n - majority(n)]!;
}

/** §5.2: won with a majority of yes; lost once the missing votes cannot make one. */
export function voteResult(tally: {
  readonly voters: number;
  readonly granted: number;
  readonly rejected: number;
}): VoteResult {
  const needed = majority(tally.voters);
  if (tally.granted >= needed) return 'won';
  if (tally.voters - tally.rejected < needed) return 'lost';
  return 'pending';
}
