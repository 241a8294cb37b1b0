/**
 * The determinism rules: what would make a lab depend on anything but template, seed and inputs. What the compiler
 * keeps out by itself (timers, the DOM, the console) is not repeated here: see tests/wall.
 */
import ts from 'typescript';
import { isOuter, roomOf } from './rooms.ts';
import { type Breach, type Source, breach, walk } from './source.ts';

const MATH = new Set([
  'abs',
  'min',
  'max',
  'floor',
  'ceil',
  'round',
  'trunc',
  'sign',
  'sqrt',
  'imul',
  'clz32',
]);
const KNOWS_DATES = /^src\/sim\/clock(\.ts$|\/)/;

const ASYNCHRONOUS = new Set([
  ts.SyntaxKind.AsyncKeyword,
  ts.SyntaxKind.AwaitExpression,
  ts.SyntaxKind.AwaitKeyword,
]);

/** Names of the language or its hosts, and what to use in their place. */
const NAMES: Readonly<Record<string, string>> = {
  Date: 'the virtual clock (sim/clock alone knows dates)',
  Promise: 'a generator that yields to the kernel',
  Intl: 'own formatting: hosts differ',
  globalThis: 'nothing global',
  WeakRef: 'a plain reference: collection is not an input',
  FinalizationRegistry: 'an explicit end: collection is not an input',
};

export function determinismBreaches(sources: readonly Source[]): Breach[] {
  const found: Breach[] = [];
  for (const source of sources) {
    const room = roomOf(source.path);
    if (room === undefined || room === 'app' || isOuter(source.path)) continue;
    walk(source.tree, (node) => {
      const problem = problemOf(source, node);
      if (problem !== undefined) found.push(breach(source, node, ...problem));
    });
  }
  return found;
}

type Problem = readonly [what: string, instead: string];

function problemOf(source: Source, node: ts.Node): Problem | undefined {
  if (ASYNCHRONOUS.has(node.kind))
    return ['async or await', 'a generator that yields to the kernel'];
  if (ts.isForInStatement(node)) return ['for…in', 'for…of over Object.keys, or a Map'];
  if (ts.isIdentifier(node)) return nameProblem(source, node);
  if (ts.isPropertyAccessExpression(node)) return propertyProblem(node);
  if (ts.isCallExpression(node)) return callProblem(node);
  if (ts.isBinaryExpression(node)) return powerProblem(node);
  return undefined;
}

function nameProblem(source: Source, node: ts.Identifier): Problem | undefined {
  if (!isOfTheLanguage(node)) return undefined;
  if (node.text === 'Math' && !ts.isPropertyAccessExpression(node.parent)) {
    return ['Math as a value', `Math.${[...MATH].join(' ')}, called by name`];
  }
  if (node.text === 'Date' && KNOWS_DATES.test(source.path)) return undefined;
  const instead = Object.hasOwn(NAMES, node.text) ? NAMES[node.text] : undefined;
  return instead === undefined ? undefined : [node.text, instead];
}

/** Whether the name stands for the global, and not for a field, a key or somebody's own. */
function isOfTheLanguage(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !(
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isEnumMember(parent)
  );
}

function propertyProblem(node: ts.PropertyAccessExpression): Problem | undefined {
  const name = node.name.text;
  if (ts.isIdentifier(node.expression) && node.expression.text === 'Math' && !MATH.has(name)) {
    return [`Math.${name}`, name === 'random' ? "the component's own stream" : [...MATH].join(' ')];
  }
  if (name.startsWith('toLocale')) return [`.${name}`, 'own formatting: hosts differ'];
  if (name === 'localeCompare') return ['.localeCompare', 'a < b ? -1 : a > b ? 1 : 0'];
  return undefined;
}

function callProblem(node: ts.CallExpression): Problem | undefined {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return ['import()', 'a host call, which only the outer files of lab answer'];
  }
  if (!ts.isPropertyAccessExpression(node.expression) || node.arguments.length > 0)
    return undefined;
  const name = node.expression.name.text;
  if (name === 'sort' || name === 'toSorted')
    return [`.${name}() without a comparator`, 'one that says the order'];
  return undefined;
}

/** `**` is Math.pow, whose last digit engines may choose; a power of two literals is a constant. */
function powerProblem(node: ts.BinaryExpression): Problem | undefined {
  const kind = node.operatorToken.kind;
  const isPower =
    kind === ts.SyntaxKind.AsteriskAsteriskToken ||
    kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
  if (!isPower || (ts.isNumericLiteral(node.left) && ts.isNumericLiteral(node.right)))
    return undefined;
  return ['**', 'multiplication, or a table'];
}
