import { Pipe, sleep, wait, write } from '../../sys.ts';
import type { Process, Program, Readable, Sys, Writable } from '../../sys.ts';
import { loadExecutable } from '../../exec.ts';
import { openToWrite } from '../../run/streams.ts';
import { codeOf } from '../../run/jobs.ts';
import { format, formatFloat, strftime } from '../../builtins/printf.ts';
import { Lines, openInput, readWhole, reason } from '../input.ts';
import { fail } from '../options.ts';
import { extendedToJs } from '../regex.ts';
import {
  AwkError,
  isPlace,
  parseAwk,
  unescape,
  type AwkProgram,
  type Expression,
  type Place,
  type Statement,
} from './syntax.ts';

/** A value; text that came from the input and looks like a number compares as one. */
type Value = number | string | { readonly text: string; readonly number: number | undefined };
type AwkArray = Map<string, Value>;

class Jump {
  readonly what: 'next' | 'nextfile' | 'break' | 'continue';
  constructor(what: Jump['what']) {
    this.what = what;
  }
}
class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}
class Return {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

const DEPTH_MAX = 200;

/** `awk`: mawk as Debian has it, without its rarely used corners (`RS` as an expression is known, `printf %c` of numbers too). */
export const awk: Program = function* (process) {
  const args = process.argv.slice(1);
  const variables: string[] = [];
  let separator: string | undefined;
  const sources: string[] = [];
  let i = 0;
  for (; i < args.length && /^-./.test(args[i] as string); i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      i++;
      break;
    }
    const value = (): string => (arg.length > 2 ? arg.slice(2) : (args[++i] ?? ''));
    if (arg.startsWith('-F')) separator = value();
    else if (arg.startsWith('-v')) variables.push(value());
    else if (arg.startsWith('-f')) {
      const name = value();
      try {
        sources.push(yield* readWhole(openInput(process, name)));
      } catch (error) {
        return yield* fail(process, `cannot open ${name} (${reason(error)})`, 2);
      }
    } else return yield* fail(process, `not an option: ${arg}`, 2);
  }
  const operands = args.slice(i);
  const source = sources.length > 0 ? sources.join('\n') : operands.shift();
  if (source === undefined) {
    yield* write(process.stderr, 'Usage: awk [Options] [Program] [file ...]\n');
    return 2;
  }
  try {
    const run = new Run(process, parseAwk(source), operands);
    if (separator !== undefined) run.setText('FS', separator === 't' ? '\t' : unescape(separator));
    for (const one of variables) run.assignText(one);
    return yield* run.all();
  } catch (error) {
    if (error instanceof AwkError) return yield* fail(process, `line 1: ${error.message}`, 2);
    throw error;
  }
};

class Run {
  readonly #process: Process;
  readonly #program: AwkProgram;
  readonly #operands: readonly string[];
  readonly #globals = new Map<string, Value>([
    ['FS', ' '],
    ['OFS', ' '],
    ['ORS', '\n'],
    ['RS', '\n'],
    ['NR', 0],
    ['NF', 0],
    ['FNR', 0],
    ['SUBSEP', '\u001c'],
    ['OFMT', '%.6g'],
    ['CONVFMT', '%.6g'],
    ['RSTART', 0],
    ['RLENGTH', -1],
  ]);
  readonly #arrays = new Map<string, AwkArray>();
  readonly #locals: {
    readonly values: Map<string, Value>;
    readonly arrays: Map<string, AwkArray>;
  }[] = [];
  #record = '';
  #fields: string[] = [];
  #isStale = false;
  readonly #outputs = new Map<
    string,
    { readonly writer: Writable; readonly end?: () => Sys<void> }
  >();
  readonly #inputs = new Map<string, { readonly next: () => Sys<string | undefined> }>();
  #main: (() => Sys<string | undefined>) | undefined;
  readonly #active = new Set<number>();
  readonly #expressions = new Map<string, RegExp>();
  #operandAt = 0;
  #hasOpened = false;
  #out = '';
  #steps = 0;
  #status = 0;

  constructor(process: Process, program: AwkProgram, operands: readonly string[]) {
    this.#process = process;
    this.#program = program;
    this.#operands = operands;
    this.#arrays.set(
      'ENVIRON',
      new Map([...process.env].map(([name, value]) => [name, input(value)])),
    );
    this.#arrays.set(
      'ARGV',
      new Map(['awk', ...operands].map((arg, index) => [String(index), input(arg)])),
    );
    this.#globals.set('ARGC', operands.length + 1);
  }

  setText(name: string, text: string): void {
    this.#globals.set(name, input(text));
  }

  /** `name=value` of `-v` or among the files. */
  assignText(text: string): void {
    const equals = text.indexOf('=');
    if (equals > 0) this.setText(text.slice(0, equals), unescape(text.slice(equals + 1)));
  }

  *all(): Sys<number> {
    const { rules } = this.#program;
    let code = 0;
    try {
      for (const rule of rules) if (rule.kind === 'BEGIN' && rule.body) yield* this.#run(rule.body);
      if (rules.some((rule) => rule.kind !== 'BEGIN')) yield* this.#records();
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      code = error.code;
    }
    try {
      for (const rule of rules) if (rule.kind === 'END' && rule.body) yield* this.#run(rule.body);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      code = error.code || code;
    }
    yield* this.#flush();
    for (const { end } of this.#outputs.values()) if (end) yield* end();
    return code || this.#status;
  }

  *#records(): Sys<void> {
    for (;;) {
      const record = yield* this.#nextMain();
      if (record === undefined) return;
      this.#setRecord(record);
      try {
        for (const [index, rule] of this.#program.rules.entries()) {
          if (rule.kind !== 'main' || !(yield* this.#applies(index, rule))) continue;
          if (rule.body) yield* this.#run(rule.body);
          else this.#print(this.#whole + this.#text('ORS'));
        }
      } catch (error) {
        if (!(error instanceof Jump)) throw error;
        if (error.what === 'nextfile') this.#main = undefined;
      }
      if (this.#out.length > 4096 || this.#process.stdin.terminal) yield* this.#flush();
    }
  }

  *#applies(index: number, { first, second }: AwkProgram['rules'][number]): Sys<boolean> {
    if (!first) return true;
    if (!second) return truth(yield* this.#value(first));
    if (!this.#active.has(index)) {
      if (!truth(yield* this.#value(first))) return false;
      this.#active.add(index);
    }
    if (truth(yield* this.#value(second))) this.#active.delete(index);
    return true;
  }

  *#nextMain(): Sys<string | undefined> {
    for (;;) {
      if (!this.#main && !(yield* this.#openNext())) return undefined;
      const record = yield* (this.#main as () => Sys<string | undefined>)();
      if (record !== undefined) {
        this.#globals.set('NR', number(this.#get('NR')) + 1);
        this.#globals.set('FNR', number(this.#get('FNR')) + 1);
        return record;
      }
      this.#main = undefined;
    }
  }

  *#openNext(): Sys<boolean> {
    while (this.#operandAt < this.#operands.length) {
      const name = this.#operands[this.#operandAt++] as string;
      if (/^[A-Za-z_]\w*=/.test(name)) {
        this.assignText(name);
        continue;
      }
      this.#hasOpened = true;
      try {
        this.#main = this.#reader(openInput(this.#process, name));
      } catch (error) {
        yield* this.#flush();
        this.#status = yield* fail(this.#process, `cannot open ${name} (${reason(error)})`, 2);
        throw new Exit(2);
      }
      this.setText('FILENAME', name);
      this.#globals.set('FNR', 0);
      return true;
    }
    if (this.#hasOpened) return false;
    this.#hasOpened = true;
    this.#main = this.#reader(this.#process.stdin);
    return true;
  }

  /** Records of a stream, one by one, as `RS` cuts them. */
  #reader(stream: Readable): () => Sys<string | undefined> {
    const lines = new Lines(stream);
    let ready: string[] = [];
    let hasRead = false;
    const flush = (): Sys<void> => this.#flush();
    const separator = (): string => this.#text('RS');
    return function* () {
      if (separator() !== '\n') {
        if (!hasRead) {
          hasRead = true;
          ready = cutRecords(yield* readWhole(stream), separator());
        }
        return ready.shift();
      }
      while (ready.length === 0) {
        // Before waiting for more, what was printed must be seen.
        yield* flush();
        const batch = yield* lines.batch();
        if (!batch) return undefined;
        ready = [...batch].reverse();
      }
      return ready.pop();
    };
  }

  #setRecord(record: string): void {
    this.#record = record;
    this.#fields = this.#split(record, this.#text('FS'));
    this.#isStale = false;
    this.#globals.set('NF', this.#fields.length);
  }

  #split(text: string, separator: string): string[] {
    if (text === '') return [];
    if (separator === ' ') return text.match(/[^ \t\n]+/g) ?? [];
    if (separator === '') return [...text];
    if (separator.length === 1 && separator !== '\\')
      return text.split(separator === '|' || separator !== ' ' ? separator : ' ');
    return text.split(this.#expression(separator));
  }

  get #whole(): string {
    if (this.#isStale) {
      this.#record = this.#fields.join(this.#text('OFS'));
      this.#isStale = false;
    }
    return this.#record;
  }

  #expression(source: string): RegExp {
    let found = this.#expressions.get(source);
    if (!found) {
      try {
        found = new RegExp(extendedToJs(source), 'u');
      } catch {
        throw new AwkError(`regular expression compile failed (${source})`);
      }
      this.#expressions.set(source, found);
    }
    return found;
  }

  #print(text: string): void {
    this.#out += text;
  }

  *#flush(): Sys<void> {
    const text = this.#out;
    this.#out = '';
    yield* write(this.#process.stdout, text);
  }

  *#run(statement: Statement): Sys<void> {
    if (++this.#steps % 5_000 === 0) yield* sleep(1);
    switch (statement.kind) {
      case 'block':
        for (const one of statement.body) yield* this.#run(one);
        return;
      case 'expression':
        yield* this.#value(statement.value);
        return;
      case 'print':
        return yield* this.#runPrint(statement);
      case 'if':
        if (truth(yield* this.#value(statement.test))) yield* this.#run(statement.yes);
        else if (statement.no) yield* this.#run(statement.no);
        return;
      case 'while':
        if (statement.isPost && !(yield* this.#loopBody(statement.body))) return;
        while (truth(yield* this.#value(statement.test)))
          if (!(yield* this.#loopBody(statement.body))) return;
        return;
      case 'for':
        if (statement.begin) yield* this.#run(statement.begin);
        while (!statement.test || truth(yield* this.#value(statement.test))) {
          if (!(yield* this.#loopBody(statement.body))) return;
          if (statement.step) yield* this.#run(statement.step);
        }
        return;
      case 'for-in':
        for (const key of [...this.#array(statement.name).keys()]) {
          yield* this.#store({ kind: 'variable', name: statement.variable }, input(key));
          if (!(yield* this.#loopBody(statement.body))) return;
        }
        return;
      case 'jump':
        throw new Jump(statement.what);
      case 'exit':
        throw new Exit(
          statement.value ? Math.trunc(number(yield* this.#value(statement.value))) & 255 : 0,
        );
      case 'return':
        throw new Return(statement.value ? yield* this.#value(statement.value) : '');
      case 'delete':
        if (statement.keys) this.#array(statement.name).delete(yield* this.#key(statement.keys));
        else this.#array(statement.name).clear();
        return;
      default:
        statement satisfies never;
    }
  }

  /** False after `break`. */
  *#loopBody(body: Statement): Sys<boolean> {
    if (++this.#steps % 5_000 === 0) yield* sleep(1);
    try {
      yield* this.#run(body);
      return true;
    } catch (error) {
      if (error instanceof Jump && error.what === 'break') return false;
      if (error instanceof Jump && error.what === 'continue') return true;
      throw error;
    }
  }

  *#runPrint({ isFormatted, args, redirection }: Extract<Statement, { kind: 'print' }>): Sys<void> {
    const values: Value[] = [];
    for (const arg of args) values.push(yield* this.#value(arg));
    const text = isFormatted
      ? this.#formatted(values)
      : (values.length === 0
          ? this.#whole
          : values.map((value) => this.#output(value)).join(this.#text('OFS'))) + this.#text('ORS');
    if (!redirection) return this.#print(text);
    const target = this.#string(yield* this.#value(redirection.target));
    yield* this.#flush();
    const output = this.#outputs.get(target) ?? (yield* this.#open(redirection.operator, target));
    yield* write(output.writer, text);
  }

  *#open(
    operator: string,
    target: string,
  ): Sys<{ readonly writer: Writable; readonly end?: () => Sys<void> }> {
    const process = this.#process;
    let output: { readonly writer: Writable; readonly end?: () => Sys<void> };
    if (operator !== '|') {
      output = {
        writer:
          target === '/dev/stderr'
            ? process.stderr
            : target === '/dev/stdout' || target === '-'
              ? process.stdout
              : openToWrite(process, target, operator === '>>'),
      };
    } else {
      const pipe = new Pipe();
      const child = this.#spawnShell(target, pipe.reader, process.stdout);
      pipe.writer.retain();
      output = {
        writer: pipe.writer,
        end: function* () {
          pipe.writer.release();
          yield* wait(child);
        },
      };
    }
    this.#outputs.set(target, output);
    yield* write(output.writer, '');
    return output;
  }

  #spawnShell(command: string, stdin: Readable, stdout: Writable): Process {
    const process = this.#process;
    const found = loadExecutable(process, '/bin/sh', ['sh', '-c', command]);
    return process.kernel.spawn({
      program: found.program,
      argv: found.argv,
      namespace: process.namespace,
      env: process.env,
      cwd: process.cwd,
      user: process.user,
      stdin,
      stdout,
      stderr: process.stderr,
      parent: process,
    });
  }

  #formatted(values: readonly Value[]): string {
    const [template = '', ...rest] = values;
    let next = 0;
    // `%c` of a number is a character, `%d` cuts: both are done here, the rest by printf.
    const args: string[] = [];
    const adapted = this.#string(template).replace(
      /%(%|[-+ 0#]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?([a-zA-Z]))/g,
      (all, _spec: string, letter?: string) => {
        if (letter === undefined) return all;
        for (let stars = all.split('*').length - 1; stars > 0; stars--)
          args.push(String(Math.trunc(number(rest[next++] ?? ''))));
        const value = rest[next++] ?? '';
        if (
          letter === 'd' ||
          letter === 'i' ||
          letter === 'o' ||
          letter === 'x' ||
          letter === 'X' ||
          letter === 'u'
        )
          args.push(String(Math.trunc(number(value))));
        else if (letter === 'c')
          args.push(
            typeof value === 'number'
              ? String.fromCodePoint(value)
              : this.#string(value).slice(0, 1),
          );
        else args.push(/[eEfFgG]/.test(letter) ? String(number(value)) : this.#string(value));
        return all;
      },
    );
    return format(adapted.replaceAll('\\', '\\\\'), args).output;
  }

  #output(value: Value): string {
    return typeof value === 'number' && !Number.isInteger(value)
      ? formatFloat('g', value, 6)
      : this.#string(value);
  }

  #string(value: Value): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'object') return value.text;
    return Number.isInteger(value)
      ? Math.abs(value) < 1e16
        ? String(value)
        : formatFloat('g', value, 6)
      : formatFloat('g', value, 6);
  }

  #get(name: string): Value {
    const local = this.#locals.at(-1)?.values;
    if (local?.has(name)) return local.get(name) as Value;
    return this.#globals.get(name) ?? { text: '', number: 0 };
  }

  #text(name: string): string {
    return this.#string(this.#get(name));
  }

  #array(name: string): AwkArray {
    const locals = this.#locals.at(-1);
    if (locals?.values.has(name) || locals?.arrays.has(name)) {
      const found = locals.arrays.get(name) ?? new Map<string, Value>();
      locals.arrays.set(name, found);
      return found;
    }
    const found = this.#arrays.get(name) ?? new Map<string, Value>();
    this.#arrays.set(name, found);
    return found;
  }

  *#key(keys: readonly Expression[]): Sys<string> {
    const parts: string[] = [];
    for (const key of keys) parts.push(this.#string(yield* this.#value(key)));
    return parts.join(this.#text('SUBSEP'));
  }

  *#value(expression: Expression): Sys<Value> {
    switch (expression.kind) {
      case 'number':
      case 'string':
        return expression.value;
      case 'regex':
        return this.#expression(expression.source).test(this.#whole) ? 1 : 0;
      case 'group': {
        const parts: string[] = [];
        if (expression.items.length === 1)
          return yield* this.#value(expression.items[0] as Expression);
        for (const item of expression.items) parts.push(this.#string(yield* this.#value(item)));
        return parts.join(this.#text('SUBSEP'));
      }
      case 'variable':
        return this.#get(expression.name);
      case 'field':
        return this.#field(Math.trunc(number(yield* this.#value(expression.index))));
      case 'element': {
        const array = this.#array(expression.name);
        const key = yield* this.#key(expression.keys);
        const found = array.get(key);
        if (found === undefined) array.set(key, { text: '', number: 0 });
        return found ?? { text: '', number: 0 };
      }
      case 'assign': {
        const value = yield* this.#value(expression.value);
        const { operator } = expression;
        return yield* this.#store(
          expression.place,
          operator === '='
            ? value
            : arithmetic(
                operator.slice(0, -1),
                number(yield* this.#value(expression.place)),
                number(value),
              ),
        );
      }
      case 'conditional':
        return yield* this.#value(
          truth(yield* this.#value(expression.test)) ? expression.yes : expression.no,
        );
      case 'binary':
        return yield* this.#binary(expression);
      case 'unary': {
        const operand = yield* this.#value(expression.operand);
        return expression.operator === '!'
          ? truth(operand)
            ? 0
            : 1
          : expression.operator === '-'
            ? -number(operand)
            : number(operand);
      }
      case 'step': {
        const before = number(yield* this.#value(expression.place));
        yield* this.#store(expression.place, before + expression.by);
        return expression.isPrefix ? before + expression.by : before;
      }
      case 'match': {
        const text = this.#string(yield* this.#value(expression.left));
        const is = (yield* this.#regexOf(expression.right)).test(text);
        return is !== expression.isNegated ? 1 : 0;
      }
      case 'in':
        return this.#array(expression.name).has(yield* this.#key(expression.keys)) ? 1 : 0;
      case 'getline':
        return yield* this.#getline(expression);
      case 'call':
        return yield* this.#call(expression.name, expression.args);
      default:
        return expression satisfies never;
    }
  }

  *#regexOf(expression: Expression): Sys<RegExp> {
    return this.#expression(
      expression.kind === 'regex'
        ? expression.source
        : this.#string(yield* this.#value(expression)),
    );
  }

  #field(index: number): Value {
    if (index < 0) throw new AwkError(`negative field index $${index}`);
    return input(index === 0 ? this.#whole : (this.#fields[index - 1] ?? ''));
  }

  *#store(place: Place, value: Value): Sys<Value> {
    if (place.kind === 'element') {
      const key = yield* this.#key(place.keys);
      this.#array(place.name).set(key, value);
    } else if (place.kind === 'field') {
      const index = Math.trunc(number(yield* this.#value(place.index)));
      if (index === 0) this.#setRecord(this.#string(value));
      else {
        while (this.#fields.length < index) this.#fields.push('');
        this.#fields[index - 1] = this.#string(value);
        this.#globals.set('NF', this.#fields.length);
        this.#isStale = true;
      }
    } else {
      const locals = this.#locals.at(-1)?.values;
      if (locals?.has(place.name)) locals.set(place.name, value);
      else this.#globals.set(place.name, value);
      if (place.name === 'NF') {
        this.#fields.length = Math.max(0, Math.min(10_000, Math.trunc(number(value))));
        this.#fields = Array.from(this.#fields, (field) => (field as string | undefined) ?? '');
        this.#isStale = true;
      }
    }
    return value;
  }

  *#binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>): Sys<Value> {
    const a = yield* this.#value(left);
    if (operator === '&&') return truth(a) && truth(yield* this.#value(right)) ? 1 : 0;
    if (operator === '||') return truth(a) || truth(yield* this.#value(right)) ? 1 : 0;
    const b = yield* this.#value(right);
    if (operator === ' ') return this.#string(a) + this.#string(b);
    if (/^[-+*/%^]$/.test(operator)) return arithmetic(operator, number(a), number(b));
    const order = this.#compare(a, b);
    const is = {
      '<': order < 0,
      '<=': order <= 0,
      '==': order === 0,
      '!=': order !== 0,
      '>': order > 0,
      '>=': order >= 0,
    }[operator];
    return is ? 1 : 0;
  }

  #compare(a: Value, b: Value): number {
    const numeric = (value: Value): number | undefined =>
      typeof value === 'number' ? value : typeof value === 'object' ? value.number : undefined;
    const [x, y] = [numeric(a), numeric(b)];
    if (x !== undefined && y !== undefined) return x - y;
    const [s, t] = [this.#string(a), this.#string(b)];
    return s < t ? -1 : s > t ? 1 : 0;
  }

  *#getline({ place, file, command }: Extract<Expression, { kind: 'getline' }>): Sys<Value> {
    const source = file ?? command;
    let record: string | undefined;
    if (!source) record = yield* this.#nextMain();
    else {
      const name = this.#string(yield* this.#value(source));
      let found = this.#inputs.get(name);
      if (!found) {
        try {
          found = {
            next: this.#reader(
              command ? this.#commandOutput(name) : openInput(this.#process, name),
            ),
          };
        } catch (error) {
          reason(error);
          return -1;
        }
        this.#inputs.set(name, found);
      }
      record = yield* found.next();
    }
    if (record === undefined) return 0;
    if (place) yield* this.#store(place, input(record));
    else this.#setRecord(record);
    return 1;
  }

  #commandOutput(command: string): Readable {
    const pipe = new Pipe();
    this.#spawnShell(command, this.#process.stdin, pipe.writer);
    pipe.reader.retain();
    return pipe.reader;
  }

  *#call(name: string, args: readonly Expression[]): Sys<Value> {
    const own = this.#program.functions.get(name);
    if (own) return yield* this.#callOwn(name, own, args);
    const [first, second, third] = args;
    const text = function* (this: Run, expression: Expression | undefined): Sys<string> {
      return expression ? this.#string(yield* this.#value(expression)) : '';
    }.bind(this);
    switch (name) {
      case 'length':
        if (
          first?.kind === 'variable' &&
          (this.#arrays.has(first.name) || this.#locals.at(-1)?.arrays.has(first.name))
        )
          return this.#array(first.name).size;
        return [...(first ? yield* text(first) : this.#whole)].length;
      case 'substr': {
        const all = [...(yield* text(first))];
        const begin = second ? Math.round(number(yield* this.#value(second))) : 1;
        const count = third ? Math.round(number(yield* this.#value(third))) : all.length;
        return all.slice(Math.max(0, begin - 1), Math.max(0, begin - 1 + count)).join('');
      }
      case 'index':
        return (yield* text(first)).indexOf(yield* text(second)) + 1;
      case 'split': {
        if (second?.kind !== 'variable')
          throw new AwkError('split: second argument must be an array');
        const source = yield* text(first);
        const separator = third
          ? third.kind === 'regex'
            ? third.source
            : yield* text(third)
          : this.#text('FS');
        const parts = this.#split(source, separator);
        const array = this.#array(second.name);
        array.clear();
        parts.forEach((part, index) => array.set(String(index + 1), input(part)));
        return parts.length;
      }
      case 'sub':
      case 'gsub':
        return yield* this.#substitute(name === 'gsub', args);
      case 'match': {
        const found = (yield* this.#regexOf(second ?? { kind: 'string', value: '' })).exec(
          yield* text(first),
        );
        this.#globals.set('RSTART', found ? found.index + 1 : 0);
        this.#globals.set('RLENGTH', found ? found[0].length : -1);
        return found ? found.index + 1 : 0;
      }
      case 'sprintf': {
        const values: Value[] = [];
        for (const arg of args) values.push(yield* this.#value(arg));
        return this.#formatted(values);
      }
      case 'tolower':
        return (yield* text(first)).toLowerCase();
      case 'toupper':
        return (yield* text(first)).toUpperCase();
      case 'int':
        return Math.trunc(number(yield* this.#value(first ?? { kind: 'number', value: 0 })));
      case 'sqrt':
        return Math.sqrt(number(yield* this.#value(first ?? { kind: 'number', value: 0 })));
      case 'rand':
        return this.#process.kernel.world.random('shell/awk').below(1_000_000) / 1_000_000;
      case 'srand':
        return 0;
      case 'system': {
        yield* this.#flush();
        const child = this.#spawnShell(
          yield* text(first),
          this.#process.stdin,
          this.#process.stdout,
        );
        yield* wait(child);
        return codeOf(child);
      }
      case 'close': {
        const key = yield* text(first);
        const output = this.#outputs.get(key);
        if (output?.end) yield* output.end();
        this.#outputs.delete(key);
        this.#inputs.delete(key);
        return 0;
      }
      case 'fflush':
        yield* this.#flush();
        return 0;
      case 'systime':
        return Math.floor(this.#process.kernel.world.unixMs / 1000);
      case 'strftime':
        return strftime(
          first ? yield* text(first) : '%c',
          second ? number(yield* this.#value(second)) * 1000 : this.#process.kernel.world.unixMs,
        );
      default:
        throw new AwkError(`function ${name} never defined`);
    }
  }

  *#substitute(
    isGlobal: boolean,
    [pattern, replacement, target]: readonly Expression[],
  ): Sys<Value> {
    const expression = yield* this.#regexOf(pattern ?? { kind: 'string', value: '' });
    const text = this.#string(replacement ? yield* this.#value(replacement) : '');
    const place: Place =
      target && isPlace(target) ? target : { kind: 'field', index: { kind: 'number', value: 0 } };
    let count = 0;
    const result = this.#string(yield* this.#value(place)).replace(
      new RegExp(expression.source, isGlobal ? 'gu' : 'u'),
      (all) => {
        count++;
        return text.replace(/\\\\&|\\&|&/g, (mark) =>
          mark === '&' ? all : mark === '\\&' ? '&' : `\\${all}`,
        );
      },
    );
    if (count > 0) yield* this.#store(place, result);
    return count;
  }

  *#callOwn(
    name: string,
    { parameters, body }: { readonly parameters: readonly string[]; readonly body: Statement },
    args: readonly Expression[],
  ): Sys<Value> {
    if (this.#locals.length >= DEPTH_MAX)
      throw new AwkError(`function ${name}: call nested too deeply`);
    const values = new Map<string, Value>();
    const arrays = new Map<string, AwkArray>();
    for (const [index, parameter] of parameters.entries()) {
      const arg = args[index];
      values.set(parameter, { text: '', number: 0 });
      if (
        arg?.kind === 'variable' &&
        (this.#arrays.has(arg.name) || this.#locals.at(-1)?.arrays.has(arg.name))
      )
        arrays.set(parameter, this.#array(arg.name));
      else if (arg) values.set(parameter, yield* this.#value(arg));
    }
    this.#locals.push({ values, arrays });
    try {
      yield* this.#run(body);
      return '';
    } catch (error) {
      if (error instanceof Return) return error.value;
      throw error;
    } finally {
      this.#locals.pop();
    }
  }
}

function cutRecords(text: string, separator: string): string[] {
  const trimmed = text.replace(/\n$/, '');
  if (separator === '') return trimmed.replace(/^\n+/, '').split(/\n{2,}/);
  return trimmed === ''
    ? []
    : trimmed.split(separator.length === 1 ? separator : new RegExp(extendedToJs(separator), 'u'));
}

/** Text from outside. */
function input(text: string): Value {
  const trimmed = text.trim();
  return {
    text,
    number: /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(trimmed)
      ? Number(trimmed)
      : undefined,
  };
}

function number(value: Value): number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : value.text;
  return Number(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text)?.[0] ?? 0);
}

function truth(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  return value.number === undefined ? value.text !== '' : value.number !== 0;
}

function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new AwkError('division by zero');
      return a / b;
    case '%':
      if (b === 0) throw new AwkError('division by zero in %');
      return a % b;
    default: {
      // Whole powers only: engines differ in the last digit of the others.
      let result = 1;
      for (let i = Math.min(10_000, Math.abs(Math.trunc(b))); i > 0; i--) result *= a;
      return b < 0 ? 1 / result : result;
    }
  }
}
