/** A scenario to be played: what to do, and (when it comes from real Docker) the machines' engine version. */
export interface Scenario {
  readonly scenario?: string;
  readonly template?: 'vms' | 'local';
  /** Recorded from real Docker: machines run this engine, commands are plain pipes. */
  readonly recorded?: { readonly cli: string; readonly engine: string };
  readonly nodes: readonly { readonly name: string; readonly ip: string }[];
  readonly preloaded?: readonly string[];
  readonly steps: readonly ScenarioStep[];
}

export interface ScenarioStep {
  readonly at?: number;
  readonly node?: string;
  readonly run?: string;
  readonly tty?: boolean;
  readonly input?: readonly string[];
  readonly capture?: Readonly<Record<string, string>>;
  readonly setup?: string;
  readonly file?: string;
  readonly content?: string;
  readonly write?: string;
  readonly text?: string;
  readonly fault?: 'crash' | 'stop' | 'restart' | 'partition' | 'heal';
  readonly nodes?: readonly string[];
  readonly wait?: string;
  readonly until?: string;
  readonly matches?: string;
  readonly within?: string;
  readonly watch?: string;
  readonly every?: number;
  readonly count?: number;
  readonly browse?: string;
  readonly fill?: Readonly<Record<string, string>>;
  readonly click?: string;
}

/** What a played step adds to itself. */
export interface StepAnswer {
  at?: number;
  took?: number;
  stdout?: string;
  stderr?: string;
  exit?: number;
  reached?: boolean;
  states?: { at: number; stdout: string }[];
  text?: string;
  status?: number;
  error?: string;
}

export type PlayedStep = ScenarioStep & StepAnswer;

/** Milliseconds of `10s`, `1m30s`, `500ms`; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const m = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/.exec(text);
  if (!m || text === '') return undefined;
  return Math.round(
    Number(m[1] ?? 0) * 3_600_000 +
      Number(m[2] ?? 0) * 60_000 +
      Number(m[3] ?? 0) * 1000 +
      Number(m[4] ?? 0),
  );
}

/** `${NAME}` with what was captured; other `${...}` are left to the shell. */
export function fill(text: string, captured: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g,
    (whole, name: string) => captured.get(name) ?? whole,
  );
}
