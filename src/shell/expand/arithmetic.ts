/** Integer arithmetic as in bash: 64 bits, C's operators, variables by name. */

/** The variables that an expression may read and set. */
export interface ArithmeticVariables {
  get(name: string, index: string | undefined): string;
  set(name: string, index: string | undefined, value: string): void;
}

/** Bash's sentence about what is wrong, without the expression before it. */
export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError';
}

const DEPTH_MAX = 100;
const TOKEN =
  /\s*(\d+#[0-9a-zA-Z@_]+|0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&^|]=|[-+*/%<>=!~&^|?:,()[\]]|\S)/y;
const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

interface Place {
  readonly name: string;
  readonly index: string | undefined;
}

/** The value of an expression; an empty one is 0. */
export function evaluate(expression: string, variables: ArithmeticVariables, depth = 0): bigint {
  if (expression.trim() === '') return 0n;
  if (depth > DEPTH_MAX)
    throw new ArithmeticError(
      `${expression}: expression recursion level exceeded (error token is "${expression}")`,
    );
  return new Evaluation(expression, variables, depth).all();
}

class Evaluation {
  readonly #expression: string;
  readonly #tokens: string[] = [];
  readonly #offsets: number[] = [];
  readonly #variables: ArithmeticVariables;
  readonly #depth: number;
  #at = 0;
  /** Above 0: in a branch that is not taken; nothing is set, nothing divides. */
  #isSkipping = 0;

  constructor(expression: string, variables: ArithmeticVariables, depth: number) {
    this.#expression = expression;
    this.#variables = variables;
    this.#depth = depth;
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(expression); match; match = TOKEN.exec(expression)) {
      this.#tokens.push(match[1] as string);
      this.#offsets.push(TOKEN.lastIndex - (match[1] as string).length);
    }
  }

  all(): bigint {
    const value = this.#comma();
    if (this.#at < this.#tokens.length) throw this.#error('syntax error in expression');
    return value;
  }

  #error(what: string): ArithmeticError {
    // At the end of the expression bash names the last token again.
    const token = this.#expression.slice(
      this.#offsets[Math.min(this.#at, this.#offsets.length - 1)] ?? 0,
    );
    return new ArithmeticError(`${this.#expression}: ${what} (error token is "${token}")`);
  }

  get #token(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(token: string): boolean {
    if (this.#token !== token) return false;
    this.#at++;
    return true;
  }

  #comma(): bigint {
    let value = this.#assignment();
    while (this.#take(',')) value = this.#assignment();
    return value;
  }

  #assignment(): bigint {
    const begin = this.#at;
    const place = this.#place();
    const operator = this.#token;
    if (place && operator !== undefined && /^(?:[-+*/%&^|]|<<|>>)?=$/.test(operator)) {
      this.#at++;
      const right = this.#assignment();
      const value =
        operator === '=' ? right : this.#apply(operator.slice(0, -1), this.#read(place), right);
      return this.#write(place, value);
    }
    this.#at = begin;
    return this.#conditional();
  }

  #conditional(): bigint {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const yes = this.#maybe(test !== 0n, () => this.#assignment());
    if (!this.#take(':')) throw this.#error("`:' expected for conditional expression");
    const no = this.#maybe(test === 0n, () => this.#conditional());
    return test !== 0n ? yes : no;
  }

  #maybe(isTaken: boolean, run: () => bigint): bigint {
    if (!isTaken) this.#isSkipping++;
    const value = run();
    if (!isTaken) this.#isSkipping--;
    return value;
  }

  #binary(level: number): bigint {
    const operators = BINARY[level];
    if (!operators) return this.#power();
    let left = this.#binary(level + 1);
    while (this.#token !== undefined && operators.includes(this.#token)) {
      const operator = this.#token;
      this.#at++;
      if (operator === '&&')
        left =
          this.#maybe(left !== 0n, () => this.#binary(level + 1)) !== 0n && left !== 0n ? 1n : 0n;
      else if (operator === '||')
        left =
          this.#maybe(left === 0n, () => this.#binary(level + 1)) !== 0n || left !== 0n ? 1n : 0n;
      else left = this.#apply(operator, left, this.#binary(level + 1));
    }
    return left;
  }

  #apply(operator: string, a: bigint, b: bigint): bigint {
    if ((operator === '/' || operator === '%') && b === 0n) {
      if (this.#isSkipping > 0) return 0n;
      this.#at = Math.max(0, this.#at - 1);
      throw this.#error('division by 0');
    }
    return BigInt.asIntN(64, operate(operator, a, b));
  }

  #power(): bigint {
    const base = this.#unary();
    if (!this.#take('**')) return base;
    const exponent = this.#power();
    if (exponent < 0n) throw this.#error('exponent less than 0');
    // The low 64 bits are all that is kept: square and multiply, so that no giant number is made.
    let [value, factor] = [1n, base];
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) value = BigInt.asIntN(64, value * factor);
      factor = BigInt.asIntN(64, factor * factor);
    }
    return value;
  }

  #unary(): bigint {
    const token = this.#token;
    if (token === '!') return (this.#at++, this.#unary() === 0n ? 1n : 0n);
    if (token === '~') return (this.#at++, ~this.#unary());
    if (token === '-') return (this.#at++, BigInt.asIntN(64, -this.#unary()));
    if (token === '+') return (this.#at++, this.#unary());
    if (token === '++' || token === '--') {
      this.#at++;
      const place = this.#place();
      if (!place) throw this.#error('syntax error: operand expected');
      return this.#write(place, this.#read(place) + (token === '++' ? 1n : -1n));
    }
    return this.#primary();
  }

  #primary(): bigint {
    if (this.#take('(')) {
      const value = this.#comma();
      if (!this.#take(')')) throw this.#error("missing `)'");
      return value;
    }
    const place = this.#place();
    if (place) {
      const value = this.#read(place);
      if (this.#take('++')) this.#write(place, value + 1n);
      else if (this.#take('--')) this.#write(place, value - 1n);
      return value;
    }
    const token = this.#token;
    if (token === undefined || !/^\d/.test(token))
      throw this.#error('syntax error: operand expected');
    const value = this.#number(token);
    this.#at++;
    return value;
  }

  #number(token: string): bigint {
    const based = /^(\d+)#(.+)$/.exec(token);
    if (based) return this.#based(Number(based[1]), based[2] as string);
    if (/^0[xX]/.test(token)) return BigInt.asIntN(64, BigInt(token));
    if (/^0\d/.test(token)) return this.#based(8, token.slice(1));
    return BigInt.asIntN(64, BigInt(token));
  }

  #based(base: number, digits: string): bigint {
    if (base < 2 || base > 64) throw this.#error('invalid arithmetic base');
    let value = 0n;
    for (const c of digits) {
      const digit = digitValue(c, base);
      if (digit >= base) throw this.#error('value too great for base');
      value = value * BigInt(base) + BigInt(digit);
    }
    return BigInt.asIntN(64, value);
  }

  #place(): Place | undefined {
    const name = this.#token;
    if (name === undefined || !/^[A-Za-z_]/.test(name)) return undefined;
    this.#at++;
    if (this.#token !== '[') return { name, index: undefined };
    this.#at++;
    const begin = this.#at;
    for (let depth = 1; depth > 0; this.#at++) {
      if (this.#token === undefined) throw this.#error('bad array subscript');
      const token: string = this.#token;
      if (token === '[') depth++;
      if (token === ']') depth--;
    }
    return { name, index: this.#tokens.slice(begin, this.#at - 1).join('') };
  }

  #read({ name, index }: Place): bigint {
    return evaluate(this.#variables.get(name, index), this.#variables, this.#depth + 1);
  }

  #write({ name, index }: Place, value: bigint): bigint {
    const wrapped = BigInt.asIntN(64, value);
    if (this.#isSkipping === 0) this.#variables.set(name, index, String(wrapped));
    return wrapped;
  }
}

function digitValue(c: string, base: number): number {
  if (/\d/.test(c)) return Number(c);
  if (c === '@') return 62;
  if (c === '_') return 63;
  const lower = c >= 'a';
  const offset = c.charCodeAt(0) - (lower ? 97 : 65);
  return base <= 36 || lower ? offset + 10 : offset + 36;
}

function operate(operator: string, a: bigint, b: bigint): bigint {
  const truth = (is: boolean): bigint => (is ? 1n : 0n);
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '<<':
      return a << (b & 63n);
    case '>>':
      return a >> (b & 63n);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    case '==':
      return truth(a === b);
    default:
      return truth(a !== b);
  }
}
