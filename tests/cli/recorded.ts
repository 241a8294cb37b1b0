import { readFileSync } from 'node:fs';

export interface Step {
  readonly node?: string;
  readonly run?: string;
  readonly file?: string;
  readonly content?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
  readonly tty?: boolean;
}

/** A recording of real Docker, from testdata. */
export function recorded(name: string): readonly Step[] {
  const url = new URL(`./testdata/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { steps: Step[] }).steps;
}

export function stepOf(steps: readonly Step[], run: string): Step {
  const step = steps.find((one) => one.run === run);
  if (step === undefined) throw new Error(`not recorded: ${run}`);
  return step;
}

/** The first object that a recorded `inspect` printed. */
export function inspected(steps: readonly Step[], run: string): Record<string, unknown> {
  const [object] = JSON.parse(stepOf(steps, run).stdout ?? '[]') as Record<string, unknown>[];
  if (object === undefined) throw new Error(`nothing inspected: ${run}`);
  return object;
}
