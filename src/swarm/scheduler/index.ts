/** Decides on which node a pending task runs, and explains when none will do. */
export { Scheduler } from './scheduler.ts';
