/**
 * Runs parsed JavaScript: statements and expressions over scopes, as a process that lets others run.
 *
 * Every call may take virtual time (a query over the network), so each step is a system call's generator. A loop without end
 * gives way once in a while, so that Ctrl-C ends it.
 *
 * Real: ECMA-262; the parser is acorn.
 */
import type {
  AnyNode,
  BlockStatement,
  CallExpression,
  Expression,
  ForStatement,
  Pattern,
  Program as Script,
  SpreadElement,
  Statement,
  VariableDeclaration,
} from 'acorn';
import { sleep, type Sys } from '../../sim/index.ts';
import { assign, binary, memberOf, setMember, unary } from './operators.ts';
import {
  define,
  ErrorValue,
  FunctionValue,
  isPlain,
  text,
  Thrown,
  throwError,
  truthy,
  typeOf,
  type ObjectValue,
  type Value,
} from './values.ts';

/** Steps between two moments at which others may run. */
const STEPS_A_TURN = 20_000;
/** Each call of a script is about ten of the host's. */
const DEPTH_MAX = 250;

interface Binding {
  value: Value;
  readonly isConstant: boolean;
}

export class Scope {
  readonly #bindings = new Map<string, Binding>();
  readonly #parent: Scope | undefined;
  /** Where `var` declares: a function's scope, or the global one. */
  readonly #isFunction: boolean;
  constructor(parent?: Scope, isFunction = parent === undefined) {
    this.#parent = parent;
    this.#isFunction = isFunction;
  }
  get functionScope(): Scope {
    return this.#isFunction || !this.#parent ? this : this.#parent.functionScope;
  }
  declare(name: string, value: Value, isConstant = false): void {
    this.#bindings.set(name, { value, isConstant });
  }
  find(name: string): Binding | undefined {
    return this.#bindings.get(name) ?? this.#parent?.find(name);
  }
  has(name: string): boolean {
    return this.#bindings.has(name);
  }
  /** An assignment to a name that nobody declared makes a global one, as in sloppy mode. */
  assign(name: string, value: Value): void {
    const found = this.find(name);
    if (!found) return this.#root.declare(name, value);
    if (found.isConstant) throwError('TypeError', 'Assignment to constant variable.');
    found.value = value;
  }
  names(): readonly string[] {
    return [...this.#bindings.keys()];
  }
  get #root(): Scope {
    return this.#parent ? this.#parent.#root : this;
  }
}

type Completion =
  | undefined
  | { readonly type: 'return'; readonly value: Value }
  | { readonly type: 'break' | 'continue'; readonly label: string | undefined };

export interface Hooks {
  /** Members of what the language has no word for: a database's collections by name. */
  readonly missing?: (object: Value, name: string) => Value;
}

export class Evaluator {
  readonly global: Scope;
  readonly #hooks: Hooks;
  #steps = 0;
  #depth = 0;

  constructor(global: Scope, hooks: Hooks = {}) {
    this.global = global;
    this.#hooks = hooks;
  }

  /** The value of the script's last expression. */
  *run(script: Script, source: string): Sys<Value> {
    this.#hoist(script.body as readonly Statement[], this.global, source);
    let last: Value;
    for (const statement of script.body as readonly Statement[]) {
      if (statement.type === 'ExpressionStatement')
        last = yield* this.evaluate(statement.expression, this.global, source);
      else {
        const done = yield* this.#execute(statement, this.global, source);
        if (done?.type === 'return') return done.value;
        last = undefined;
      }
    }
    return last;
  }

  /** Calls a function from the outside. */
  *call(callee: Value, args: readonly Value[], self?: Value): Sys<Value> {
    if (!(callee instanceof FunctionValue))
      throwError('TypeError', `${text(callee)} is not a function`);
    if (++this.#depth > DEPTH_MAX) {
      this.#depth = 0;
      throwError('RangeError', 'Maximum call stack size exceeded');
    }
    try {
      return yield* callee.call(args, self);
    } finally {
      this.#depth = Math.max(0, this.#depth - 1);
    }
  }

  *#tick(): Sys<void> {
    if (++this.#steps % STEPS_A_TURN === 0) yield* sleep(1);
  }

  // --- statements ---

  #hoist(body: readonly Statement[], scope: Scope, source: string): void {
    for (const node of body)
      if (node.type === 'FunctionDeclaration' && node.id)
        scope.declare(node.id.name, this.#closure(node, scope, source));
  }

  *#block(node: BlockStatement, outer: Scope, source: string): Sys<Completion> {
    const scope = new Scope(outer);
    this.#hoist(node.body, scope, source);
    for (const statement of node.body) {
      const done = yield* this.#execute(statement, scope, source);
      if (done) return done;
    }
    return undefined;
  }

  *#execute(node: Statement, scope: Scope, source: string): Sys<Completion> {
    yield* this.#tick();
    switch (node.type) {
      case 'ExpressionStatement':
        yield* this.evaluate(node.expression, scope, source);
        return undefined;
      case 'VariableDeclaration':
        return yield* this.#declare(node, scope, source);
      case 'FunctionDeclaration':
      case 'EmptyStatement':
        return undefined;
      case 'BlockStatement':
        return yield* this.#block(node, scope, source);
      case 'IfStatement':
        if (truthy(yield* this.evaluate(node.test, scope, source)))
          return yield* this.#execute(node.consequent, scope, source);
        return node.alternate ? yield* this.#execute(node.alternate, scope, source) : undefined;
      case 'ReturnStatement':
        return {
          type: 'return',
          value: node.argument ? yield* this.evaluate(node.argument, scope, source) : undefined,
        };
      case 'BreakStatement':
        return { type: 'break', label: node.label?.name };
      case 'ContinueStatement':
        return { type: 'continue', label: node.label?.name };
      case 'ThrowStatement':
        throw new Thrown(yield* this.evaluate(node.argument, scope, source));
      case 'ForStatement':
        return yield* this.#for(node, scope, source);
      case 'WhileStatement':
        return yield* this.#loop(
          function* (this: Evaluator) {
            return truthy(yield* this.evaluate(node.test, scope, source));
          }.bind(this),
          () => this.#execute(node.body, scope, source),
        );
      case 'DoWhileStatement': {
        let isFirst = true;
        return yield* this.#loop(
          function* (this: Evaluator) {
            if (isFirst) return !(isFirst = false);
            return truthy(yield* this.evaluate(node.test, scope, source));
          }.bind(this),
          () => this.#execute(node.body, scope, source),
        );
      }
      case 'ForOfStatement':
      case 'ForInStatement': {
        const over = yield* this.evaluate(node.right, scope, source);
        const items = node.type === 'ForInStatement' ? keysOf(over) : yield* this.#iterate(over);
        for (const item of items) {
          const inner = new Scope(scope);
          if (node.left.type === 'VariableDeclaration') {
            const pattern = node.left.declarations[0]?.id;
            if (pattern) yield* this.#bind(pattern, item, inner, source, 'let');
          } else yield* this.#bind(node.left, item, inner, source);
          const done = yield* this.#execute(node.body, inner, source);
          if (done?.type === 'break' && done.label === undefined) return undefined;
          if (done && !(done.type === 'continue' && done.label === undefined)) return done;
        }
        return undefined;
      }
      case 'TryStatement':
        return yield* this.#try(node, scope, source);
      case 'SwitchStatement': {
        const value = yield* this.evaluate(node.discriminant, scope, source);
        const inner = new Scope(scope);
        let at = -1;
        for (const [i, one] of node.cases.entries())
          if (at < 0 && one.test && (yield* this.evaluate(one.test, inner, source)) === value)
            at = i;
        if (at < 0) at = node.cases.findIndex(({ test }) => !test);
        if (at < 0) return undefined;
        for (const one of node.cases.slice(at))
          for (const statement of one.consequent) {
            const done = yield* this.#execute(statement, inner, source);
            if (done?.type === 'break' && done.label === undefined) return undefined;
            if (done) return done;
          }
        return undefined;
      }
      case 'LabeledStatement': {
        const done = yield* this.#execute(node.body, scope, source);
        return done && done.type !== 'return' && done.label === node.label.name ? undefined : done;
      }
      default:
        return unsupported(node);
    }
  }

  *#declare(node: VariableDeclaration, scope: Scope, source: string): Sys<Completion> {
    const target = node.kind === 'var' ? scope.functionScope : scope;
    for (const { id, init } of node.declarations) {
      if (!init && id.type === 'Identifier' && node.kind === 'var' && target.has(id.name)) continue;
      const name = id.type === 'Identifier' ? id.name : undefined;
      const value = init ? yield* this.evaluate(init, scope, source, name) : undefined;
      yield* this.#bind(id, value, target, source, node.kind === 'const' ? 'const' : 'let');
    }
    return undefined;
  }

  *#for(node: ForStatement, outer: Scope, source: string): Sys<Completion> {
    let scope = new Scope(outer);
    const { init, test, update } = node;
    if (init?.type === 'VariableDeclaration') yield* this.#declare(init, scope, source);
    else if (init) yield* this.evaluate(init, scope, source);
    let isFirst = true;
    return yield* this.#loop(
      function* (this: Evaluator) {
        if (!isFirst) {
          // Each turn has variables of its own: what a closure kept stays as it was.
          const next = new Scope(outer);
          for (const name of scope.names()) next.declare(name, scope.find(name)?.value);
          scope = next;
          if (update) yield* this.evaluate(update, scope, source);
        }
        isFirst = false;
        return test ? truthy(yield* this.evaluate(test, scope, source)) : true;
      }.bind(this),
      () => this.#execute(node.body, scope, source),
    );
  }

  *#loop(test: () => Sys<boolean>, body: () => Sys<Completion>): Sys<Completion> {
    while (yield* test()) {
      yield* this.#tick();
      const done = yield* body();
      if (done?.type === 'break' && done.label === undefined) return undefined;
      if (done && !(done.type === 'continue' && done.label === undefined)) return done;
    }
    return undefined;
  }

  *#try(
    node: Extract<Statement, { type: 'TryStatement' }>,
    scope: Scope,
    source: string,
  ): Sys<Completion> {
    let done: Completion;
    try {
      done = yield* this.#block(node.block, scope, source);
    } catch (error) {
      if (!(error instanceof Thrown) || !node.handler) throw error;
      const inner = new Scope(scope);
      if (node.handler.param)
        yield* this.#bind(node.handler.param, error.value, inner, source, 'let');
      done = yield* this.#block(node.handler.body, inner, source);
    } finally {
      if (node.finalizer) yield* this.#block(node.finalizer, scope, source);
    }
    return done;
  }

  // --- expressions ---

  /** `name` is given to a function that has none. */
  *evaluate(node: Expression, scope: Scope, source: string, name?: string): Sys<Value> {
    yield* this.#tick();
    switch (node.type) {
      case 'Literal':
        return node.regex
          ? new RegExp(node.regex.pattern, node.regex.flags)
          : (node.value as Value);
      case 'Identifier':
        return this.#variable(node.name, scope);
      case 'TemplateLiteral': {
        let all = node.quasis[0]?.value.cooked ?? '';
        for (const [i, part] of node.expressions.entries())
          all +=
            text(yield* this.evaluate(part, scope, source)) +
            (node.quasis[i + 1]?.value.cooked ?? '');
        return all;
      }
      case 'ArrayExpression':
        return yield* this.#list(node.elements, scope, source);
      case 'ObjectExpression':
        return yield* this.#object(node, scope, source);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#closure(node, scope, source, name);
      case 'ParenthesizedExpression':
        return yield* this.evaluate(node.expression, scope, source);
      case 'SequenceExpression': {
        let last: Value;
        for (const one of node.expressions) last = yield* this.evaluate(one, scope, source);
        return last;
      }
      case 'ConditionalExpression':
        return truthy(yield* this.evaluate(node.test, scope, source))
          ? yield* this.evaluate(node.consequent, scope, source)
          : yield* this.evaluate(node.alternate, scope, source);
      case 'LogicalExpression': {
        const left = yield* this.evaluate(node.left, scope, source);
        const goesOn =
          node.operator === '&&'
            ? truthy(left)
            : node.operator === '||'
              ? !truthy(left)
              : left === null || left === undefined;
        return goesOn ? yield* this.evaluate(node.right, scope, source) : left;
      }
      case 'BinaryExpression': {
        if (node.left.type === 'PrivateIdentifier') return unsupported(node);
        const left = yield* this.evaluate(node.left, scope, source);
        return binary(node.operator, left, yield* this.evaluate(node.right, scope, source));
      }
      case 'UnaryExpression': {
        if (node.operator === 'typeof' && node.argument.type === 'Identifier')
          return typeOf(scope.find(node.argument.name)?.value);
        if (node.operator === 'delete') {
          if (node.argument.type !== 'MemberExpression') return true;
          const [object, key] = yield* this.#reference(node.argument, scope, source);
          if (isPlain(object) || Array.isArray(object)) delete (object as ObjectValue)[key];
          return true;
        }
        return unary(node.operator, yield* this.evaluate(node.argument, scope, source));
      }
      case 'UpdateExpression': {
        const old = yield* this.evaluate(node.argument, scope, source);
        const next = Number(old) + (node.operator === '++' ? 1 : -1);
        yield* this.#bind(node.argument as Pattern, next, scope, source);
        return node.prefix ? next : Number(old);
      }
      case 'AssignmentExpression': {
        if (node.operator === '=') {
          const name = node.left.type === 'Identifier' ? node.left.name : undefined;
          const value = yield* this.evaluate(node.right, scope, source, name);
          yield* this.#bind(node.left, value, scope, source);
          return value;
        }
        const old = yield* this.evaluate(node.left as Expression, scope, source);
        const value = assign(node.operator, old, yield* this.evaluate(node.right, scope, source));
        yield* this.#bind(node.left, value, scope, source);
        return value;
      }
      case 'MemberExpression':
      case 'ChainExpression':
      case 'CallExpression':
        return yield* this.#chain(node, scope, source);
      case 'NewExpression': {
        const callee = yield* this.evaluate(node.callee, scope, source);
        if (!(callee instanceof FunctionValue))
          throwError('TypeError', `${sourceOf(node.callee, source)} is not a constructor`);
        const args = yield* this.#list(node.arguments, scope, source);
        return callee.construct
          ? yield* callee.construct(args, undefined)
          : yield* this.#constructPlain(callee, args);
      }
      case 'ThisExpression':
        return scope.find('this')?.value;
      case 'AwaitExpression':
        // Calls wait by themselves: what is awaited is there.
        return yield* this.evaluate(node.argument, scope, source);
      default:
        return unsupported(node);
    }
  }

  /** `new` of a script's own function: it fills an object of its own. */
  *#constructPlain(callee: FunctionValue, args: readonly Value[]): Sys<Value> {
    const self: ObjectValue = {};
    const made = yield* this.call(callee, args, self);
    return typeof made === 'object' && made !== null ? made : self;
  }

  #variable(name: string, scope: Scope): Value {
    const found = scope.find(name);
    if (found) return found.value;
    if (name === 'undefined') return undefined;
    if (name === 'NaN') return Number.NaN;
    if (name === 'Infinity') return Number.POSITIVE_INFINITY;
    throw new Thrown(new ErrorValue('ReferenceError', `${name} is not defined`));
  }

  *#list(
    nodes: readonly (Expression | SpreadElement | null)[],
    scope: Scope,
    source: string,
  ): Sys<Value[]> {
    const all: Value[] = [];
    for (const node of nodes) {
      if (node === null) all.push(undefined);
      else if (node.type === 'SpreadElement')
        all.push(...(yield* this.#iterate(yield* this.evaluate(node.argument, scope, source))));
      else all.push(yield* this.evaluate(node, scope, source));
    }
    return all;
  }

  /** What `for…of` and `...` go over: arrays, texts, and objects with `toArray` (cursors). */
  *#iterate(value: Value): Sys<readonly Value[]> {
    if (Array.isArray(value)) return value;
    if (typeof value === 'string') return [...value];
    const toArray = this.#member(value, 'toArray');
    if (toArray instanceof FunctionValue) {
      const all = yield* this.call(toArray, [], value);
      if (Array.isArray(all)) return all;
    }
    throwError('TypeError', `${text(value)} is not iterable`);
  }

  *#object(
    node: Extract<Expression, { type: 'ObjectExpression' }>,
    scope: Scope,
    source: string,
  ): Sys<Value> {
    const object: ObjectValue = {};
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const from = yield* this.evaluate(property.argument, scope, source);
        if (isPlain(from))
          for (const [key, value] of Object.entries(from)) define(object, key, value);
        continue;
      }
      if (property.kind !== 'init') unsupported(property);
      const key =
        property.computed || property.key.type !== 'Identifier'
          ? text(yield* this.evaluate(property.key, scope, source))
          : property.key.name;
      define(object, key, yield* this.evaluate(property.value, scope, source, key));
    }
    return object;
  }

  *#chain(node: Expression, scope: Scope, source: string): Sys<Value> {
    if (node.type === 'ChainExpression') return yield* this.#chain(node.expression, scope, source);
    if (node.type === 'CallExpression') return yield* this.#callNode(node, scope, source);
    if (node.type !== 'MemberExpression') return yield* this.evaluate(node, scope, source);
    const [object, key] = yield* this.#reference(node, scope, source);
    if ((object === undefined || object === null) && (node.optional || isOptional(node)))
      return undefined;
    return this.#member(object, key);
  }

  *#callNode(node: CallExpression, scope: Scope, source: string): Sys<Value> {
    const { callee } = node;
    let self: Value;
    let target: Value;
    if (callee.type === 'MemberExpression') {
      const [object, key] = yield* this.#reference(callee, scope, source);
      if ((object === undefined || object === null) && (callee.optional || isOptional(callee)))
        return undefined;
      self = object;
      target = this.#member(object, key);
    } else if (callee.type === 'Super') return unsupported(node);
    else target = yield* this.evaluate(callee, scope, source);
    if (node.optional && (target === undefined || target === null)) return undefined;
    if (!(target instanceof FunctionValue))
      throwError('TypeError', `${sourceOf(callee, source)} is not a function`);
    const args = yield* this.#list(node.arguments, scope, source);
    return yield* this.call(target, args, self);
  }

  *#reference(
    node: Extract<AnyNode, { type: 'MemberExpression' }>,
    scope: Scope,
    source: string,
  ): Sys<readonly [object: Value, key: string]> {
    if (node.object.type === 'Super' || node.property.type === 'PrivateIdentifier')
      return unsupported(node);
    const object = yield* this.evaluate(node.object, scope, source);
    const key = node.computed
      ? text(yield* this.evaluate(node.property, scope, source))
      : node.property.type === 'Identifier'
        ? node.property.name
        : '';
    return [object, key];
  }

  #member(object: Value, key: string): Value {
    if (object === undefined || object === null)
      throwError(
        'TypeError',
        `Cannot read properties of ${object === null ? 'null' : 'undefined'} (reading '${key}')`,
      );
    const found = memberOf(object, key, (callee, args, self) => this.call(callee, args, self));
    return found === undefined ? this.#hooks.missing?.(object, key) : found;
  }

  // --- functions and patterns ---

  #closure(
    node: Extract<
      AnyNode,
      { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
    >,
    scope: Scope,
    source: string,
    given?: string,
  ): FunctionValue {
    if (node.generator) return unsupported(node);
    const isArrow = node.type === 'ArrowFunctionExpression';
    const name = node.id?.name ?? given ?? '';
    const made: FunctionValue = new FunctionValue(
      name,
      function* (this: Evaluator, args: readonly Value[], self: Value): Sys<Value> {
        const inner = new Scope(scope, true);
        if (!isArrow) {
          inner.declare('this', self);
          inner.declare('arguments', [...args]);
          if (node.id) inner.declare(node.id.name, made);
        }
        for (const [i, parameter] of node.params.entries())
          yield* parameter.type === 'RestElement'
            ? this.#bind(parameter.argument, args.slice(i), inner, source, 'let')
            : this.#bind(parameter, args[i], inner, source, 'let');
        if (node.body.type !== 'BlockStatement')
          return yield* this.evaluate(node.body, inner, source);
        const done = yield* this.#block(node.body, inner, source);
        return done?.type === 'return' ? done.value : undefined;
      }.bind(this),
      { source: source.slice(node.start, node.end) },
    );
    return made;
  }

  /** Gives a pattern its value: a declaration when `kind` is there, an assignment otherwise. */
  *#bind(
    pattern: Pattern,
    value: Value,
    scope: Scope,
    source: string,
    kind?: 'let' | 'const',
  ): Sys<void> {
    switch (pattern.type) {
      case 'Identifier':
        if (kind) scope.declare(pattern.name, value, kind === 'const');
        else scope.assign(pattern.name, value);
        return;
      case 'MemberExpression': {
        const [object, key] = yield* this.#reference(pattern, scope, source);
        setMember(object, key, value);
        return;
      }
      case 'AssignmentPattern':
        yield* this.#bind(
          pattern.left,
          value === undefined ? yield* this.evaluate(pattern.right, scope, source) : value,
          scope,
          source,
          kind,
        );
        return;
      case 'ArrayPattern': {
        const items = yield* this.#iterate(value);
        for (const [i, one] of pattern.elements.entries())
          if (one)
            yield* one.type === 'RestElement'
              ? this.#bind(one.argument, items.slice(i), scope, source, kind)
              : this.#bind(one, items[i], scope, source, kind);
        return;
      }
      case 'ObjectPattern': {
        const taken = new Set<string>();
        for (const one of pattern.properties) {
          if (one.type === 'RestElement') {
            const rest: ObjectValue = {};
            if (isPlain(value))
              for (const [key, each] of Object.entries(value))
                if (!taken.has(key)) define(rest, key, each);
            yield* this.#bind(one.argument, rest, scope, source, kind);
            continue;
          }
          const key =
            one.computed || one.key.type !== 'Identifier'
              ? text(yield* this.evaluate(one.key, scope, source))
              : one.key.name;
          taken.add(key);
          yield* this.#bind(one.value, this.#member(value, key), scope, source, kind);
        }
        return;
      }
      case 'RestElement':
        return yield* this.#bind(pattern.argument, value, scope, source, kind);
    }
  }
}

function isOptional(node: AnyNode): boolean {
  if (node.type !== 'MemberExpression' && node.type !== 'CallExpression') return false;
  const inner = node.type === 'MemberExpression' ? node.object : node.callee;
  return (
    (inner.type === 'MemberExpression' || inner.type === 'CallExpression') &&
    (inner.optional || isOptional(inner))
  );
}

function keysOf(value: Value): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function sourceOf(node: AnyNode, source: string): string {
  return source.slice(node.start, node.end);
}

function unsupported(node: { readonly type: string }): never {
  return throwError('SyntaxError', `이 실습실에서는 지원하지 않습니다: ${node.type}`);
}
