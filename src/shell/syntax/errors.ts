/** The line is no command: bash's sentence without the `bash: ` before it. */
export class SyntaxError extends Error {
  override readonly name = 'SyntaxError';
  readonly line: number;
  /** The second line that bash prints for a script: the line itself. */
  readonly excerpt: string | undefined;

  constructor(message: string, line: number, excerpt?: string) {
    super(message);
    this.line = line;
    this.excerpt = excerpt;
  }
}

/** The text ends in the middle of a command: more lines may complete it. `message` is what to say when none come. */
export class Incomplete extends SyntaxError {}
