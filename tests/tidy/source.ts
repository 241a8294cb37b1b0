/**
 * The project's files as the tidy rules see them: path, text and syntax tree, with the lines as in the file.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  /** From the project's root, with slashes: `src/sim/clock.ts`. */
  readonly path: string;
  readonly text: string;
  /** The code; of a component, its script blocks at their own lines. */
  readonly tree: ts.SourceFile;
}

/** A breach of a rule: where, what, and what to write instead. */
export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly instead: string;
}

const CODE = /\.(ts|svelte|mjs)$/;

/** Every code file in these folders and files. */
export function sourcesIn(...paths: readonly string[]): Source[] {
  return paths.flatMap((path) => filesIn(path)).map((path) => sourceOf(path, read(path)));
}

export function sourceOf(path: string, text: string): Source {
  const code = path.endsWith('.svelte') ? scriptsOnly(text) : text;
  const kind = path.endsWith('.mjs') ? ts.ScriptKind.JS : ts.ScriptKind.TS;
  return { path, text, tree: ts.createSourceFile(path, code, ts.ScriptTarget.ES2023, true, kind) };
}

export function breach(source: Source, node: ts.Node, what: string, instead: string): Breach {
  const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree));
  return { path: source.path, line: line + 1, what, instead };
}

/** A breach at a place in the text, for what is not code. */
export function breachAt(source: Source, index: number, what: string, instead: string): Breach {
  const line = source.text.slice(0, index).split('\n').length;
  return { path: source.path, line, what, instead };
}

/** Visits every node of the tree. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

export function report(breaches: readonly Breach[]): string {
  return breaches.map((b) => `${b.path}:${b.line}  ${b.what}; instead: ${b.instead}`).join('\n');
}

/** Blanks everything but the contents of the script blocks, and keeps the line breaks. */
function scriptsOnly(text: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  let code = '';
  let end = 0;
  for (const match of text.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = match.index + (match[1]?.length ?? 0);
    const script = match[2] ?? '';
    code += blank(text.slice(end, start)) + script;
    end = start + script.length;
  }
  return code + blank(text.slice(end));
}

function filesIn(path: string): string[] {
  if (CODE.test(path)) return [path];
  try {
    return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
      .map((name) => `${path}/${name.replaceAll('\\', '/')}`)
      .filter((file) => CODE.test(file))
      .sort((a, b) => (a < b ? -1 : 1));
  } catch {
    return [];
  }
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
