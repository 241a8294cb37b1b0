import { grow, SystemError } from '../sys.ts';
import type { Process, SpawnOptions, Sys } from '../sys.ts';
import type { Shell } from './shell.ts';

/** There is no room for another process: the command line, or the script, ends with it. */
export class ForkError extends Error {
  readonly status: number;

  constructor(dialect: Shell['dialect']) {
    const why = 'Resource temporarily unavailable';
    super(
      dialect === 'bash'
        ? `fork: ${why}`
        : dialect === 'ash'
          ? `can't fork: ${why}`
          : 'Cannot fork',
    );
    this.status = dialect === 'bash' ? 254 : 2;
  }
}

/** A child of the shell. Real bash tries four times more, for 15 seconds, before it gives up. */
export function fork(shell: Shell, options: SpawnOptions): Process {
  try {
    return shell.process.kernel.spawn(options);
  } catch (error) {
    if (error instanceof SystemError && error.code === 'EAGAIN') throw new ForkError(shell.dialect);
    throw error;
  }
}

/** A variable longer than this shows in the shell's memory. */
const COUNTED_MIN = 65_536;
/** A variable cannot be longer: the allocator says no. */
const TEXT_MAX = 16 * 1024 * 1024;

/** Memory for a variable of `length` characters in the place of one of `before`. */
export function* allocate(length: number, before: number): Sys<void> {
  if (length > TEXT_MAX) throw new SystemError('ENOMEM');
  const counted = (size: number): number => (size < COUNTED_MIN ? 0 : size);
  if (counted(length) !== counted(before)) yield* grow(counted(length) - counted(before));
}
