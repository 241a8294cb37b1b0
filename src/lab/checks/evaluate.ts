/**
 * Evaluates a step's check against the lab: which conditions hold, and for the rest what was wanted and what is there.
 *
 * Never throws. A condition whose expression fails on the way (a field that is not there yet) does not hold; the
 * failure stands in `problems` for the author, while the student reads the condition's own words.
 */
import { compile, firstLine } from './language.ts';
import type { CheckScope } from './scope.ts';

export interface Condition {
  /** The expression that must be true. */
  readonly that: string;
  /** In Korean, as a state: `web 태스크 3개가 실행 중이에요`. Code in backquotes. */
  readonly say: string;
  /** What was wanted, with `{expression}` inside; '' when `say` says it all. */
  readonly wanted: string;
  /** What is there now: a whole sentence with `{expression}` inside; '' for nothing. */
  readonly is: string;
}

export interface ConditionResult {
  readonly ok: boolean;
  readonly message: string;
  readonly wanted: string;
  readonly is: string;
}

export interface CheckResult {
  readonly ok: boolean;
  readonly conditions: readonly ConditionResult[];
  /** For the lesson's author: expressions that failed or gave no boolean. */
  readonly problems: readonly string[];
}

export function evaluate(check: readonly Condition[], scope: CheckScope): CheckResult {
  const problems: string[] = [];
  const conditions = check.map((condition) => evaluateCondition(condition, scope, problems));
  return { ok: conditions.length > 0 && conditions.every((one) => one.ok), conditions, problems };
}

function evaluateCondition(
  condition: Condition,
  scope: CheckScope,
  problems: string[],
): ConditionResult {
  const value = valueOf(condition.that, scope, problems);
  if (value !== undefined && typeof value !== 'boolean') {
    problems.push(`${condition.that}: true or false was expected`);
  }
  const fill = (template: string): string => fillTemplate(template, scope, problems);
  return {
    ok: value === true,
    message: fill(condition.say),
    wanted: fill(condition.wanted),
    is: fill(condition.is),
  };
}

function valueOf(source: string, scope: CheckScope, problems: string[]): unknown {
  const compiled = compile(source);
  if ('error' in compiled) {
    problems.push(`${source}: ${compiled.error}`);
    return undefined;
  }
  try {
    return compiled.expression.run(scope);
  } catch (error) {
    problems.push(`${source}: ${firstLine(error)}`);
    return undefined;
  }
}

/** An expression's value as words, '' when it has none: for answers of predictions. */
export function tell(source: string, scope: CheckScope): string {
  return words(valueOf(source, scope, []));
}

export type TemplatePart = { readonly text: string } | { readonly expression: string };

/** Cuts `지금은 {size(nodes)}개예요.` into text and expressions. A brace inside a string of the expression counts too. */
export function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  while (from < template.length) {
    const open = template.indexOf('{', from);
    const close = open < 0 ? -1 : template.indexOf('}', open);
    if (open < 0 || close < 0) break;
    if (open > from) parts.push({ text: template.slice(from, open) });
    parts.push({ expression: template.slice(open + 1, close) });
    from = close + 1;
  }
  if (from < template.length) parts.push({ text: template.slice(from) });
  return parts;
}

function fillTemplate(template: string, scope: CheckScope, problems: string[]): string {
  const said = templateParts(template).map((part) =>
    'text' in part ? part.text : words(valueOf(part.expression, scope, problems)),
  );
  return said.join('');
}

/** How an empty list is told. */
const NOTHING = '없음';

function words(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? '예' : '아니요';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? NOTHING : value.map((item: unknown) => words(item)).join(', ');
  }
  return '';
}
