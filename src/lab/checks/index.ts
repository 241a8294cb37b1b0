/**
 * Checks: declarative questions about the state of the lab.
 *
 * `evaluate(check, scope)` says which conditions hold and, in Korean, what is still missing. Pure and synchronous:
 * the same check and scope give the same answer. `scope.ts` says what the lab must fill.
 */
export { evaluate, tell, templateParts } from './evaluate.ts';
export type { CheckResult, Condition, ConditionResult, TemplatePart } from './evaluate.ts';
export { compile } from './language.ts';
export { emptyScope } from './scope.ts';
export type {
  ApiObject,
  CheckScope,
  LabScope,
  MachineScope,
  RaftScope,
  SeenScope,
} from './scope.ts';
