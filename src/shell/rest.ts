/** The second door of the shell: the Unix tools, which the page loads after the shell itself. */
export { shellPrograms } from './tools/index.ts';
export { EDITOR, type EditorHook } from './tools/editor.ts';
