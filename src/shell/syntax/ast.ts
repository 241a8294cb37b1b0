/** What the parser makes of a command line. Plain data: functions and jobs keep pieces of it. */

/** A word before expansion. */
export interface Word {
  readonly parts: readonly Part[];
  /** The line it was read from, for messages. */
  readonly source: string;
}

export type Part =
  /** Unquoted text: subject to braces, tilde, globbing. */
  | { readonly kind: 'literal'; readonly text: string }
  /** Text in single quotes, `$'…'`, or after a backslash. */
  | { readonly kind: 'quoted'; readonly text: string }
  | { readonly kind: 'double'; readonly parts: readonly Part[] }
  | Parameter
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'arithmetic'; readonly word: Word }
  | { readonly kind: 'process'; readonly direction: '<' | '>'; readonly text: string };

/** `${name…}`. */
export interface Parameter {
  readonly kind: 'parameter';
  readonly name: string;
  readonly index: Word | undefined;
  readonly isLength: boolean;
  readonly isIndirect: boolean;
  /** `:-`, `-`, `:=`, `=`, `:?`, `?`, `:+`, `+`, `#`, `##`, `%`, `%%`, `/`, `//`, `/#`, `/%`, `^`, `^^`, `,`, `,,`, `:`, `@`; '' for none. */
  readonly operator: string;
  readonly argument: Word | undefined;
  /** The replacement of `/`, the length of `:`. */
  readonly second: Word | undefined;
}

export interface Redirection {
  readonly fd: number | undefined;
  readonly operator: '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '&>' | '&>>' | '<<' | '<<<';
  readonly target: Word;
}

export interface Assignment {
  readonly name: string;
  readonly index: Word | undefined;
  readonly isAppend: boolean;
  readonly value: Word | readonly Word[];
}

export type Command =
  | {
      readonly kind: 'simple';
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly redirections: readonly Redirection[];
      readonly line: number;
    }
  | Compound
  | { readonly kind: 'function'; readonly name: string; readonly body: Command };

export type Compound = { readonly redirections: readonly Redirection[]; readonly line: number } & (
  | { readonly kind: 'subshell'; readonly body: List; readonly source: string }
  | { readonly kind: 'group'; readonly body: List }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: List; readonly body: List }[];
      readonly otherwise: List | undefined;
    }
  | { readonly kind: 'while'; readonly test: List; readonly body: List; readonly isUntil: boolean }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly words: readonly Word[] | undefined;
      readonly body: List;
    }
  | {
      readonly kind: 'select';
      readonly name: string;
      readonly words: readonly Word[] | undefined;
      readonly body: List;
    }
  | {
      readonly kind: 'arithmetic-for';
      readonly begin: Word;
      readonly test: Word;
      readonly step: Word;
      readonly body: List;
    }
  | { readonly kind: 'case'; readonly word: Word; readonly items: readonly CaseItem[] }
  | { readonly kind: 'arithmetic'; readonly word: Word }
  | { readonly kind: 'conditional'; readonly test: Conditional }
);

export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: List;
  readonly end: ';;' | ';&' | ';;&';
}

/** Inside `[[ ]]`. */
export type Conditional =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'unary'; readonly operator: string; readonly word: Word }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Word;
      readonly right: Word;
    }
  | { readonly kind: 'not'; readonly test: Conditional }
  | { readonly kind: 'and' | 'or'; readonly left: Conditional; readonly right: Conditional };

export interface Pipeline {
  readonly commands: readonly Command[];
  readonly isNegated: boolean;
  readonly isTimed: boolean;
  /** `|&` after the command of that index. */
  readonly withErrors: readonly boolean[];
}

/** Pipelines joined by `&&` and `||`. */
export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[];
  readonly isBackground: boolean;
  /** As it was typed, for `jobs`. */
  readonly source: string;
}

export interface List {
  readonly items: readonly AndOr[];
}
