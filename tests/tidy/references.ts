/**
 * What a file names of other files: imports of every form, `new URL(…, import.meta.url)` and `import.meta.glob`.
 */
import { posix } from 'node:path';
import ts from 'typescript';
import { type Source, walk } from './source.ts';

export interface Reference {
  readonly node: ts.Node;
  readonly specifier: string;
  /** The file from the project's root; nothing for a package. A glob keeps its stars. */
  readonly target: string | undefined;
  readonly kind: 'value' | 'type' | 'dynamic' | 'url' | 'glob';
}

export function referencesOf(source: Source): Reference[] {
  const found: Reference[] = [];
  walk(source.tree, (node) => {
    const reference = statementReference(node) ?? callReference(node);
    if (reference === undefined) return;
    found.push({ node, ...reference, target: resolve(source.path, reference.specifier) });
  });
  return found;
}

type Found = Pick<Reference, 'specifier' | 'kind'>;

function statementReference(node: ts.Node): Found | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return { specifier: node.moduleSpecifier.text, kind: isType ? 'type' : 'value' };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    if (!ts.isStringLiteral(node.moduleSpecifier)) return undefined;
    return { specifier: node.moduleSpecifier.text, kind: node.isTypeOnly ? 'type' : 'value' };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    if (ts.isStringLiteral(node.argument.literal)) {
      return { specifier: node.argument.literal.text, kind: 'type' };
    }
  }
  return undefined;
}

function callReference(node: ts.Node): Found | undefined {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const first = node.arguments?.[0];
  if (first === undefined || !ts.isStringLiteralLike(first)) return undefined;
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { specifier: first.text, kind: 'dynamic' };
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
    const isOwn = node.arguments?.[1]?.getText() === 'import.meta.url';
    return isOwn ? { specifier: first.text, kind: 'url' } : undefined;
  }
  if (node.expression.getText() === 'import.meta.glob') {
    return { specifier: first.text, kind: 'glob' };
  }
  return undefined;
}

function resolve(from: string, specifier: string): string | undefined {
  const path = specifier.replace(/\?.*$/, '');
  if (path.startsWith('/')) return path.slice(1);
  if (!path.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), path);
}
