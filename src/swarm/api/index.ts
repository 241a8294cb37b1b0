/** The words of Swarm: specs, objects, errors. Types and constants only. */
export type * from './spec.ts'
export * from './objects.ts'
export * from './errors.ts'
