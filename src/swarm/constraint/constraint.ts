/**
 * Placement constraints: `key == value`, `key != value`.
 *
 * Real:     swarmkit manager/constraint/constraint.go
 * Left out: IPv6 in `node.ip`.
 */
import { no, ok, type Node, type Placement, type Result } from '../api/index.ts';

export const NODE_LABEL_PREFIX = 'node.labels.';
export const ENGINE_LABEL_PREFIX = 'engine.labels.';

export interface Constraint {
  readonly key: string;
  readonly operator: '==' | '!=';
  readonly value: string;
}

const OPERATORS = ['==', '!='] as const;
const KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const VALUE = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i;

export function parseConstraints(expressions: readonly string[]): Result<readonly Constraint[]> {
  const constraints: Constraint[] = [];
  for (const expression of expressions) {
    const operator = OPERATORS.find((candidate) => expression.includes(candidate));
    if (!operator)
      return no('Unknown', `constraint expected one operator from ${OPERATORS.join(', ')}`);
    const at = expression.indexOf(operator);
    const key = expression.slice(0, at).trim();
    const value = expression.slice(at + operator.length).trim();
    if (!KEY.test(key)) return no('Unknown', `key '${key}' is invalid`);
    if (!VALUE.test(value)) return no('Unknown', `value '${value}' is invalid`);
    constraints.push({ key, operator, value });
  }
  return ok(constraints);
}

export function nodeMatches(constraints: readonly Constraint[], node: Node): boolean {
  return constraints.every((constraint) => matchesOne(constraint, node));
}

/**
 * Whether a node satisfies a placement. What does not parse asks for nothing: it was checked when
 * the service was created.
 */
export function placementMatches(placement: Placement | undefined, node: Node): boolean {
  if (!placement?.Constraints?.length) return true;
  const parsed = parseConstraints(placement.Constraints);
  return !parsed.ok || nodeMatches(parsed.value, node);
}

/**
 * The value of the label that a descriptor (`node.labels.zone`) names on this node, '' when it has
 * none; undefined when the descriptor names no label at all.
 */
export function labelValue(descriptor: string, node: Node): string | undefined {
  const inNode = afterPrefix(descriptor, NODE_LABEL_PREFIX);
  if (inNode !== undefined) return node.Spec.Labels[inNode] ?? '';
  const inEngine = afterPrefix(descriptor, ENGINE_LABEL_PREFIX);
  if (inEngine !== undefined) return node.Description?.Engine.Labels?.[inEngine] ?? '';
  return undefined;
}

function matchesOne(constraint: Constraint, node: Node): boolean {
  switch (constraint.key.toLowerCase()) {
    case 'node.id':
      return compare(constraint, node.ID);
    case 'node.hostname':
      return compare(constraint, node.Description?.Hostname ?? '');
    case 'node.ip':
      return matchesAddress(constraint, node.Status.Addr);
    case 'node.role':
      return compare(constraint, node.Role);
    case 'node.platform.os':
      return compare(constraint, node.Description?.Platform.OS ?? '');
    case 'node.platform.arch':
      return compare(constraint, node.Description?.Platform.Architecture ?? '');
    default: {
      const label = labelValue(constraint.key, node);
      // An unknown key matches no node, whatever the operator.
      return label !== undefined && compare(constraint, label);
    }
  }
}

function compare(constraint: Constraint, what: string): boolean {
  return (constraint.value.toLowerCase() === what.toLowerCase()) === (constraint.operator === '==');
}

function matchesAddress(constraint: Constraint, address: string): boolean {
  const [network = '', prefix] = constraint.value.split('/');
  const wanted = parseIPv4(network);
  const bits = prefix === undefined ? 32 : /^\d{1,2}$/.test(prefix) ? Number(prefix) : 33;
  if (wanted === undefined || bits > 32) return false;
  const have = parseIPv4(address);
  let size = 1;
  for (let bit = bits; bit < 32; bit++) size *= 2;
  const isWithin = have !== undefined && Math.floor(have / size) === Math.floor(wanted / size);
  return isWithin === (constraint.operator === '==');
}

function parseIPv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Prefixes are case-insensitive, labels are not; an empty label is no label. */
function afterPrefix(text: string, prefix: string): string | undefined {
  return text.length > prefix.length && text.slice(0, prefix.length).toLowerCase() === prefix
    ? text.slice(prefix.length)
    : undefined;
}
