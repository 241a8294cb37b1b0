import { ok } from '../../src/swarm/api/index.ts';
import { Store } from '../../src/swarm/store/index.ts';
import type { World } from '../../src/sim/index.ts';

/**
 * A store without raft: what is proposed is committed at the next index, at once or after
 * `latencyMs`.
 */
export function localStore(world: World, name = 'manager1', latencyMs?: number): Store {
  const store = new Store({ world, name });
  let index = 10;
  store.setProposer({
    version: () => index,
    propose(actions, done) {
      const commit = (): void => {
        index++;
        store.apply(actions, index);
        done(ok({ index }));
      };
      if (latencyMs === undefined) commit();
      else world.schedule(latencyMs, 'commit', commit);
    },
  });
  return store;
}
