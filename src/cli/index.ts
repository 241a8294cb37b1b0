/**
 * The docker CLI 28.2.2: a client of the Engine API. It parses words as Docker does, calls the API of its
 * machine's engine (or the one `-H` names), and formats what comes back. It holds no cluster logic. The second door, `rest.ts`, has the commands
 * that the page loads later.
 */
export { docker } from './docker/main.ts';
export { complete } from './docker/complete.ts';
export type { CompletionEngine } from './docker/complete.ts';
export { addLaterCommands } from './docker/root.ts';
