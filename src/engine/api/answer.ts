import type { Outcome } from '../errors.ts';
import type { ApiContext } from './router.ts';

/** Answers with the value as JSON, or with the refusal. */
export function answer<T>(
  context: ApiContext,
  status: number,
  toJson: (value: T) => unknown = (value) => value,
): (outcome: Outcome<T>) => void {
  return (outcome) =>
    outcome.ok
      ? context.json(status, toJson(outcome.value))
      : context.fail(outcome.error.status, outcome.error.message);
}

/** Answers without a body, or with the refusal. */
export function answerEmpty(
  context: ApiContext,
  status: number,
): (outcome: Outcome<unknown>) => void {
  return (outcome) =>
    outcome.ok ? context.empty(status) : context.fail(outcome.error.status, outcome.error.message);
}

/** The filters of a list, or undefined when they could not be read and that was answered. */
export function filtersOf(context: ApiContext): ReadonlyMap<string, readonly string[]> | undefined {
  if (!context.filters) context.fail(400, 'invalid filter');
  return context.filters;
}

/** `?version=12`, or undefined when it is none and that was answered. */
export function versionOf(context: ApiContext, what: string): number | undefined {
  const text = context.query.get('version') ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  context.fail(
    400,
    `invalid ${what} version '${text}': strconv.ParseUint: parsing "${text}": invalid syntax`,
  );
  return undefined;
}

export const param = (context: ApiContext, name: string): string => context.params[name] ?? '';
