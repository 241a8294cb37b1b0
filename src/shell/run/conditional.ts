import { normalize } from '../sys.ts';
import type { Sys } from '../sys.ts';
import { evaluate } from '../expand/arithmetic.ts';
import { arithmeticVariables, expandPattern, expandText } from '../expand/expand.ts';
import { escapeRegExp, matches } from '../expand/pattern.ts';
import type { Conditional } from '../syntax/ast.ts';
import type { Shell } from './shell.ts';
import { mayAccess } from './streams.ts';

/** `[[ … ]]`: the status. */
export function* conditional(shell: Shell, test: Conditional): Sys<number> {
  return (yield* isTrue(shell, test)) ? 0 : 1;
}

function* isTrue(shell: Shell, test: Conditional): Sys<boolean> {
  switch (test.kind) {
    case 'word':
      return (yield* expandText(shell, test.word)) !== '';
    case 'not':
      return !(yield* isTrue(shell, test.test));
    case 'and':
      return (yield* isTrue(shell, test.left)) && (yield* isTrue(shell, test.right));
    case 'or':
      return (yield* isTrue(shell, test.left)) || (yield* isTrue(shell, test.right));
    case 'unary':
      return unary(shell, test.operator, yield* expandText(shell, test.word));
    case 'binary': {
      const left = yield* expandText(shell, test.left);
      const pattern = yield* expandPattern(shell, test.right);
      if (test.operator === '==' || test.operator === '=') return matches(pattern, left);
      if (test.operator === '!=') return !matches(pattern, left);
      if (test.operator === '=~')
        return regularExpression(
          shell,
          left,
          pattern.map(({ text, isQuoted }) => (isQuoted ? escapeRegExp(text) : text)).join(''),
        );
      const right = pattern.map(({ text }) => text).join('');
      if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(test.operator)) {
        const variables = arithmeticVariables(shell);
        return compareNumbers(test.operator, evaluate(left, variables), evaluate(right, variables));
      }
      return binary(shell, test.operator, left, right);
    }
    default:
      return test satisfies never;
  }
}

function regularExpression(shell: Shell, text: string, source: string): boolean {
  const found = new RegExp(posixToJs(source)).exec(text);
  shell.variables.setItems(
    'BASH_REMATCH',
    new Map((found ?? []).map((group, index) => [String(index), group ?? ''])),
  );
  return found !== null;
}

/** POSIX bracket classes as JavaScript writes them. */
export function posixToJs(source: string): string {
  const classes: Readonly<Record<string, string>> = {
    alpha: 'a-zA-Z',
    digit: '0-9',
    alnum: 'a-zA-Z0-9',
    upper: 'A-Z',
    lower: 'a-z',
    space: '\\s',
    blank: ' \\t',
    punct: '!-\\/:-@\\[-`{-~',
    xdigit: '0-9a-fA-F',
  };
  return source.replace(/\[:(\w+):\]/g, (all, name: string) => classes[name] ?? all);
}

export function compareNumbers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

/** `-f file`, `-z text`, … */
export function unary(shell: Shell, operator: string, text: string): boolean {
  if (operator === '-z') return text === '';
  if (operator === '-n') return text !== '';
  if (operator === '-v') return shell.get(text) !== undefined;
  if (operator === '-o')
    return (shell.options as unknown as Readonly<Record<string, boolean>>)[text] ?? false;
  if (operator === '-t')
    return [shell.io.stdin, shell.io.stdout, shell.io.stderr][Number(text)]?.terminal !== undefined;
  const path = normalize(text, shell.cwd);
  const node =
    text === ''
      ? undefined
      : shell.files.lookup(path, { nofollow: operator === '-L' || operator === '-h' });
  if (!node) return false;
  switch (operator) {
    case '-e':
    case '-a':
      return true;
    case '-f':
      return node.type === 'file';
    case '-d':
      return node.type === 'directory';
    case '-L':
    case '-h':
      return node.type === 'symlink';
    case '-S':
      return node.type === 'socket';
    case '-c':
      return node.type === 'device';
    case '-s':
      return (
        node.type === 'directory' ||
        (node.type === 'file' &&
          (typeof node.content === 'string' ? node.content !== '' : node.content.bytes > 0))
      );
    case '-r':
      return mayAccess(shell.process.user, node, 4);
    case '-w':
      return mayAccess(shell.process.user, node, 2);
    case '-x':
      return mayAccess(shell.process.user, node, 1);
    case '-O':
      return node.uid === shell.process.user.uid;
    case '-G':
      return node.gid === shell.process.user.gid;
    case '-u':
      return (node.mode & 0o4000) !== 0;
    case '-k':
      return (node.mode & 0o1000) !== 0;
    default:
      return false;
  }
}

export function binary(shell: Shell, operator: string, left: string, right: string): boolean {
  const at = (path: string) => shell.files.lookup(normalize(path, shell.cwd));
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-nt':
      return (at(left)?.modifiedAtMs ?? -1) > (at(right)?.modifiedAtMs ?? -1);
    case '-ot':
      return (at(left)?.modifiedAtMs ?? -1) < (at(right)?.modifiedAtMs ?? -1);
    case '-ef':
      return at(left) !== undefined && at(left) === at(right);
    default:
      return false;
  }
}
