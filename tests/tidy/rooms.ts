/**
 * The import table: which room may import which, and that others enter a room by its door. Imports go down, never up,
 * never sideways.
 */
import { type Reference, referencesOf } from './references.ts';
import { type Breach, breach, breachAt, type Source } from './source.ts';

/** The only files below `app` that touch the outside. */
export const OUTER = ['src/lab/worker.ts', 'src/lab/play.ts', 'src/lab/bridge.ts'];

/** Whether a file is one of them, or a part of the bridge: real sockets are what the bridge is for. */
export function isOuter(path: string): boolean {
  return OUTER.includes(path) || path.startsWith('src/lab/bridge/');
}

/** What a room may import: rooms whose values it may use, and rooms of which it may know the types only. */
interface Row {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

const COMPONENT: Row = { values: ['swarm/api', 'swarm/store', 'swarm/constraint'], types: ['sim'] };
const BELOW_ENGINE = ['swarm', 'swarm/api', 'sim'];
const BELOW_LAB = ['cli', 'shell', 'programs', 'engine', 'engine/api', ...BELOW_ENGINE];

const TABLE: Readonly<Record<string, Row>> = {
  sim: { values: [], types: [] },
  'swarm/api': { values: [], types: [] },
  'swarm/raft': { values: [], types: [] },
  'swarm/store': { values: ['swarm/api'], types: [] },
  'swarm/constraint': { values: ['swarm/api'], types: [] },
  'swarm/allocator': COMPONENT,
  'swarm/scheduler': COMPONENT,
  'swarm/orchestrator': COMPONENT,
  'swarm/dispatcher': COMPONENT,
  'swarm/controlapi': COMPONENT,
  'swarm/ca': COMPONENT,
  'swarm/agent': { values: ['swarm/api'], types: ['sim'] },
  swarm: { values: ['swarm/*', 'sim'], types: [] },
  'engine/api': { values: BELOW_ENGINE, types: [] },
  engine: { values: ['engine/api', ...BELOW_ENGINE], types: [] },
  // System calls are values: a program yields what `sleep` and `read` make.
  programs: { values: ['sim'], types: ['engine'] },
  shell: { values: ['sim'], types: [] },
  cli: { values: ['sim'], types: ['engine/api'] },
  lab: { values: BELOW_LAB, types: [] },
  app: { values: [], types: ['lab'] },
};

/** Files of `swarm/` itself that wire its rooms: the manager and the node. */
const WIRING = /^src\/swarm\/(manager|node|index)(\/|\.ts$)/;

/** Tools that the orchestrators share; they do not know each other otherwise. */
const ORCHESTRATOR_TOOLS = ['restart', 'update', 'taskreaper'];

/** Libraries below `app`: pure and synchronous, by room. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  cli: ['yaml'],
  shell: [],
  programs: ['acorn', 'mingo'],
  lab: ['yaml', '@marcbachmann/cel-js', 'parse5', 'sql.js'],
};
const OUTER_LIBRARIES = ['comlink', 'yaml', '@marcbachmann/cel-js'];

export function roomOf(path: string): string | undefined {
  const [src, first = '', second = ''] = path.split('/');
  if (src !== 'src' || !path.includes('/', 4)) return undefined;
  if (first === 'swarm')
    return WIRING.test(path) ? 'swarm' : `swarm/${second.replace(/\.ts$/, '')}`;
  if (first === 'engine' && second === 'api') return 'engine/api';
  return first;
}

export function importBreaches(sources: readonly Source[]): Breach[] {
  return sources.flatMap((source) => {
    const room = roomOf(source.path);
    if (room === undefined) return [];
    const row = TABLE[room];
    if (row === undefined) {
      return [breachAt(source, 0, `room ${room} is not in the import table`, 'move it')];
    }
    return referencesOf(source).flatMap((reference) => {
      const problem = problemOf(source.path, room, row, reference);
      return problem === undefined ? [] : [breach(source, reference.node, ...problem)];
    });
  });
}

type Problem = readonly [what: string, instead: string];

function problemOf(
  path: string,
  room: string,
  row: Row,
  reference: Reference,
): Problem | undefined {
  const { target, specifier, kind } = reference;
  if (target === undefined) return packageProblem(path, room, specifier);
  if (kind === 'glob')
    return target.startsWith('lessons/') ? undefined : [`glob of ${target}`, 'imports'];
  if (!target.startsWith('src/')) {
    return target.startsWith('lessons/') && (room === 'lab' || room === 'app')
      ? undefined
      : [`imports ${specifier}, outside src`, 'nothing: src stands on itself'];
  }
  const other = roomOf(target);
  if (other === undefined) return [`imports ${specifier}, which is in no room`, 'a room'];
  if (other === room) return orchestratorProblem(path, target);
  if (room === 'app' && target === 'src/lab/worker.ts' && kind === 'url') return undefined;
  if (isInside(other, room) || isInside(room, other)) {
    if (room === 'engine' || room === 'engine/api') return undefined;
  }
  return roomProblem(room, row, other, reference) ?? doorProblem(room, other, target);
}

function roomProblem(
  room: string,
  row: Row,
  other: string,
  reference: Reference,
): Problem | undefined {
  if (allows(row.values, other)) return undefined;
  if (!allows(row.types, other)) {
    return [`${room} imports ${other}`, listOf(row)];
  }
  if (reference.kind === 'type') return undefined;
  return [`${room} imports values of ${other}`, '`import type { … }`: it may know the types only'];
}

/** Other rooms import the door; a room that is one file is its own door. */
function doorProblem(room: string, other: string, target: string): Problem | undefined {
  const door = `src/${other}/index.ts`;
  // `rest.ts` is the door to what the page loads later.
  const isDoor =
    target === door || target === `src/${other}/rest.ts` || target === `src/${other}.ts`;
  if (isDoor) return undefined;
  // The wiring of swarm is of one house with its rooms, but comes in by their doors, too.
  return [`${room} goes past the door of ${other}: ${target}`, `import ${door}`];
}

function orchestratorProblem(path: string, target: string): Problem | undefined {
  const from = orchestratorPart(path);
  const to = orchestratorPart(target);
  if (from === undefined || to === undefined || from === to) return undefined;
  if (ORCHESTRATOR_TOOLS.includes(to)) return undefined;
  return [
    `orchestrator/${from} imports orchestrator/${to}`,
    `only ${ORCHESTRATOR_TOOLS.join(', ')} are shared`,
  ];
}

function orchestratorPart(path: string): string | undefined {
  return /^src\/swarm\/orchestrator\/([^/]+)\//.exec(path)?.[1];
}

function packageProblem(path: string, room: string, specifier: string): Problem | undefined {
  if (room === 'app') {
    return specifier.startsWith('node:')
      ? [`imports ${specifier}`, 'what browsers have']
      : undefined;
  }
  if (isOuter(path)) {
    const isNode = specifier.startsWith('node:') && path !== 'src/lab/worker.ts';
    if (isNode || OUTER_LIBRARIES.includes(specifier)) return undefined;
  }
  const allowed = LIBRARIES[room] ?? [];
  if (allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`)))
    return undefined;
  return [
    `${room} imports the package ${specifier}`,
    `own code, or one of: ${allowed.join(', ') || 'none'}`,
  ];
}

function allows(rooms: readonly string[], other: string): boolean {
  return rooms.includes(other) || (other.startsWith('swarm/') && rooms.includes('swarm/*'));
}

function isInside(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}/`);
}

function listOf({ values, types }: Row): string {
  const parts = [...values, ...types.map((room) => `types of ${room}`)];
  return parts.length === 0 ? 'it may import nothing' : `it may import ${parts.join(', ')}`;
}
