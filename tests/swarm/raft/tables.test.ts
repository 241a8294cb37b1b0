/** Tables for what is pure: quorums, what a leader knows of a member, the log, the storage. */

import { describe, expect, test } from 'vitest';
import { MemoryStorage, majority } from '../../../src/swarm/raft/index.ts';
import { RaftLog } from '../../../src/swarm/raft/log.ts';
import { Inflights, Progress } from '../../../src/swarm/raft/progress.ts';
import { committedIndex, voteResult } from '../../../src/swarm/raft/quorum.ts';
import { entries, entry } from './builders.ts';

describe('quorum', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [7, 4],
  ])('a majority of %i is %i', (voters, needed) => {
    expect(majority(voters)).toBe(needed);
  });

  test.each([
    [[], 0],
    [[7], 7],
    [[7, 2], 2],
    [[2, 7, 5], 5],
    [[0, 0, 9], 0],
    [[1, 2, 3, 4], 2],
    [[9, 1, 9, 1, 8], 8],
    [[5, 5, 5, 5, 5], 5],
  ])('of the match indexes %j, a majority has %i', (matchIndexes, index) => {
    expect(committedIndex([...matchIndexes])).toBe(index);
  });

  test.each([
    [1, 1, 0, 'won'],
    [3, 1, 1, 'pending'],
    [3, 0, 2, 'lost'],
    [4, 2, 1, 'pending'],
    [4, 2, 2, 'lost'],
    [5, 3, 2, 'won'],
  ] as const)('of %i voters, %i for and %i against: %s', (voters, granted, rejected, result) => {
    expect(voteResult({ voters, granted, rejected })).toBe(result);
  });
});

describe('Progress', () => {
  test.each([
    // state, matchIndex, nextIndex; rejected, hint; is news, nextIndex
    ['probe', 0, 10, 9, 9, true, 9],
    ['probe', 0, 10, 9, 4, true, 5],
    ['probe', 0, 10, 5, 4, false, 10],
    ['probe', 3, 10, 9, 1, true, 4],
    ['replicate', 5, 10, 5, 4, false, 10],
    ['replicate', 5, 10, 9, 9, true, 6],
  ] as const)(
    'in %s with match %i and next %i, a refusal of %i with hint %i: news %s, next %i',
    (state, matchIndex, nextIndex, rejected, hint, isNews, next) => {
      const pr = new Progress(2, nextIndex, 256);
      if (state === 'replicate') pr.becomeReplicate();
      pr.matchIndex = matchIndex;
      pr.nextIndex = nextIndex;
      expect(pr.maybeDecrementTo(rejected, hint)).toBe(isNews);
      expect(pr.nextIndex).toBe(next);
    },
  );

  test('the window is a ring: what is freed can be filled again', () => {
    const inflights = new Inflights(3);
    for (let index = 1; index <= 30; index += 3) {
      for (const i of [0, 1, 2]) inflights.add(index + i);
      expect(inflights.isFull()).toBe(true);
      inflights.freeUpTo(index + 1);
      expect(inflights.count()).toBe(1);
      inflights.freeUpTo(index + 2);
      expect(inflights.count()).toBe(0);
    }
    for (const index of [31, 32, 33]) inflights.add(index);
    expect(() => {
      inflights.add(34);
    }).toThrow('window');
  });
});

/** A log whose first entries are saved, with more that are not; of the terms given. */
function logOf(saved: readonly number[], unsaved: readonly number[] = []): RaftLog {
  const storage = new MemoryStorage();
  storage.append(entries(saved));
  const log = new RaftLog(storage);
  log.append(entries(unsaved, saved.length + 1));
  return log;
}

describe('RaftLog', () => {
  test.each([
    // Figure 7's follower (f), asked about terms; both ends of each border.
    [11, 3, 11, 3],
    [11, 2, 6, 2],
    [5, 2, 5, 2],
    [11, 1, 3, 1],
    [3, 0, 0, 0],
  ])('below %i, a log of term %i may match at %i (term %i)', (from, term, index, found) => {
    const log = logOf([1, 1, 1, 2, 2, 2], [3, 3, 3, 3, 3]);
    expect(log.findConflictByTerm(from, term)).toEqual({ index, term: found });
  });

  test.each([
    [2, 9, false],
    [3, 4, false],
    [3, 5, true],
    [3, 6, true],
    [4, 1, true],
  ])(
    'against 5 entries ending in term 3, one that ends in term %i at %i is up-to-date: %s',
    (term, index, isUpToDate) => {
      expect(logOf([1, 2, 3], [3, 3]).isUpToDate(term, index)).toBe(isUpToDate);
    },
  );

  test('entries are read across the border of saved and unsaved ones', () => {
    const log = logOf([1, 1, 1], [2, 2]);
    expect(log.entriesFrom(2, 1000)?.map((e) => e.index)).toEqual([2, 3, 4, 5]);
    expect(log.entriesFrom(2, 66)?.map((e) => e.index)).toEqual([2, 3, 4]);
    expect(log.entriesFrom(2, 1)?.map((e) => e.index)).toEqual([2]);
    expect(log.entriesFrom(6, 1000)).toEqual([]);
  });

  test('what is saved leaves the unsaved part, unless it was replaced meanwhile', () => {
    const log = logOf([1], [1, 1]);
    expect(log.unsaved().map((e) => e.index)).toEqual([2, 3]);
    log.acceptUnsaved();
    log.append([entry(3, 2)]);
    log.stableTo(3, 1);
    expect(log.unsaved()).toMatchObject([{ index: 3, term: 2 }]);
  });

  test('a committed entry is never replaced', () => {
    const log = logOf([1, 1, 1]);
    log.commitTo(2);
    expect(() => {
      log.append([entry(2, 2)]);
    }).toThrow('committed');
    expect(() => {
      log.commitTo(4);
    }).toThrow('past the log');
  });
});

describe('MemoryStorage', () => {
  function compacted(): MemoryStorage {
    const storage = new MemoryStorage([1, 2]);
    storage.append(entries([1, 1, 2, 2, 3]));
    storage.createSnapshot(3, { confState: [1, 2, 3], data: null, sizeBytes: 0 });
    storage.compact(3);
    return storage;
  }

  test.each([
    [2, undefined],
    [3, 2],
    [4, 2],
    [5, 3],
    [6, undefined],
  ])('after compaction up to 3, the term of %i is %s', (index, term) => {
    expect(compacted().term(index)).toBe(term);
  });

  test('compacted entries are gone; the others stay', () => {
    const storage = compacted();
    expect([storage.firstIndex(), storage.lastIndex()]).toEqual([4, 5]);
    expect(storage.entries(3, 6, 1000)).toBeUndefined();
    expect(storage.entries(4, 6, 1000)?.map((e) => e.index)).toEqual([4, 5]);
    expect(storage.initialState().confState).toEqual([1, 2, 3]);
  });

  test.each([
    { terms: [4, 4], at: 6, want: [2, 3, 4, 4] },
    { terms: [4], at: 5, want: [2, 4] },
    { terms: [4, 4], at: 4, want: [4, 4] },
    // Partly or wholly compacted away already.
    { terms: [1, 2, 2], at: 2, want: [2] },
    { terms: [1, 1], at: 1, want: [2, 3] },
  ])('saving $terms at $at leaves $want', ({ terms, at, want }) => {
    const storage = compacted();
    storage.append(entries(terms, at));
    expect(storage.entries(4, storage.lastIndex() + 1, 1000)?.map((e) => e.term)).toEqual(want);
  });

  test('an older snapshot does not replace a newer one', () => {
    const storage = compacted();
    const older = { index: 2, term: 1, confState: [1], data: null, sizeBytes: 0 };
    expect(storage.applySnapshot(older)).toBe(false);
    expect(storage.applySnapshot({ ...older, index: 9, term: 3 })).toBe(true);
    expect([storage.firstIndex(), storage.lastIndex(), storage.term(9)]).toEqual([10, 9, 3]);
  });

  test('a gap is a bug', () => {
    expect(() => {
      compacted().append(entries([4], 7));
    }).toThrow('gap');
  });
});
