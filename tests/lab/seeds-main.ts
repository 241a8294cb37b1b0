/**
 * `npm run seeds -- [COUNT] [--from N] [--jobs N]`: seeded fault runs over the whole lab; `npm run seeds -- --replay SEED` tells one run's story.
 * Prints failing seeds and, at the end, figures as a JSON line.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { runSeed, type SeedOutcome } from './seeds.ts';

interface Share {
  readonly from: number;
  readonly count: number;
  readonly stride: number;
}

function numberAfter(args: readonly string[], flag: string, otherwise: number): number {
  const at = args.indexOf(flag);
  return at < 0 ? otherwise : Number(args[at + 1]);
}

function tell({ seed, violations, story }: SeedOutcome): void {
  process.stdout.write(
    `seed ${seed}\n${violations
      .slice(0, 5)
      .map((why) => `  ${why}\n`)
      .join('')}${story.map((line) => `    ${line}\n`).join('')}`,
  );
}

function work({ from, count, stride }: Share): void {
  for (let i = from; i < from + count; i += stride) parentPort?.postMessage(runSeed(String(i)));
}

async function main(args: readonly string[]): Promise<number> {
  const replay = args.indexOf('--replay');
  if (replay >= 0) {
    const outcome = runSeed(args[replay + 1] ?? '');
    tell(outcome);
    return outcome.violations.length === 0 ? 0 : 1;
  }
  const count = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 1000);
  const from = numberAfter(args, '--from', 0);
  const jobs = numberAfter(args, '--jobs', availableParallelism());
  const beganMs = performance.now();
  const sum = { seeds: 0, failed: 0, virtualMs: 0, events: 0, commands: 0, faults: 0 };
  const note = (outcome: SeedOutcome): void => {
    sum.seeds++;
    for (const key of ['virtualMs', 'events', 'commands', 'faults'] as const)
      sum[key] += outcome.figures[key];
    if (outcome.violations.length > 0) {
      sum.failed++;
      tell(outcome);
    }
    if (sum.seeds % 500 === 0) process.stderr.write(`${sum.seeds} seeds, ${sum.failed} failed\n`);
  };
  await Promise.all(
    Array.from({ length: jobs }, (_, i) =>
      share({ from: from + i, count: count - i, stride: jobs }, note),
    ),
  );
  const seconds = (performance.now() - beganMs) / 1000;
  process.stdout.write(
    `${JSON.stringify({ name: 'seeds', ...sum, seconds: Number(seconds.toFixed(1)) })}\n`,
  );
  return sum.failed === 0 && sum.seeds === count ? 0 : 1;
}

/** The part of the seeds that one thread runs. */
function share(part: Share, note: (outcome: SeedOutcome) => void): Promise<void> {
  return new Promise((done, failed) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: part });
    worker.on('message', note);
    worker.on('error', failed);
    worker.on('exit', () => done());
  });
}

if (isMainThread) process.exitCode = await main(process.argv.slice(2));
else work(workerData as Share);
