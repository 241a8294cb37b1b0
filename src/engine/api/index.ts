/**
 * The Docker Engine API: its JSON and its routes. The door for clients of an engine, which reach it only through its socket.
 */
export type * from './types.ts';
export { Router, type ApiContext, type Handler, type RouterOptions } from './router.ts';
