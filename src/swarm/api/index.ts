/** The words of Swarm: specs, objects, what crosses the wire, errors. Types and constants only. */
export type * from './spec.ts';
export * from './objects.ts';
export type * from './wire.ts';
export * from './errors.ts';
