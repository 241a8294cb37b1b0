import { describe, expect, it } from 'vitest';
import { World } from '../../../src/sim/index.ts';
import {
  SwarmFailure,
  no,
  ok,
  type Result,
  type StoreAction,
  type StoreEvent,
} from '../../../src/swarm/api/index.ts';
import {
  ERR_EXIST,
  ERR_LOST_LEADERSHIP,
  ERR_NAME_CONFLICT,
  ERR_NOT_EXIST,
  ERR_SEQUENCE_CONFLICT,
  Store,
  newID,
  type Transaction,
} from '../../../src/swarm/store/index.ts';
import {
  localStore,
  network,
  node,
  secret,
  service,
  task,
  taskSpec,
} from '../../builders/index.ts';

const world = (): World => new World('store');

/** The result of one update. */
function tried(store: Store, write: (tx: Transaction) => void): Result<void> | undefined {
  let result: Result<void> | undefined;
  store.update('test', write, (r) => (result = r));
  return result;
}

/** A proposer that commits when it is told to. */
class SlowProposer {
  index = 5;
  readonly waiting: {
    actions: readonly StoreAction[];
    done: (r: Result<{ index: number }>) => void;
  }[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  version(): number {
    return this.index;
  }

  propose(actions: readonly StoreAction[], done: (r: Result<{ index: number }>) => void): void {
    this.waiting.push({ actions, done });
  }

  commit(): void {
    const next = this.waiting.shift();
    if (!next) throw new Error('nothing proposed');
    this.#store.apply(next.actions, ++this.index);
    next.done(ok({ index: this.index }));
  }
}

describe('object rules', () => {
  it('sets version and times at creation, and moves version and update time later', () => {
    const w = world();
    const store = localStore(w);
    tried(store, (tx) => tx.create('service', service('web')));
    const created = store.get('service', 'web-id')!;
    expect(created.Version).toEqual({ Index: 10 });
    expect(created.CreatedAt).toBe(created.UpdatedAt);
    w.runUntil(5000);
    tried(store, (tx) => tx.update('service', tx.get('service', 'web-id')!));
    const updated = store.get('service', 'web-id')!;
    expect(updated.Version).toEqual({ Index: 11 });
    expect(updated.CreatedAt).toBe(created.CreatedAt);
    expect(updated.UpdatedAt > created.UpdatedAt).toBe(true);
  });

  it.each<readonly [string, string, (tx: Transaction) => void]>([
    ['create twice', ERR_EXIST, (tx) => tx.create('service', service('web'))],
    ['same name', ERR_NAME_CONFLICT, (tx) => tx.create('service', service('WEB', { id: 'other' }))],
    ['update of nothing', ERR_NOT_EXIST, (tx) => tx.update('service', service('none'))],
    ['removal of nothing', ERR_NOT_EXIST, (tx) => tx.remove('service', 'none')],
    ['stale update', ERR_SEQUENCE_CONFLICT, (tx) => tx.update('service', service('web'))],
    [
      'rename onto another',
      ERR_NAME_CONFLICT,
      (tx) => {
        const other = tx.create('service', service('other'));
        tx.update('service', { ...other, Spec: { ...other.Spec, Name: 'Web' } });
      },
    ],
  ])('refuses: %s', (_what, message, write) => {
    const store = localStore(world());
    tried(store, (tx) => tx.create('service', service('web')));
    const before = store.save();
    expect(tried(store, write)).toEqual(no('Unknown', message));
    expect(store.save()).toEqual(before);
  });

  it('lets nodes share a name', () => {
    const store = localStore(world());
    tried(store, (tx) => tx.create('node', node('a', { hostname: 'worker1' })));
    expect(tried(store, (tx) => tx.create('node', node('b', { hostname: 'Worker1' })))?.ok).toBe(
      true,
    );
    expect(store.list('node', { name: 'WORKER1' }).map((n) => n.ID)).toEqual(['a', 'b']);
  });

  it('lets a name be taken again within the transaction that frees it', () => {
    const store = localStore(world());
    tried(store, (tx) => tx.create('secret', secret('key')));
    const result = tried(store, (tx) => {
      tx.remove('secret', 'key-id');
      tx.create('secret', { ...secret('key'), ID: 'second' });
    });
    expect(result?.ok).toBe(true);
    expect(store.list('secret').map((s) => s.ID)).toEqual(['second']);
  });
});

describe('queries', () => {
  const filled = (): Store => {
    const store = localStore(world());
    tried(store, (tx) => {
      for (let i = 0; i < 6; i++)
        tx.create('task', {
          ...task(`t${i}`, {
            ServiceID: i % 2 ? 'odd' : 'even',
            Slot: i,
            NodeID: i < 3 ? 'n1' : '',
          }),
          DesiredState: i === 5 ? 'shutdown' : 'running',
          Spec: taskSpec({
            Networks: i === 4 ? [{ Target: 'net' }] : [],
            ContainerSpec: {
              Image: 'nginx',
              Secrets: i === 2 ? [{ SecretID: 'sec', SecretName: 's' }] : [],
              Configs: i === 3 ? [{ ConfigID: 'cfg', ConfigName: 'c' }] : [],
            },
          }),
        });
      tx.create('network', network('front_end'));
      tx.create('network', network('back'));
      tx.create('node', node('m', { Role: 'manager' }));
    });
    return store;
  };

  it.each([
    [{ serviceID: 'odd' }, ['t1', 't3', 't5']],
    [{ nodeID: 'n1' }, ['t0', 't1', 't2']],
    [{ slot: { serviceID: 'even', slot: 4 } }, ['t4']],
    [{ slot: { serviceID: 'odd', slot: 4 } }, []],
    [{ desiredState: 'shutdown' as const }, ['t5']],
    [{ taskState: 'pending' as const }, ['t0', 't1', 't2', 't3', 't4', 't5']],
    [{ networkID: 'net' }, ['t4']],
    [{ secretID: 'sec' }, ['t2']],
    [{ configID: 'cfg' }, ['t3']],
    [{ idPrefix: 't' }, ['t0', 't1', 't2', 't3', 't4', 't5']],
  ])('finds tasks by %j', (by, expected) => {
    expect(
      filled()
        .list('task', by)
        .map((t) => t.ID),
    ).toEqual(expected);
  });

  it('finds by name, name prefix and role', () => {
    const store = filled();
    expect(store.list('network', { name: 'BACK' }).map((n) => n.ID)).toEqual(['back-id']);
    expect(store.list('network', { namePrefix: 'Front' }).map((n) => n.ID)).toEqual([
      'front_end-id',
    ]);
    expect(store.list('node', { role: 'manager' }).map((n) => n.ID)).toEqual(['m']);
    expect(store.list('node', { role: 'worker' })).toEqual([]);
  });

  it('lists in order of creation, whatever was changed since', () => {
    const store = filled();
    for (const id of ['t4', 't1'])
      tried(store, (tx) => tx.update('task', { ...tx.get('task', id)!, NodeID: 'n2' }));
    tried(store, (tx) => tx.update('task', { ...tx.get('task', 't0')!, NodeID: 'n2' }));
    expect(store.list('task', { nodeID: 'n2' }).map((t) => t.ID)).toEqual(['t0', 't1', 't4']);
    expect(store.list('task', { nodeID: 'n1' }).map((t) => t.ID)).toEqual(['t2']);
  });

  it('shows a transaction its own changes', () => {
    const store = filled();
    tried(store, (tx) => {
      tx.update('task', { ...tx.get('task', 't0')!, NodeID: 'n9' });
      tx.remove('task', 't1');
      tx.create('task', task('t9', { NodeID: 'n1' }));
      expect(tx.list('task', { nodeID: 'n1' }).map((t) => t.ID)).toEqual(['t2', 't9']);
      expect(tx.list('task', { nodeID: 'n9' }).map((t) => t.ID)).toEqual(['t0']);
      expect(tx.get('task', 't1')).toBeUndefined();
      expect(store.get('task', 't1')).toBeDefined();
    });
  });
});

describe('raft', () => {
  it('refuses to write without a proposer: nothing gets past raft', () => {
    const store = new Store({ world: world(), name: 'follower' });
    expect(tried(store, (tx) => tx.create('service', service('web')))).toEqual(
      no('Unknown', ERR_LOST_LEADERSHIP),
    );
    expect(store.list('service')).toEqual([]);
  });

  it('has no mutator but apply and restore', () => {
    const store = new Store({ world: world(), name: 'follower' });
    const listed = store.list('task') as unknown[];
    listed.push('sneaked in');
    expect(store.list('task')).toEqual([]);
    const names = Object.getOwnPropertyNames(Store.prototype).sort((a, b) => (a < b ? -1 : 1));
    expect(names).toEqual([
      'apply',
      'batch',
      'constructor',
      'get',
      'list',
      'restore',
      'save',
      'setProposer',
      'update',
      'watch',
    ]);
  });

  it('shows a change only after its commit, one transaction at a time', () => {
    const store = new Store({ world: world(), name: 'leader' });
    const proposer = new SlowProposer(store);
    store.setProposer(proposer);
    const order: string[] = [];
    store.update(
      'a',
      (tx) => tx.create('service', service('a')),
      () => order.push('a'),
    );
    store.update(
      'b',
      (tx) => {
        order.push(`b sees ${tx.list('service').length}`);
        tx.create('service', service('b'));
      },
      () => order.push('b'),
    );
    expect(store.list('service')).toEqual([]);
    expect(proposer.waiting).toHaveLength(1);
    proposer.commit();
    expect(order).toEqual(['a', 'b sees 1']);
    expect(store.list('service')).toHaveLength(1);
    proposer.commit();
    expect(order).toEqual(['a', 'b sees 1', 'b']);
  });

  it('fails what is in flight and what waits when leadership is lost; a late commit still applies', () => {
    const store = new Store({ world: world(), name: 'leader' });
    const proposer = new SlowProposer(store);
    store.setProposer(proposer);
    const results: Result<void>[] = [];
    store.update(
      'a',
      (tx) => tx.create('service', service('a')),
      (r) => results.push(r),
    );
    store.update(
      'b',
      (tx) => tx.create('service', service('b')),
      (r) => results.push(r),
    );
    store.setProposer(undefined);
    const lost = no('Unknown', ERR_LOST_LEADERSHIP);
    expect(results).toEqual([lost, lost]);
    proposer.commit();
    expect(results).toHaveLength(2);
    expect(store.list('service').map((s) => s.Spec.Name)).toEqual(['a']);
  });

  it('hands on the failure of a proposal', () => {
    const store = new Store({ world: world(), name: 'leader' });
    const proposer = new SlowProposer(store);
    store.setProposer(proposer);
    let result: Result<void> | undefined;
    store.update(
      'a',
      (tx) => tx.create('service', service('a')),
      (r) => (result = r),
    );
    proposer.waiting
      .shift()
      ?.done(no('Unknown', "raft: raft message is too large and can't be sent"));
    expect(result).toEqual(no('Unknown', "raft: raft message is too large and can't be sent"));
    expect(store.list('service')).toEqual([]);
  });

  it('is stopped by a log that does not fit', () => {
    const store = localStore(world());
    const web = service('web');
    expect(() => store.apply([{ action: 'update', table: 'service', object: web }], 1)).toThrow(
      'not there',
    );
    store.apply([{ action: 'create', table: 'service', object: web }], 1);
    expect(() => store.apply([{ action: 'create', table: 'service', object: web }], 2)).toThrow();
  });
});

describe('batch', () => {
  it('cuts at 200 changes and lets others in between', () => {
    const store = new Store({ world: world(), name: 'leader' });
    const proposer = new SlowProposer(store);
    store.setProposer(proposer);
    const writes = Array.from(
      { length: 450 },
      (_, i) => (tx: Transaction) => void tx.create('task', task(`t${i}`)),
    );
    let done = 0;
    const sizes: number[] = [];
    store.batch('tasks', writes, () => done++);
    store.update('other', (tx) => tx.create('service', service('web')));
    while (proposer.waiting[0]) {
      sizes.push(proposer.waiting[0].actions.length);
      proposer.commit();
    }
    expect(sizes).toEqual([200, 1, 200, 50]);
    expect(done).toBe(1);
    expect(store.list('task')).toHaveLength(450);
  });

  it('leaves out a write that fails, whole, and goes on', () => {
    const store = localStore(world());
    let result: Result<void> | undefined;
    const bad = (tx: Transaction): void => {
      tx.create('service', service('half'));
      tx.update('service', { ...tx.get('service', 'a-id')!, SpecVersion: { Index: 7 } });
      throw new SwarmFailure('NotFound', 'gone');
    };
    store.batch(
      'mixed',
      [
        (tx) => void tx.create('service', service('a')),
        bad,
        (tx) => void tx.create('service', service('b')),
      ],
      (r) => (result = r),
    );
    expect(result?.ok).toBe(true);
    expect(store.list('service').map((s) => s.Spec.Name)).toEqual(['a', 'b']);
    expect(store.get('service', 'a-id')?.SpecVersion).toEqual({ Index: 0 });
  });
});

describe('watch', () => {
  it('tells of each commit in order, in its own event, because of what asked for it', () => {
    const w = world();
    const store = localStore(w);
    const seen: string[] = [];
    const stop = store.watch('test', (events) => {
      const why = w.trace.causes(w.cause).map((entry) => entry.kind);
      seen.push(
        `${events.map((e) => `${e.action} ${e.object.ID}`).join(',')} <- ${why.join(' <- ')}`,
      );
    });
    const cause = w.emit('shell.command', { line: 'docker service create' });
    w.because(cause, () =>
      store.update('create', (tx) => {
        tx.create('service', service('a'));
        tx.create('service', service('b'));
      }),
    );
    store.update('remove', (tx) => tx.remove('service', 'a-id'));
    expect(seen).toEqual([]);
    w.runUntil(0);
    expect(seen).toEqual([
      'create a-id,create b-id <- store.commit <- shell.command',
      'remove a-id <- store.commit',
    ]);
    store.update('remove', (tx) => tx.remove('service', 'b-id'));
    stop();
    w.runUntil(1);
    expect(seen).toHaveLength(2);
  });
});

describe('snapshot', () => {
  it('restores to an equal store, order included, and tells the difference', () => {
    const w = world();
    const a = localStore(w, 'a');
    tried(a, (tx) => ['x', 'y', 'z'].forEach((name) => tx.create('service', service(name))));
    tried(a, (tx) =>
      tx.update('service', { ...tx.get('service', 'x-id')!, SpecVersion: { Index: 3 } }),
    );
    const b = new Store({ world: w, name: 'b' });
    b.apply([{ action: 'create', table: 'service', object: service('old') }], 1);
    b.apply([{ action: 'create', table: 'service', object: a.get('service', 'y-id')! }], 2);
    const events: StoreEvent[] = [];
    b.watch('test', (e) => events.push(...e));
    b.restore(structuredClone(a.save()));
    w.runUntil(0);
    expect(b.save()).toEqual(a.save());
    expect(b.list('service').map((s) => s.ID)).toEqual(['x-id', 'y-id', 'z-id']);
    expect(events.map((e) => `${e.action} ${e.object.ID}`)).toEqual([
      'remove old-id',
      'create x-id',
      'create z-id',
    ]);
    expect(b.list('service', { name: 'old' })).toEqual([]);
  });
});

it('makes IDs of 25 characters from its stream', () => {
  const w = world();
  const ids = Array.from({ length: 50 }, () => newID(w.random('ids')));
  expect(new Set(ids).size).toBe(50);
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{25}$/);
  expect(newID(world().random('ids'))).toBe(ids[0]);
});
