/**
 * `npm run bench -- [WORD …] [--small] [--no-page]`: JSON lines, one a figure; WORDs choose by name. Each result is checked: `ok` false makes
 * the bench fail. `--small` is what `npm test` runs.
 */
import { benches } from './benches.ts';
import { pageFigures } from './page.ts';
import type { Figure } from './measure.ts';

async function main(args: readonly string[]): Promise<number> {
  const words = args.filter((arg) => !arg.startsWith('--'));
  let isGood = true;
  const print = (figures: readonly Figure[]): void => {
    for (const figure of figures) {
      process.stdout.write(`${JSON.stringify(figure)}\n`);
      isGood &&= figure.ok;
    }
  };
  for (const [name, run] of benches(args.includes('--small') ? 'small' : 'large')) {
    if (words.length === 0 || words.some((word) => name.includes(word))) print(run());
  }
  if (!args.includes('--no-page') && (words.length === 0 || words.includes('page')))
    print(await pageFigures());
  return isGood ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
