/**
 * The rules of the page: D3 computes and Svelte draws; text is never markup; state follows by `$derived`.
 */
import ts from 'typescript';
import { referencesOf } from './references.ts';
import { roomOf } from './rooms.ts';
import { type Breach, type Source, breach, breachAt, walk } from './source.ts';

/** Libraries that would move or touch the page behind Svelte's back. */
const BANNED: Readonly<Record<string, string>> = {
  d3: 'the parts by name (d3-scale, d3-shape …)',
  'd3-transition': 'interpolation in virtual time',
  'd3-timer': 'interpolation in virtual time',
};
const GESTURES = ['d3-zoom', 'd3-drag', 'd3-brush'];
const MARKUP = [
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'srcdoc',
  'createContextualFragment',
];

export function pageBreaches(sources: readonly Source[]): Breach[] {
  const page = sources.filter((source) => roomOf(source.path) === 'app');
  return [
    ...page.flatMap(libraryBreaches),
    ...page.flatMap(markupBreaches),
    ...rawHtmlBreaches(page),
    ...page.flatMap(effectBreaches),
  ];
}

function libraryBreaches(source: Source): Breach[] {
  const references = referencesOf(source);
  const names = references.map(({ specifier }) => specifier);
  return references.flatMap(({ specifier, node }) => {
    const instead = Object.hasOwn(BANNED, specifier) ? BANNED[specifier] : undefined;
    if (instead !== undefined) return [breach(source, node, specifier, instead)];
    if (specifier === 'd3-selection' && !GESTURES.some((name) => names.includes(name))) {
      return [breach(source, node, specifier, `Svelte; only under ${GESTURES.join(', ')}`)];
    }
    return [];
  });
}

function markupBreaches(source: Source): Breach[] {
  const found: Breach[] = [];
  walk(source.tree, (node) => {
    if (!ts.isPropertyAccessExpression(node) || !MARKUP.includes(node.name.text)) return;
    found.push(
      breach(source, node, `.${node.name.text}`, 'textContent or Svelte: content is text'),
    );
  });
  return found;
}

/** One renderer, that cleans what it renders, may hold `{@html}`: a second place is one too many. */
function rawHtmlBreaches(page: readonly Source[]): Breach[] {
  const places = page.flatMap((source) =>
    [...source.text.matchAll(/\{@html\b/g)].map((match) =>
      breachAt(source, match.index, '{@html}', 'text; or the one renderer that cleans its HTML'),
    ),
  );
  const [first] = places;
  return places.filter(({ path }) => path !== first?.path);
}

/** An `$effect` that only assigns `$state` is a `$derived` in disguise. */
function effectBreaches(source: Source): Breach[] {
  const states = stateNames(source);
  const found: Breach[] = [];
  walk(source.tree, (node) => {
    if (
      !ts.isCallExpression(node) ||
      !/^\$effect(\.pre)?$/.test(node.expression.getText(source.tree))
    )
      return;
    const [run] = node.arguments;
    if (run === undefined || !(ts.isArrowFunction(run) || ts.isFunctionExpression(run))) return;
    const statements = ts.isBlock(run.body) ? [...run.body.statements] : [];
    if (statements.length === 0 || !statements.every((statement) => assigns(statement, states)))
      return;
    found.push(breach(source, node, '$effect that only assigns state', '$derived'));
  });
  return found;
}

function assigns(statement: ts.Statement, states: ReadonlySet<string>): boolean {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression))
    return false;
  const { left, operatorToken } = statement.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  if (ts.isIdentifier(left)) return states.has(left.text);
  if (!ts.isPropertyAccessExpression(left)) return false;
  return left.expression.kind === ts.SyntaxKind.ThisKeyword && states.has(left.name.text);
}

/** Variables and fields made by `$state`. */
function stateNames(source: Source): ReadonlySet<string> {
  const names = new Set<string>();
  walk(source.tree, (node) => {
    if (!ts.isVariableDeclaration(node) && !ts.isPropertyDeclaration(node)) return;
    if (node.initializer?.getText(source.tree).startsWith('$state'))
      names.add(node.name.getText(source.tree));
  });
  return names;
}
