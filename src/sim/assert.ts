/** Thrown when the code itself is wrong; the lab stops and shows it. A dead machine or a lost packet is no such thing. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Stops the lab when `condition` does not hold. `why` says what should have been true. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new AssertionError(why);
}

/** For the end of an exhaustive `switch`. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}
