/** How control leaves a command other than by its end. Thrown through the interpreter, never seen outside. */

export class BreakSignal {
  levels: number;
  constructor(levels: number) {
    this.levels = levels;
  }
}

export class ContinueSignal {
  levels: number;
  constructor(levels: number) {
    this.levels = levels;
  }
}

export class ReturnSignal {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

export class ExitSignal {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** Ctrl-C, or an error that ends the command line: back to the prompt. */
export class AbandonSignal {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}
