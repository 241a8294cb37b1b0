import type { ImageCatalogue } from '../engine/index.ts';
import { addLaterCommands } from '../cli/index.ts';
import { callbackCall, call, type Program, type Scheduler, type Sys } from '../sim/index.ts';
import type { Browsers } from './browser/index.ts';
import type { LessonRun } from './lessonrun.ts';

/**
 * What the page loads after the first part of the lab: the Unix tools, the images and their programs, the rarer docker commands, lessons and their checks.
 *
 * A process that needs it makes a host call: virtual time stands still until it is there (`World.hold`), so that a lab runs the same whether it
 * came early or late.
 */
export interface LaterParts {
  readonly tools: ReadonlyMap<string, Program>;
  readonly programs: ReadonlyMap<string, Program>;
  readonly catalogue: ImageCatalogue;
  readonly commands: Parameters<typeof addLaterCommands>[0];
  readonly LessonRun: typeof LessonRun;
  readonly Browsers: typeof Browsers;
}

let parts: LaterParts | undefined;
const waiting = new Set<(parts: LaterParts) => void>();

/** The parts have been loaded. */
export function provideLaterParts(loaded: LaterParts): void {
  if (parts) return;
  parts = loaded;
  addLaterCommands(loaded.commands);
  for (const use of waiting) use(loaded);
  waiting.clear();
}

export function hasLaterParts(): boolean {
  return parts !== undefined;
}

/** For what cannot wait: whoever calls this has made sure that the parts are there. */
export function laterParts(): LaterParts {
  if (!parts) throw new Error('the later parts of the lab have not been loaded');
  return parts;
}

/** Calls `use` with the parts, now or when they come. */
export function whenLaterParts(use: (parts: LaterParts) => void): void {
  if (parts) use(parts);
  else waiting.add(use);
}

/** A host call: goes on when the parts are there. Takes no virtual time, and the same events either way. */
export function* awaitLaterParts(world: Scheduler): Sys<void> {
  yield* call(
    callbackCall<void>('load', (done) => {
      world.schedule(0, 'loaded', () => done(undefined));
      world.hold(hasLaterParts);
      return undefined;
    }),
  );
}

/** Images by way of the parts: an engine asks only when a command that has waited for them asked it. */
export const laterCatalogue: ImageCatalogue = {
  find: (repository, reference) => laterParts().catalogue.find(repository, reference),
  has: (repository) => laterParts().catalogue.has(repository),
  isElsewhere: (repository) => laterParts().catalogue.isElsewhere?.(repository) ?? false,
  search: (term) => laterParts().catalogue.search(term),
};
