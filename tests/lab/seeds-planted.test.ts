/**
 * The checker is checked: the whole lab with a bug in it, run by the same seeds, must be caught, and by the right
 * property.
 */
import { expect, it } from 'vitest';
import { runSeed, type SeedOptions } from './seeds.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { Manager, WriteAheadLog } from '../../src/swarm/manager/index.ts';
import { RaftNode } from '../../src/swarm/manager/raftnode.ts';
import { ok } from '../../src/swarm/api/index.ts';
import { RaftLog } from '../../src/swarm/raft/log.ts';
import type { MemoryStorage } from '../../src/swarm/raft/index.ts';
import { ProgressTracker } from '../../src/swarm/raft/progress.ts';
import { Raft } from '../../src/swarm/raft/raft.ts';
import { Store } from '../../src/swarm/store/index.ts';
import { Changes } from '../../src/swarm/store/transaction.ts';

const SEEDS = 60;
const LIMIT_MS = 240_000;

/** Replaces a method everywhere while `run` runs. */
function planted<C extends object, K extends keyof C & string>(
  type: { readonly prototype: C },
  method: K,
  make: (original: C[K]) => C[K],
  run: () => void,
): void {
  const original = type.prototype[method];
  type.prototype[method] = make(original);
  try {
    run();
  } finally {
    type.prototype[method] = original;
  }
}

function expectCaught(by: RegExp, options: SeedOptions = {}): void {
  const found = new Set<string>();
  for (let i = 0; i < SEEDS; i++) {
    for (const why of runSeed(`planted ${i}`, options).violations) {
      if (by.test(why)) return;
      found.add(why.slice(0, 200));
    }
  }
  expect([...found].slice(0, 5), `no seed showed ${by}`).toEqual([by]);
}

const plant = (name: string, run: () => void): void => it(name, { timeout: LIMIT_MS }, run);
/** Elections are what shows these: few machines, many faults. */
const ELECTIONS: SeedOptions = { managers: 5, workers: 0, rounds: 30, faultsOfTen: 6 };

function slowLines(lab: Lab): void {
  const names = lab.hosts.map(({ machine }) => machine.name);
  for (const machine of names)
    for (const other of names)
      if (machine < other)
        lab.input({
          kind: 'fault',
          fault: { type: 'slow', machine, other, delayMs: 900, lossPerMille: 0 },
        });
}

plant('a leader commits without a majority', () => {
  const highest = function (this: ProgressTracker): number {
    return Math.max(...this.progress.map((pr) => pr.matchIndex));
  };
  planted(
    ProgressTracker,
    'committed',
    () => highest,
    () => expectCaught(/Leader Completeness|State Machine Safety|Log Matching/, ELECTIONS),
  );
});

plant('a vote goes to a candidate whose log is behind', () => {
  planted(
    RaftLog,
    'isUpToDate',
    () => () => true,
    () => expectCaught(/Leader Completeness|State Machine Safety/, ELECTIONS),
  );
});

plant('a manager forgets its term and its vote when it restarts', () => {
  const load = (original: () => MemoryStorage) =>
    function (this: WriteAheadLog): MemoryStorage {
      const storage = original.call(this);
      const { commit } = storage.initialState().hardState;
      storage.setHardState({ term: 0, vote: 0, commit });
      return storage;
    };
  planted(WriteAheadLog, 'load', load, () =>
    expectCaught(/Election Safety|Log Matching|Leader Completeness|State Machine Safety/, {
      ...ELECTIONS,
      managers: 2,
    }),
  );
});

plant('a member votes twice in one term', () => {
  const step = (original: Raft['step']) =>
    function (this: Raft, message: Parameters<Raft['step']>[0]): void {
      if (message.type === 'RequestVote' && message.term === this.currentTerm) this.votedFor = 0;
      original.call(this, message);
    };
  // Over slow lines two candidates of one term meet, who would otherwise hear of each other in time.
  planted(Raft, 'step', step, () =>
    expectCaught(/Election Safety/, { ...ELECTIONS, plant: slowLines }),
  );
});

plant('a write is acknowledged before it is committed', () => {
  const propose = (original: RaftNode['propose']) =>
    function (this: RaftNode, ...[actions, done]: Parameters<RaftNode['propose']>): void {
      if (actions[0]?.table === 'config' && actions.length === 1) done(ok({ index: 0 }));
      else original.call(this, actions, done);
    };
  planted(RaftNode, 'propose', propose, () =>
    expectCaught(/is lost|there, though its removal|never done/),
  );
});

plant('a task is moved to another node', () => {
  const update = (original: Changes['update']) =>
    function (
      this: Changes,
      ...[table, object]: Parameters<Changes['update']>
    ): ReturnType<Changes['update']> {
      const [first] = this.list('node');
      const isTask =
        table === 'task' && 'DesiredState' in object && object.DesiredState === 'shutdown';
      return original.call(this, table, isTask && first ? { ...object, NodeID: first.ID } : object);
    };
  planted(Changes, 'update', update as never, () => expectCaught(/A task stays on its node/));
});

plant('an observed state goes back', () => {
  const update = (original: Changes['update']) =>
    function (
      this: Changes,
      ...[table, object]: Parameters<Changes['update']>
    ): ReturnType<Changes['update']> {
      const before = this.get('task', object.ID);
      const isRunning = table === 'task' && before?.Status.State === 'running' && 'Slot' in object;
      return original.call(
        this,
        table,
        isRunning ? { ...object, Status: { ...before.Status, State: 'ready' } } : object,
      );
    };
  planted(Changes, 'update', update as never, () => expectCaught(/Observed state never goes back/));
});

plant('one replica of the store differs', () => {
  const apply = (original: Store['apply']) =>
    function (this: Store, ...[actions, index]: Parameters<Store['apply']>): void {
      const changed = actions.map((action) =>
        this.name === 'store/manager2' && action.action !== 'remove' && action.table === 'node'
          ? { ...action, object: { ...action.object, UpdatedAt: 'never' } }
          : action,
      );
      original.call(this, changed, index);
    };
  planted(Store, 'apply', apply, () =>
    expectCaught(/Equal versions hold equal objects/, { managers: 3 }),
  );
});

plant('a call is never answered', () => {
  let calls = 0;
  const call = (original: Manager['call']) =>
    function (
      this: Manager,
      ...[method, args, timeoutMs, done]: Parameters<Manager['call']>
    ): () => void {
      const isSwallowed = method === 'control' && ++calls % 10 === 0;
      return original.call(this, method, args, timeoutMs, isSwallowed ? () => {} : done);
    };
  planted(Manager, 'call', call, () => expectCaught(/has not ended/));
});
