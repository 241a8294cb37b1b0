/**
 * Parses what is typed: whole, not yet whole (the shells then ask for more with `...`), or wrong.
 *
 * The parser is acorn.
 */
import { parse, type Program as Script } from 'acorn';

export type Parsed =
  | { readonly type: 'script'; readonly script: Script }
  | { readonly type: 'more' }
  | {
      readonly type: 'error';
      readonly message: string;
      readonly line: number;
      readonly column: number;
    };

export function parseScript(source: string): Parsed {
  try {
    return {
      type: 'script',
      script: parse(source, {
        ecmaVersion: 2022,
        allowAwaitOutsideFunction: true,
        allowReturnOutsideFunction: true,
      }),
    };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos = 0, loc } = error as SyntaxError & {
      readonly pos?: number;
      readonly loc?: { readonly line: number; readonly column: number };
    };
    if (pos >= source.trimEnd().length || /^Unterminated (template|comment)/.test(error.message))
      return { type: 'more' };
    return {
      type: 'error',
      message: error.message.replace(/ \(\d+:\d+\)$/, ''),
      line: loc?.line ?? 1,
      column: loc?.column ?? 0,
    };
  }
}
