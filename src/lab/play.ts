/**
 * `npm run --silent play -- SCENARIO.json`: plays a scenario in Node, without a page, and prints it completed with the answers.
 */
import { readFileSync, writeSync } from 'node:fs';
import { playScenario } from './play/index.ts';
import type { Scenario } from './play/scenario.ts';
import { sqliteLoaded } from './sqlite.ts';

function main(args: readonly string[]): number {
  const [file] = args;
  if (file === undefined || args.length !== 1) {
    process.stderr.write('usage: npm run --silent play -- SCENARIO.json\n');
    return 2;
  }
  const scenario = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')) as Scenario;
  const text = `${JSON.stringify({ ...scenario, steps: playScenario(scenario) }, null, 1)}\n`;
  for (let at = 0, bytes = Buffer.from(text); at < bytes.length;) at += writeSync(1, bytes, at);
  return 0;
}

await sqliteLoaded;
process.exitCode = main(process.argv.slice(2));
