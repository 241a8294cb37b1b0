import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CliMachine } from './harness.ts';

interface Step {
  readonly run?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
  readonly fault?: string;
}

const folder = new URL('./testdata/transcripts/', import.meta.url);

/** Steps that depend on more than words: another host, a context folder. */
const NEEDS_MORE = [/^docker -H tcp:/];

describe.each(readdirSync(folder))('recorded from Docker: %s', (file) => {
  const { steps } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { steps: Step[] };
  let hasEngine = true;
  const cases: (readonly [string, Step, boolean])[] = [];
  for (const step of steps) {
    if (step.fault !== undefined) hasEngine = step.fault !== 'stop';
    if (step.run === undefined || NEEDS_MORE.some((pattern) => pattern.test(step.run ?? '')))
      continue;
    cases.push([step.run, step, hasEngine]);
  }
  test.each(cases)('%s', (line, step, isUp) => {
    const cli = new CliMachine();
    const refusal =
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
    cli.answer = ({ path }) =>
      path === '/containers/json' ? { json: [] } : { status: 503, json: { message: refusal } };
    if (isUp) cli.startEngine();
    const ran = cli.run(line);
    expect({ stdout: ran.stdout, stderr: ran.stderr, exit: ran.exit }).toEqual({
      stdout: step.stdout ?? '',
      stderr: step.stderr ?? '',
      exit: step.exit ?? 0,
    });
  });
});
