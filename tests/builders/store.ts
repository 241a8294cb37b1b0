import { ok } from '../../src/swarm/api/index.ts';
import { Store } from '../../src/swarm/store/index.ts';
import type { World } from '../../src/sim/index.ts';

/** A store without raft: what is proposed is committed at once, at the next index. */
export function localStore(world: World, name = 'manager1'): Store {
  const store = new Store({ world, name });
  let index = 10;
  store.setProposer({
    version: () => index,
    propose(actions, done) {
      index++;
      store.apply(actions, index);
      done(ok({ index }));
    },
  });
  return store;
}
