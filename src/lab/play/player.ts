import type { BrowseAction, Browser } from '../browser/index.ts';
import type { Lab } from '../lab.ts';
import {
  fill,
  parseDuration,
  type PlayedStep,
  type Scenario,
  type ScenarioStep,
  type StepAnswer,
} from './scenario.ts';
import { runWhile, type CommandRunner } from './runner.ts';

/** A command that has not ended after this much virtual time is given up. */
const COMMAND_LIMIT_MS = 600_000;
const UNTIL_LIMIT_MS = 300_000;
const UNTIL_EVERY_MS = 500;
const CONTROL = /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]|\r/g;

/** Plays a scenario step by step, as one person at several terminals would, and returns its steps completed with the answers. */
export class Player {
  readonly #lab: Lab;
  readonly #scenario: Scenario;
  readonly #runner: CommandRunner;
  readonly #captured = new Map<string, string>();

  constructor(lab: Lab, scenario: Scenario, runner: CommandRunner) {
    this.#lab = lab;
    this.#scenario = scenario;
    this.#runner = runner;
  }

  play(): PlayedStep[] {
    return this.#scenario.steps.map((step) => ({ ...step, ...this.#play(step) }));
  }

  #play(step: ScenarioStep): StepAnswer {
    if (step.at !== undefined)
      this.#lab.runUntil(Math.max(this.#lab.nowMs, Math.round(step.at * 1000)));
    const startMs = this.#lab.nowMs;
    const answer = this.#perform(step);
    return {
      at: startMs / 1000,
      ...answer,
      ...(answer.took === undefined && step.wait === undefined
        ? { took: (this.#lab.nowMs - startMs) / 1000 }
        : {}),
    };
  }

  #perform(step: ScenarioStep): StepAnswer {
    if (step.run !== undefined) return this.#run(step, step.run);
    if (step.until !== undefined) return this.#until(step, step.until);
    if (step.watch !== undefined) return this.#watch(step, step.watch);
    if (step.browse !== undefined) return this.#browse(step, step.browse);
    if (step.setup !== undefined) return this.#run(step, step.setup);
    if (step.file !== undefined) return this.#save(step, step.file, step.content ?? '');
    if (step.write !== undefined) return this.#save(step, step.write, step.text ?? '');
    if (step.fault !== undefined) return this.#fault(step, step.fault);
    if (step.wait !== undefined) return this.#wait(step.wait);
    return { error: `이 실습실에서는 지원하지 않습니다: ${Object.keys(step).join(' ')}` };
  }

  #run(step: ScenarioStep, command: string): StepAnswer {
    const startMs = this.#lab.nowMs;
    const result = this.#command(step, command, COMMAND_LIMIT_MS);
    if (!result)
      return {
        error: `the command did not end within ${COMMAND_LIMIT_MS / 1000} s`,
        stdout: '',
        stderr: '',
        exit: -1,
      };
    const text = `${result.stdout}\n${result.stderr}`;
    for (const [name, pattern] of Object.entries(step.capture ?? {})) {
      const found = new RegExp(pattern, 'm').exec(text.replace(CONTROL, ''));
      if (found?.[1] !== undefined) this.#captured.set(name, found[1]);
    }
    return { ...result, took: (this.#lab.nowMs - startMs) / 1000 };
  }

  #command(step: ScenarioStep, command: string, limitMs: number) {
    const input = (step.input ?? []).map((entry) => fill(entry, this.#captured));
    return this.#runner.run(
      step.node ?? '',
      fill(command, this.#captured),
      { tty: step.tty ?? false, input },
      limitMs,
    );
  }

  #until(step: ScenarioStep, command: string): StepAnswer {
    const startMs = this.#lab.nowMs;
    const limitMs = (step.within ? parseDuration(step.within) : undefined) ?? UNTIL_LIMIT_MS;
    const wanted = new RegExp(escapeCaptured(step.matches ?? '', this.#captured), 'ms');
    for (;;) {
      const triedMs = this.#lab.nowMs;
      const result = this.#command(step, command, COMMAND_LIMIT_MS);
      if (!result) return { error: 'the command did not end', reached: false };
      const reached = wanted.test(`${result.stdout}${result.stderr}`.replace(CONTROL, ''));
      if (reached || this.#lab.nowMs - startMs > limitMs)
        return { ...result, reached, took: (this.#lab.nowMs - startMs) / 1000 };
      this.#lab.runUntil(Math.max(this.#lab.nowMs, triedMs + UNTIL_EVERY_MS));
    }
  }

  #watch(step: ScenarioStep, command: string): StepAnswer {
    const states: { at: number; stdout: string }[] = [];
    const startMs = this.#lab.nowMs;
    for (let i = 0; i < (step.count ?? 1); i++) {
      const atMs = startMs + i * Math.round((step.every ?? 1) * 1000);
      if (atMs > this.#lab.nowMs) this.#lab.runUntil(atMs);
      const sampledMs = this.#lab.nowMs;
      const result = this.#command(step, command, COMMAND_LIMIT_MS);
      const stdout = result?.stdout ?? '';
      if (states.at(-1)?.stdout !== stdout) states.push({ at: sampledMs / 1000, stdout });
    }
    return { states };
  }

  #save(step: ScenarioStep, path: string, text: string): StepAnswer {
    this.#lab.input({ kind: 'save', machine: step.node ?? '', path, text });
    return {};
  }

  #fault(step: ScenarioStep, type: NonNullable<ScenarioStep['fault']>): StepAnswer {
    let left = step.nodes?.length ?? 0;
    for (const machine of step.nodes ?? [])
      this.#lab.input({ kind: 'fault', fault: { type, machine } }, () => left--);
    runWhile(this.#lab, () => left <= 0, COMMAND_LIMIT_MS);
    if (type === 'restart') this.#awaitDocker(step.nodes ?? []);
    return {};
  }

  /** `restart` ends when `docker version` answers. */
  #awaitDocker(nodes: readonly string[]): void {
    runWhile(
      this.#lab,
      () => nodes.every((node) => this.#lab.host(node)?.engine.isRunning ?? true),
      COMMAND_LIMIT_MS,
    );
  }

  #browse(step: ScenarioStep, url: string): StepAnswer {
    this.#inBrowser({ type: 'use', machine: step.node ?? '' });
    const browser = this.#inBrowser({ type: 'go', url: fill(url, this.#captured) });
    if (browser && (step.fill !== undefined || step.click !== undefined)) {
      const values = Object.entries(step.fill ?? {}).map(
        ([name, value]) => [name, fill(value, this.#captured)] as const,
      );
      const submit = browser.byName(Object.fromEntries(values), step.click);
      // A page that has no such form any more (it was sent before) is read as it is.
      if (submit) this.#inBrowser(submit);
    }
    return { text: browser?.text ?? '', status: browser?.status ?? 0 };
  }

  /** Does something in the browser and waits until nothing is under way any more. */
  #inBrowser(action: BrowseAction): Browser | undefined {
    this.#lab.input({ kind: 'browse', window: 'play', action });
    this.#lab.runUntil(this.#lab.nowMs);
    const browser = this.#lab.browsers?.window('play');
    runWhile(this.#lab, () => browser?.isLoading === false, COMMAND_LIMIT_MS);
    return browser;
  }

  #wait(text: string): StepAnswer {
    const ms = parseDuration(text);
    if (ms === undefined) return { error: `not a duration: ${text}` };
    this.#lab.runUntil(this.#lab.nowMs + ms);
    return {};
  }
}

function escapeCaptured(pattern: string, captured: ReadonlyMap<string, string>): string {
  const escaped = new Map(
    [...captured].map(([name, value]) => [name, value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')]),
  );
  return fill(pattern, escaped);
}
