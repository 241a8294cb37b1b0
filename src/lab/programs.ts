import { docker } from '../cli/index.ts';
import { loginShells, toolNames } from '../shell/index.ts';
import type { Program } from '../sim/index.ts';
import { awaitLaterParts, laterParts, whenLaterParts } from './later.ts';

/** Words after `docker` whose commands need no image and nothing else that comes later. */
const EARLY = new Set(['swarm', 'node', 'version', 'info', 'network']);

/** What runs on machines and in containers, by the name that executable files carry. */
export function programTable(): ReadonlyMap<string, Program> {
  const table = new Map<string, Program>(loginShells);
  for (const name of toolNames) if (!table.has(name)) table.set(name, laterTool(name));
  table.set('docker', earlyOrLaterDocker);
  // What only containers run is there before any container is: its image had to be pulled.
  whenLaterParts(({ programs }) => {
    for (const [name, program] of programs) if (!table.has(name)) table.set(name, program);
  });
  return table;
}

function laterTool(name: string): Program {
  return function* (process) {
    yield* awaitLaterParts(process.kernel.world);
    const tool = laterParts().tools.get(name);
    return tool ? yield* tool(process) : 127;
  };
}

const earlyOrLaterDocker: Program = function* (process) {
  if (!EARLY.has(process.argv[1] ?? '')) yield* awaitLaterParts(process.kernel.world);
  return yield* docker(process);
};
