/**
 * What is so in every file: named exports, nothing printed, nothing put off, and no file that nobody imports.
 */
import ts from 'typescript';
import { referencesOf } from './references.ts';
import { OUTER, roomOf } from './rooms.ts';
import { type Breach, type Source, breach, breachAt, walk } from './source.ts';

/** Where a default export is what a tool asks for. */
const CONFIG = /(^|\/)[^/]+\.config\.(ts|js)$|\.d\.ts$/;
const PUT_OFF = /\b(TO(?:DO)|FIX(?:ME))\b/g;

/** Where the world begins to read us: the page, the programs in Node, the tests, the tools. */
const ENTRIES = [
  'src/app/main.ts',
  ...OUTER,
  'tests/lab/seeds-main.ts',
  'tests/bench/main.ts',
  'tests/wall/wall.ts',
];
const ENTRY = /\.(test|spec)\.ts$|^[^/]+\.config\.ts$|^scripts\/|\.d\.ts$/;

export function defaultExportBreaches(sources: readonly Source[]): Breach[] {
  const found: Breach[] = [];
  for (const source of sources) {
    if (CONFIG.test(source.path) || source.path.endsWith('.svelte')) continue;
    for (const statement of source.tree.statements) {
      if (isDefaultExport(statement))
        found.push(breach(source, statement, 'default export', 'a named one'));
    }
  }
  return found;
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportDeclaration(node) && node.exportClause && ts.isNamedExports(node.exportClause)) {
    return node.exportClause.elements.some((element) => element.name.text === 'default');
  }
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  );
}

export function consoleBreaches(sources: readonly Source[]): Breach[] {
  const found: Breach[] = [];
  for (const source of sources) {
    if (roomOf(source.path) === undefined) continue;
    walk(source.tree, (node) => {
      if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return;
      if (node.expression.text !== 'console') return;
      found.push(
        breach(
          source,
          node,
          'console',
          'the trace, a returned value, or process.stdout in play and bridge',
        ),
      );
    });
  }
  return found;
}

export function putOffBreaches(sources: readonly Source[]): Breach[] {
  return sources.flatMap((source) =>
    [...source.text.matchAll(PUT_OFF)].map((match) =>
      breachAt(source, match.index, match[0], 'do it, or write it under `Left out:`'),
    ),
  );
}

export function unreachedBreaches(sources: readonly Source[]): Breach[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const waiting = [...byPath.keys()].filter((path) => ENTRIES.includes(path) || ENTRY.test(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) continue;
    reached.add(path);
    waiting.push(...targetsOf(source, byPath));
  }
  return sources
    .filter(({ path }) => !reached.has(path))
    .map((source) => breachAt(source, 0, 'no entry reaches this file', 'import it, or delete it'));
}

function targetsOf(source: Source, byPath: ReadonlyMap<string, Source>): string[] {
  return referencesOf(source).flatMap(({ target, kind }) => {
    if (target === undefined) return [];
    if (kind !== 'glob') return [target];
    const pattern = globPattern(target);
    return [...byPath.keys()].filter((path) => pattern.test(path));
  });
}

function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(
    `^${escaped.replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(.*/)?'))}$`,
  );
}
