/** The second door of the CLI: commands that the page loads after the first ones. Hand them to `addLaterCommands`. */
export { laterCommands } from './docker/rest.ts';
