import { standInCatalogue } from '../../programs/index.ts';
import '../rest.ts';
import { Lab } from '../lab.ts';
import { LOCAL, vm, type Template } from '../templates.ts';
import { addNeighbours, NAMES } from './neighbours.ts';
import { PipeRunner } from './pipes.ts';
import { Player } from './player.ts';
import type { PlayedStep, Scenario } from './scenario.ts';
import { TypingRunner } from './typing.ts';

/**
 * Plays a scenario in a fresh lab. A recorded one gives plain pipes on machines of that engine, whose registry has the recording's images;
 * any other is typed at terminals.
 */
export function playScenario(scenario: Scenario, seed = 'play'): PlayedStep[] {
  const lab = new Lab({
    template: templateOf(scenario),
    seed,
    ...(scenario.recorded ? { catalogue: standInCatalogue(), names: NAMES } : {}),
  });
  if (scenario.recorded) addNeighbours(lab);
  const runner = scenario.recorded ? new PipeRunner(lab) : new TypingRunner(lab);
  return new Player(lab, scenario, runner).play();
}

function templateOf(scenario: Scenario): Template {
  if (scenario.template === 'local') return { name: 'local', machines: [LOCAL] };
  const { engine } = scenario.recorded ?? {};
  return {
    name: 'scenario',
    machines: scenario.nodes.map(({ name, ip }) => vm(name, ip, engine)),
    ...(scenario.preloaded ? { preloaded: scenario.preloaded } : {}),
  };
}
