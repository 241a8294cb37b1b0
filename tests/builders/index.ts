export * from './objects.ts';
export { localStore } from './store.ts';
