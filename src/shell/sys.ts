/** The machine as the shell sees it: system calls, files, terminals, the network. The one place that knows where they come from. */
export * from '../sim/index.ts';
