/** Monaco with what editing a stack file needs, and no more. A chunk of its own, fetched when the editor is opened. */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/codeEditor/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/cursorUndo/register.js';
import 'monaco-editor/features/find/register.js';
import 'monaco-editor/features/folding/register.js';
import 'monaco-editor/features/gotoError/register.js';
import 'monaco-editor/features/hover/register.js';
import 'monaco-editor/features/indentation/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/multicursor/register.js';
import 'monaco-editor/features/toggleTabFocusMode/register.js';
import 'monaco-editor/features/wordOperations/register.js';
import 'monaco-editor/languages/definitions/dockerfile/register.js';
import 'monaco-editor/languages/definitions/shell/register.js';
import 'monaco-editor/languages/definitions/yaml/register.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import { yamlProblems, type YamlProblem } from './yaml.ts';

export type CodeEditor = monaco.editor.IStandaloneCodeEditor;

const THEME = 'swarm-lab';
const OWNER = 'swarm-lab';

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

export interface EditorLook {
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly background: string;
}

export function createEditor(place: HTMLElement, look: EditorLook, label: string): CodeEditor {
  setBackground(look.background);
  return monaco.editor.create(place, {
    ariaLabel: label,
    automaticLayout: true,
    contextmenu: false,
    detectIndentation: false,
    fixedOverflowWidgets: true,
    fontFamily: look.fontFamily,
    fontLigatures: false,
    fontSize: look.fontSize,
    lineHeight: 1.5,
    minimap: { enabled: false },
    model: null,
    padding: { top: 10, bottom: 10 },
    renderLineHighlight: 'line',
    scrollBeyondLastLine: false,
    tabSize: 2,
    theme: THEME,
    unicodeHighlight: { ambiguousCharacters: false, nonBasicASCII: false },
  });
}

export function setBackground(background: string): void {
  const colors = { 'editor.background': background, 'editorGutter.background': background };
  monaco.editor.defineTheme(THEME, { base: 'vs-dark', inherit: true, rules: [], colors });
}

/** The text of a file of a machine, made once; kept while the page is open, so that tabs can be changed freely. */
export function modelOf(machine: string, path: string, text: string): monaco.editor.ITextModel {
  const uri = monaco.Uri.from({
    scheme: 'lab',
    authority: machine,
    path: path.startsWith('/') ? path : `/~/${path}`,
  });
  const known = monaco.editor.getModel(uri);
  if (known) {
    if (known.getValue() !== text) known.setValue(text);
    return known;
  }
  return monaco.editor.createModel(text, languageOf(path), uri);
}

/** Marks what is wrong in a YAML text; tells it, too. Other files have no problems. */
export function markProblems(model: monaco.editor.ITextModel): readonly YamlProblem[] {
  const problems = model.getLanguageId() === 'yaml' ? yamlProblems(model.getValue()) : [];
  const markers = problems.map((problem) => ({
    startLineNumber: problem.line,
    startColumn: problem.column,
    endLineNumber: problem.endLine,
    endColumn: problem.endColumn,
    message: problem.message,
    severity: problem.isError ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
  }));
  monaco.editor.setModelMarkers(model, OWNER, markers);
  return problems;
}

function languageOf(path: string): string {
  if (/\.ya?ml$/.test(path)) return 'yaml';
  if (/(^|\/)Dockerfile[^/]*$/.test(path)) return 'dockerfile';
  return /\.sh$|\.bash/.test(path) ? 'shell' : 'plaintext';
}
