/**
 * Runs a script: statements in their order, names in two scopes (the function's and the module's).
 *
 * Real:     CPython Python/ceval.c.
 * Left out: closures over a function's names, `global`, generators.
 */
import { type Process, type Sys } from '../../sim/index.ts';
import { builtins, compareValues, formatted, libraryModule, methodOf } from './builtins.ts';
import { dockerModule } from './docker.ts';
import { Unsupported, type Expr, type Statement } from './syntax.ts';
import {
  Callable,
  Dict,
  Float,
  Instance,
  isEqual,
  isTrue,
  iterate,
  List,
  numberOf,
  Raised,
  repr,
  str,
  typeName,
  type Value,
} from './values.ts';

type Scope = Map<string, Value>;
type End = 'break' | 'continue' | { readonly returned: Value } | undefined;

const DEPTH_MAX = 200;
/** Modules of CPython's library that scripts like to import and the lab does not have. */
const MISSING = new Set(
  'argparse asyncio collections csv datetime functools itertools logging math pathlib random re requests shutil signal socket string subprocess threading typing urllib'.split(
    ' ',
  ),
);

export class Interpreter {
  readonly #process: Process;
  readonly #builtins: ReadonlyMap<string, Value>;
  readonly #globals: Scope = new Map();
  readonly #hasDocker: () => boolean;
  #depth = 0;

  constructor(process: Process, hasDocker: () => boolean) {
    this.#process = process;
    this.#hasDocker = hasDocker;
    this.#builtins = builtins(process);
  }

  *run(program: readonly Statement[]): Sys<void> {
    yield* this.#block(program, this.#globals);
  }

  *#block(statements: readonly Statement[], scope: Scope): Sys<End> {
    for (const statement of statements) {
      // Each statement is a call of its own: a script that never ends uses a core, and Ctrl-C reaches it.
      yield { name: 'run', start: ({ done }) => (done(undefined), undefined) };
      try {
        const end = yield* this.#statement(statement, scope);
        if (end !== undefined) return end;
      } catch (error) {
        if (error instanceof Raised && error.line === 0) error.line = statement.line;
        throw error;
      }
    }
    return undefined;
  }

  *#statement(statement: Statement, scope: Scope): Sys<End> {
    switch (statement.type) {
      case 'expression':
        yield* this.#value(statement.value, scope);
        return undefined;
      case 'assign': {
        const value = yield* this.#value(statement.value, scope);
        const { target, operator } = statement;
        yield* this.#assign(
          target,
          operator === ''
            ? value
            : this.#binary(operator, yield* this.#value(target, scope), value),
          scope,
        );
        return undefined;
      }
      case 'import':
        yield* this.#import(statement, scope);
        return undefined;
      case 'if':
        return yield* this.#block(
          isTrue(yield* this.#value(statement.test, scope)) ? statement.body : statement.otherwise,
          scope,
        );
      case 'while':
        while (isTrue(yield* this.#value(statement.test, scope))) {
          const end = yield* this.#block(statement.body, scope);
          if (end === 'break') break;
          if (end !== undefined && end !== 'continue') return end;
        }
        return undefined;
      case 'for':
        for (const item of iterate(yield* this.#value(statement.from, scope))) {
          yield* this.#assign(statement.target, item, scope);
          const end = yield* this.#block(statement.body, scope);
          if (end === 'break') break;
          if (end !== undefined && end !== 'continue') return end;
        }
        return undefined;
      case 'def':
        scope.set(statement.name, yield* this.#function(statement, scope));
        return undefined;
      case 'return':
        return { returned: statement.value ? yield* this.#value(statement.value, scope) : null };
      case 'raise':
        return yield* this.#raise(statement.value, scope);
      case 'try':
        return yield* this.#try(statement, scope);
      case 'pass':
        return undefined;
      default:
        return statement.type;
    }
  }

  *#import({ module, names }: Statement & { type: 'import' }, scope: Scope): Sys<void> {
    const top = module.split('.')[0] as string;
    const found =
      top === 'docker' && this.#hasDocker()
        ? dockerModule(this.#process)
        : libraryModule(this.#process, module);
    if (!found && MISSING.has(top)) throw new Unsupported(`Python의 ${top} 모듈`);
    if (!found) throw new Raised('ModuleNotFoundError', `No module named '${module}'`);
    for (const { name, as } of names) {
      const value = name === '' ? found : yield* found.attribute(name);
      if (value === undefined)
        throw new Raised('ImportError', `cannot import name '${name}' from '${module}'`);
      scope.set(as, value);
    }
  }

  *#function(def: Statement & { type: 'def' }, scope: Scope): Sys<Callable> {
    const fallbacks = new Map<string, Value>();
    for (const { name, fallback } of def.parameters)
      if (fallback) fallbacks.set(name, yield* this.#value(fallback, scope));
    const run = (args: readonly Value[], named: ReadonlyMap<string, Value>): Sys<Value> =>
      this.#called(def, fallbacks, args, named);
    return new Callable(def.name, run);
  }

  *#called(
    { name, parameters, body }: Statement & { type: 'def' },
    fallbacks: ReadonlyMap<string, Value>,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
  ): Sys<Value> {
    if (args.length > parameters.length)
      throw new Raised(
        'TypeError',
        `${name}() takes ${parameters.length} positional argument${parameters.length === 1 ? '' : 's'} but ${args.length} were given`,
      );
    const own: Scope = new Map();
    parameters.forEach((parameter, i) => {
      const value = args[i] ?? named.get(parameter.name) ?? fallbacks.get(parameter.name);
      if (value === undefined)
        throw new Raised(
          'TypeError',
          `${name}() missing 1 required positional argument: '${parameter.name}'`,
        );
      own.set(parameter.name, value);
    });
    if (++this.#depth > DEPTH_MAX)
      throw new Raised('RecursionError', 'maximum recursion depth exceeded');
    const end = yield* this.#block(body, own);
    this.#depth--;
    return typeof end === 'object' ? end.returned : null;
  }

  *#raise(value: Expr | undefined, scope: Scope): Sys<never> {
    if (value?.type === 'call' && value.callee.type === 'name') {
      const message = value.args[0] ? str(yield* this.#value(value.args[0], scope)) : '';
      throw new Raised(value.callee.name, message);
    }
    throw new Raised(value?.type === 'name' ? value.name : 'RuntimeError', '');
  }

  *#try({ body, handlers, last }: Statement & { type: 'try' }, scope: Scope): Sys<End> {
    try {
      return yield* this.#block(body, scope);
    } catch (error) {
      if (!(error instanceof Raised) || error.type === 'SystemExit') throw error;
      const handler = handlers.find(
        ({ classes }) => classes.length === 0 || classes.some((name) => isA(error.type, name)),
      );
      if (!handler) throw error;
      if (handler.as)
        scope.set(
          handler.as,
          new Instance(error.type, error.message, function* () {
            return undefined;
          }),
        );
      return yield* this.#block(handler.body, scope);
    } finally {
      yield* this.#block(last, scope);
    }
  }

  *#assign(target: Expr, value: Value, scope: Scope): Sys<void> {
    if (target.type === 'name') return void scope.set(target.name, value);
    if (target.type === 'tuple' || target.type === 'list') {
      const items = iterate(value);
      if (items.length !== target.items.length)
        throw new Raised(
          'ValueError',
          items.length > target.items.length
            ? `too many values to unpack (expected ${target.items.length})`
            : `not enough values to unpack (expected ${target.items.length}, got ${items.length})`,
        );
      for (const [i, one] of target.items.entries())
        yield* this.#assign(one, items[i] as Value, scope);
      return;
    }
    if (target.type !== 'item') throw new Unsupported('Python의 속성 대입');
    const object = yield* this.#value(target.object, scope);
    const index = yield* this.#value(target.index, scope);
    if (object instanceof Dict) object.set(index, value);
    else if (object instanceof List && !object.isTuple)
      object.items[placeOf(object.items.length, index)] = value;
    else
      throw new Raised(
        'TypeError',
        `'${typeName(object)}' object does not support item assignment`,
      );
  }

  *#value(expr: Expr, scope: Scope): Sys<Value> {
    switch (expr.type) {
      case 'value':
        return expr.value;
      case 'float':
        return new Float(expr.value);
      case 'name': {
        const found =
          scope.get(expr.name) ?? this.#globals.get(expr.name) ?? this.#builtins.get(expr.name);
        if (found === undefined && !scope.has(expr.name) && !this.#globals.has(expr.name))
          throw new Raised('NameError', `name '${expr.name}' is not defined`);
        return found ?? null;
      }
      case 'format': {
        let text = '';
        for (const part of expr.parts) {
          if (typeof part === 'string') text += part;
          else {
            const value = yield* this.#value(part.value, scope);
            text += formatted(part.isRepr ? repr(value) : value, part.spec);
          }
        }
        return text;
      }
      case 'list':
      case 'tuple': {
        const items: Value[] = [];
        for (const item of expr.items) items.push(yield* this.#value(item, scope));
        return new List(items, expr.type === 'tuple');
      }
      case 'dict': {
        const out = new Dict();
        for (const [key, value] of expr.entries)
          out.set(yield* this.#value(key, scope), yield* this.#value(value, scope));
        return out;
      }
      case 'comprehension': {
        const items: Value[] = [];
        const own: Scope = new Map(scope);
        for (const one of iterate(yield* this.#value(expr.from, scope))) {
          yield* this.#assign(expr.target, one, own);
          if (!expr.condition || isTrue(yield* this.#value(expr.condition, own)))
            items.push(yield* this.#value(expr.item, own));
        }
        return new List(items);
      }
      case 'attribute':
        return yield* this.#attribute(yield* this.#value(expr.object, scope), expr.name);
      case 'item':
        return item(yield* this.#value(expr.object, scope), yield* this.#value(expr.index, scope));
      case 'slice': {
        const object = yield* this.#value(expr.object, scope);
        const bound = (value: Value): number | undefined => numberOf(value);
        const from = expr.from ? bound(yield* this.#value(expr.from, scope)) : undefined;
        const to = expr.to ? bound(yield* this.#value(expr.to, scope)) : undefined;
        if (typeof object === 'string') return [...object].slice(from, to).join('');
        if (object instanceof List) return new List(object.items.slice(from, to), object.isTuple);
        throw new Raised('TypeError', `'${typeName(object)}' object is not subscriptable`);
      }
      case 'call':
        return yield* this.#call(expr, scope);
      case 'unary': {
        const value = yield* this.#value(expr.operand, scope);
        if (expr.operator === 'not') return !isTrue(value);
        const number = numberOf(value);
        if (number === undefined)
          throw new Raised(
            'TypeError',
            `bad operand type for unary ${expr.operator}: '${typeName(value)}'`,
          );
        const signed = expr.operator === '-' ? -number : number;
        return value instanceof Float ? new Float(signed) : signed;
      }
      case 'logical': {
        const left = yield* this.#value(expr.left, scope);
        return isTrue(left) === (expr.operator === 'or')
          ? left
          : yield* this.#value(expr.right, scope);
      }
      case 'choice':
        return isTrue(yield* this.#value(expr.test, scope))
          ? yield* this.#value(expr.yes, scope)
          : yield* this.#value(expr.no, scope);
      case 'compare':
        return compared(
          expr.operator,
          yield* this.#value(expr.left, scope),
          yield* this.#value(expr.right, scope),
        );
      case 'binary':
        return this.#binary(
          expr.operator,
          yield* this.#value(expr.left, scope),
          yield* this.#value(expr.right, scope),
        );
    }
  }

  *#call({ callee, args, named }: Expr & { type: 'call' }, scope: Scope): Sys<Value> {
    const called = yield* this.#value(callee, scope);
    if (!(called instanceof Callable))
      throw new Raised('TypeError', `'${typeName(called)}' object is not callable`);
    const values: Value[] = [];
    for (const one of args) values.push(yield* this.#value(one, scope));
    const byName = new Map<string, Value>();
    for (const [name, one] of named) byName.set(name, yield* this.#value(one, scope));
    return yield* called.call(values, byName);
  }

  *#attribute(object: Value, name: string): Sys<Value> {
    const found =
      object instanceof Instance ? yield* object.attribute(name) : methodOf(object, name);
    if (found === undefined)
      throw new Raised(
        'AttributeError',
        object instanceof Instance && object.type === 'module'
          ? `module ${object.shown.replace(/^<module |>$/g, '')} has no attribute '${name}'`
          : `'${typeName(object)}' object has no attribute '${name}'`,
      );
    return found;
  }

  #binary(operator: string, a: Value, b: Value): Value {
    if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
    if (operator === '+' && a instanceof List && b instanceof List)
      return new List([...a.items, ...b.items], a.isTuple);
    if (operator === '*' && typeof a === 'string' && typeof b === 'number')
      return a.repeat(Math.max(0, Math.min(b, 1_000_000)));
    if (operator === '%' && typeof a === 'string') return percent(a, b);
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === undefined || y === undefined)
      throw new Raised(
        'TypeError',
        operator === '+' && typeof a === 'string'
          ? `can only concatenate str (not "${typeName(b)}") to str`
          : `unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`,
      );
    if (/^(\/|\/\/|%)$/.test(operator) && y === 0)
      throw new Raised(
        'ZeroDivisionError',
        operator === '/' ? 'division by zero' : 'integer division or modulo by zero',
      );
    const result = arithmetic(operator, x, y);
    return operator === '/' || a instanceof Float || b instanceof Float
      ? new Float(result)
      : result;
  }
}

function arithmetic(operator: string, x: number, y: number): number {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    case '//':
      return Math.floor(x / y);
    case '%':
      return x - Math.floor(x / y) * y;
    case '**': {
      let out = 1;
      for (let i = 0; i < Math.abs(y); i++) out *= x;
      return y < 0 ? 1 / out : out;
    }
    default:
      throw new Unsupported(`Python의 ${operator}`);
  }
}

function compared(operator: string, a: Value, b: Value): boolean {
  switch (operator) {
    case '==':
      return isEqual(a, b);
    case '!=':
      return !isEqual(a, b);
    case 'is':
      return a === b;
    case 'is not':
      return a !== b;
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
    case '<':
      return compareValues(a, b) < 0;
    case '>':
      return compareValues(a, b) > 0;
    case '<=':
      return compareValues(a, b) <= 0;
    default:
      return compareValues(a, b) >= 0;
  }
}

function contains(holder: Value, value: Value): boolean {
  if (typeof holder === 'string') return holder.includes(str(value));
  return iterate(holder).some((one) => isEqual(one, value));
}

function placeOf(length: number, index: Value): number {
  const at = numberOf(index);
  if (at === undefined)
    throw new Raised(
      'TypeError',
      `list indices must be integers or slices, not ${typeName(index)}`,
    );
  const place = at < 0 ? length + at : at;
  if (place < 0 || place >= length) throw new Raised('IndexError', 'list index out of range');
  return place;
}

function item(object: Value, index: Value): Value {
  if (object instanceof Dict) {
    const found = object.get(index);
    if (found === undefined) throw new Raised('KeyError', repr(index));
    return found;
  }
  if (object instanceof List) return object.items[placeOf(object.items.length, index)] as Value;
  if (typeof object === 'string') return [...object][placeOf(object.length, index)] as string;
  throw new Raised('TypeError', `'${typeName(object)}' object is not subscriptable`);
}

/** `'%s is %d' % (a, b)`. */
function percent(format: string, given: Value): string {
  const args = given instanceof List && given.isTuple ? [...given.items] : [given];
  return format.replace(/%(-?\d*(?:\.\d+)?)([sdf%])/g, (_, spec: string, kind: string) => {
    if (kind === '%') return '%';
    const value = args.shift();
    if (value === undefined)
      throw new Raised('TypeError', 'not enough arguments for format string');
    const side = spec.startsWith('-') ? '<' : '>';
    return formatted(value, `${side}${spec.replace('-', '')}${kind === 's' ? '' : kind}`);
  });
}

/** `docker.errors.NotFound` is an `APIError`; nearly everything is an `Exception`. */
function isA(type: string, name: string): boolean {
  const short = name.split('.').at(-1) ?? name;
  const own = type.split('.').at(-1) ?? type;
  if (short === own || short === 'BaseException') return true;
  if (short === 'Exception') return own !== 'KeyboardInterrupt';
  if (short === 'APIError' || short === 'DockerException') return type.startsWith('docker.');
  return short === 'ImportError' && own === 'ModuleNotFoundError';
}
