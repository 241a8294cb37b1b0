/**
 * The language of checks: CEL (Common Expression Language), cut down to what a check needs.
 *
 * CEL has no loops but those over a list, no assignment and no way out of its data; the evaluator interprets a tree
 * and makes no code. Because a lesson may come from a stranger's file, the tree is searched before it runs: only the
 * functions of `CALLS` may be called. That leaves out regular expressions, which can hang, and dates, which would
 * read the machine's time zone.
 */
import { Environment } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import * as queries from './queries.ts';
import { emptyScope } from './scope.ts';
import type { ApiObject, CheckScope } from './scope.ts';

const VARIABLES = ['nodes', 'services', 'tasks', 'networks', 'secrets', 'configs'] as const;
const RECORDS = ['machines', 'raft', 'lab', 'seen'] as const;

/** What may be called beside the queries: CEL's own macros and functions without regular expressions and dates. */
const CEL_CALLS: ReadonlySet<string> = new Set([
  'all',
  'contains',
  'double',
  'endsWith',
  'exists',
  'exists_one',
  'filter',
  'has',
  'int',
  'join',
  'lowerAscii',
  'map',
  'size',
  'startsWith',
  'string',
  'substring',
  'trim',
  'type',
  'upperAscii',
]);

type Handler = (...args: never[]) => unknown;

/** CEL counts in whole numbers of its own. */
function whole(query: (found: ApiObject, name: string) => number): Handler {
  return (found: ApiObject, name: string) => BigInt(Math.trunc(query(found, name)));
}

/** Signature in CEL → what answers it. `current` is the scope of the evaluation under way. */
function vocabulary(current: () => CheckScope): readonly (readonly [string, Handler])[] {
  const byName =
    (query: (scope: CheckScope, name: string) => unknown): Handler =>
    (name: string) =>
      query(current(), name);
  const byTwo =
    (query: (scope: CheckScope, a: string, b: string) => unknown): Handler =>
    (a: string, b: string) =>
      query(current(), a, b);
  const ofTask =
    (query: (scope: CheckScope, task: ApiObject) => unknown): Handler =>
    (task: ApiObject) =>
      query(current(), task);
  const ofTasks =
    (query: (scope: CheckScope, tasks: readonly ApiObject[]) => unknown): Handler =>
    (tasks: readonly ApiObject[]) =>
      query(current(), tasks);
  return [
    ['node(string): dyn', byName(queries.node)],
    ['service(string): dyn', byName(queries.service)],
    ['network(string): dyn', byName(queries.network)],
    ['nodeState(string): string', byName(queries.nodeState)],
    ['nodeStatus(string): string', byName(queries.nodeStatus)],
    ['availability(string): string', byName(queries.availability)],
    ['role(string): string', byName(queries.role)],
    ['managerState(string): string', byName(queries.managerState)],
    ['ready(string): list', byName(queries.ready)],
    ['nodeName(dyn): string', ofTask(queries.nodeName)],
    ['taskName(dyn): string', ofTask(queries.taskName)],
    ['tasksOf(string): list', byName(queries.tasksOf)],
    ['running(string): list', byName(queries.running)],
    ['runningOn(string, string): list', byTwo(queries.runningOn)],
    ['runningImage(string, string): list', byTwo(queries.runningImage)],
    ['replacements(string, string): list', byTwo(queries.replacements)],
    ['replicas(string): int', (name: string) => BigInt(queries.replicas(current(), name))],
    ['image(string): string', byName(queries.image)],
    ['updateState(string): string', byName(queries.updateState)],
    ['updateOrder(string): string', byName(queries.updateOrder)],
    ['endpointMode(string): string', byName(queries.endpointMode)],
    ['vips(string): list', byName(queries.vips)],
    ['ports(string): list', byName(queries.ports)],
    ['swarmState(string): string', byName(queries.swarmState)],
    ['power(string): string', byName(queries.power)],
    ['containers(string): list', byName(queries.containers)],
    ['ownContainers(string): list', byName(queries.ownContainers)],
    ['hasNetwork(string, string): bool', byTwo(queries.hasNetwork)],
    ['container(string, string): dyn', byTwo(queries.container)],
    ['containerState(string, string): string', byTwo(queries.containerState)],
    ['containerName(dyn): string', queries.containerName],
    ['limit(dyn, string): int', whole(queries.limit)],
    ['setting(dyn, string): string', queries.setting],
    ['deviceRate(dyn, string): int', whole(queries.deviceRate)],
    ['restartPolicy(dyn): string', queries.restartPolicy],
    ['exitCode(dyn): int', whole(queries.exitCode)],
    ['oomKilled(dyn): bool', queries.oomKilled],
    ['restarts(dyn): int', whole(queries.restarts)],
    ['networksOf(dyn): list', queries.networksOf],
    ['addressOn(dyn, string): string', queries.addressOn],
    ['mountType(dyn, string): string', queries.mountType],
    ['mountFrom(dyn, string): string', queries.mountFrom],
    ['mountReadOnly(dyn, string): bool', queries.mountReadOnly],
    ['hostPorts(dyn): list', (found: ApiObject) => queries.hostPorts(found).map(BigInt)],
    ['members(string, string): list', byTwo(queries.members)],
    ['hasVolume(string, string): bool', byTwo(queries.hasVolume)],
    ['hasImage(string, string): bool', byTwo(queries.hasImage)],
    ['hasFile(string, string): bool', byTwo(queries.hasFile)],
    ['fileText(string, string): string', byTwo(queries.fileText)],
    ['fileLines(string, string): list', byTwo(queries.fileLines)],
    ['shown(string): bool', byName(queries.shown)],
    ['asked(string, string): bool', byTwo(queries.asked)],
    ['refused(string, string): bool', byTwo(queries.refused)],
    ['servers(int): list', (port: bigint) => queries.servers(current(), Number(port))],
    ['lookup(string): list', byName(queries.lookup)],
    ['names(list): string', ofTasks(queries.names)],
    ['places(list): string', ofTasks(queries.places)],
  ];
}

/** The scope that the functions speak of while one evaluation runs; evaluation is synchronous. */
let scopeNow: CheckScope = emptyScope();

function makeEnvironment(): { environment: Environment; calls: ReadonlySet<string> } {
  const environment = new Environment({
    limits: {
      maxAstNodes: 400,
      maxDepth: 40,
      maxListElements: 50,
      maxMapEntries: 20,
      maxCallArguments: 8,
    },
  });
  for (const name of VARIABLES) environment.registerVariable(name, 'list');
  for (const name of RECORDS) environment.registerVariable(name, 'map');
  const calls = new Set(CEL_CALLS);
  for (const [signature, handler] of vocabulary(() => scopeNow)) {
    environment.registerFunction(signature, handler);
    calls.add(signature.slice(0, signature.indexOf('(')));
  }
  return { environment, calls };
}

const { environment, calls: CALLS } = makeEnvironment();

export interface Expression {
  readonly source: string;
  /** Throws what CEL throws: a missing key, a wrong type. */
  run(scope: CheckScope): unknown;
}

export type Compiled = { readonly expression: Expression } | { readonly error: string };

const compiled = new Map<string, Compiled>();
const COMPILED_MAX = 2000;

/** Parses and type-checks. The same text gives the same object. */
export function compile(source: string): Compiled {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const fresh = compileFresh(source);
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(source, fresh);
  return fresh;
}

function compileFresh(source: string): Compiled {
  try {
    const parsed = environment.parse(source);
    const forbidden = forbiddenCall(parsed.ast);
    if (forbidden !== null)
      return { error: `"${forbidden}" is not a function of the check language` };
    const types = parsed.check();
    if (!types.valid) return { error: firstLine(types.error) };
    const run = (scope: CheckScope): unknown => {
      scopeNow = scope;
      return parsed({ ...scope });
    };
    return { expression: { source, run } };
  } catch (error) {
    return { error: firstLine(error) };
  }
}

export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}

/** The first function outside `CALLS` that the tree calls. */
function forbiddenCall(tree: ASTNode): string | null {
  const stack: unknown[] = [tree];
  while (stack.length > 0) {
    const item = stack.pop();
    if (Array.isArray(item)) stack.push(...(item as unknown[]));
    if (typeof item !== 'object' || item === null || !('op' in item)) continue;
    const { op, args } = item as { op: string; args: unknown };
    if ((op === 'call' || op === 'rcall') && Array.isArray(args)) {
      const name = String(args[0]);
      if (!CALLS.has(name)) return name;
    }
    if (Array.isArray(args) || (typeof args === 'object' && args !== null)) stack.push(args);
  }
  return null;
}
