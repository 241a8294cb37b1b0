export * from './objects.ts';
export { localStore } from './store.ts';
export { FakeAgents, type Fate } from './agents.ts';
export { TestCluster } from './cluster.ts';
