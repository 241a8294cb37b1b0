/** A recorded scenario through the real docker CLI and a bridge, `SPEED` times as fast as it was recorded. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  fill,
  parseDuration,
  type PlayedStep,
  type ScenarioStep,
} from '../../src/lab/play/scenario.ts';
import type { Recording } from '../conformance/recording.ts';
import { startBridge, type Bridge } from './bridge.ts';
import { run, type Ran } from './cli.ts';

export const SPEED = 20;
const UNTIL_LIMIT_MS = 20_000;
const UNTIL_EVERY_MS = 500 / SPEED;
const ADDRESSES: Readonly<Record<string, string>> = {
  manager1: '192.168.99.100',
  worker1: '192.168.99.101',
  worker2: '192.168.99.102',
  worker3: '192.168.99.103',
};

/** Docker commands alone: no fault, file or watch, no shell beyond a pipe; on machines that a bridge has. */
export function isReplayable({ nodes, steps }: Recording): boolean {
  return (
    nodes.every(({ name, ip }) => ADDRESSES[name] === ip) &&
    steps.every((step) => step.wait !== undefined || isDocker(step.run ?? step.until ?? ''))
  );
}

function isDocker(line: string): boolean {
  const bare = line.replace(/'[^']*'|"[^"]*"/g, 'Q');
  return bare.startsWith('docker ') && !/[;&<>`]|\$\(/.test(bare);
}

export async function replay(recording: Recording): Promise<PlayedStep[]> {
  const images = recording.preloaded?.length ? ['--images', recording.preloaded.join()] : [];
  const engine = recording.recorded?.engine ?? '';
  const bridge = await startBridge(
    recording.nodes.map(({ name }) => name),
    ['--speed', String(SPEED), '--engine', `${engine}+dfsg1`, ...images],
  );
  try {
    return await new Replay(bridge).play(recording.steps);
  } finally {
    await bridge.stop();
  }
}

class Replay {
  readonly #bridge: Bridge;
  readonly #captured = new Map<string, string>();
  readonly #startMs = performance.now();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  async play(steps: readonly PlayedStep[]): Promise<PlayedStep[]> {
    const out: PlayedStep[] = [];
    for (const recorded of steps) {
      const step = questionOf(recorded);
      await delay(((step.at ?? 0) * 1000) / SPEED - (performance.now() - this.#startMs));
      out.push({ ...step, ...(await this.#perform(step)) });
    }
    return out;
  }

  async #perform(step: ScenarioStep): Promise<Partial<PlayedStep>> {
    if (step.wait !== undefined) {
      await delay((parseDuration(step.wait) ?? 0) / SPEED);
      return {};
    }
    if (step.until !== undefined) return this.#until(step, step.until);
    const ran = await this.#command(step, step.run ?? '');
    for (const [name, pattern] of Object.entries(step.capture ?? {})) {
      const found = new RegExp(pattern, 'm').exec(`${ran.stdout}\n${ran.stderr}`);
      if (found?.[1] !== undefined) this.#captured.set(name, found[1]);
    }
    return ran;
  }

  async #until(step: ScenarioStep, line: string): Promise<Partial<PlayedStep>> {
    const wanted = new RegExp(fill(step.matches ?? '', this.#captured), 'ms');
    for (const startMs = performance.now(); ; await delay(UNTIL_EVERY_MS)) {
      const ran = await this.#command(step, line);
      const reached = wanted.test(ran.stdout + ran.stderr);
      if (reached || performance.now() - startMs > UNTIL_LIMIT_MS) return { ...ran, reached };
    }
  }

  #command(step: ScenarioStep, line: string): Promise<Ran> {
    return run(this.#bridge.socket(step.node ?? ''), fill(line, this.#captured), {
      tty: step.tty ?? false,
    });
  }
}

/** The step without what real Docker answered. */
function questionOf({
  at,
  node,
  run: line,
  tty,
  capture,
  wait,
  until,
  matches,
}: PlayedStep): ScenarioStep {
  const all = { at, node, run: line, tty, capture, wait, until, matches };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
