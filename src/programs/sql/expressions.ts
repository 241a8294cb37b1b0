/**
 * Expressions and SELECT.
 *
 * Real:     mysql sql/sql_yacc.yy; postgres src/backend/parser/gram.y.
 * Left out: window frames, row comparisons beyond equality, full-text MATCH, arrays, lateral joins.
 */
import type { Expr, From, OrderItem, Select, SelectItem, TypeName } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { typeName } from './typenames.ts';

const COMPARISONS = ['=', '<=>', '<', '>', '<=', '>=', '<>'];
const UNITS = [
  'MICROSECOND',
  'SECOND',
  'MINUTE',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'QUARTER',
  'YEAR',
];
/** Functions that are written without parentheses. */
const BARE = [
  'CURRENT_TIMESTAMP',
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_USER',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'SESSION_USER',
  'UTC_TIMESTAMP',
  'UTC_DATE',
  'UTC_TIME',
];
/** Reserved words that may begin a function call. */
const CALLABLE = new Set([
  'IF',
  'LEFT',
  'RIGHT',
  'REPLACE',
  'REPEAT',
  'INSERT',
  'MOD',
  'DATABASE',
  'SCHEMA',
  'VALUES',
  'USER',
  'CHAR',
  'RANK',
  'DENSE_RANK',
  'ROW_NUMBER',
  'LAG',
  'LEAD',
  'NTILE',
  'CONVERT',
  'CURRENT_USER',
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'GROUPING',
  'TRUNCATE',
  'SESSION_USER',
  'INTERVAL',
  'FIRST_VALUE',
  'LAST_VALUE',
  'DATE',
  'TIME',
  'YEAR',
  'ANY',
  'CUME_DIST',
  'PERCENT_RANK',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'UTC_TIMESTAMP',
  'UTC_DATE',
  'UTC_TIME',
]);

export function expression(c: Cursor): Expr {
  return orExpr(c);
}

function leftSide(c: Cursor, below: (c: Cursor) => Expr, ops: readonly string[]): Expr {
  let left = below(c);
  for (let op = c.takeOne(...ops); op !== undefined; op = c.takeOne(...ops)) {
    const right = below(c);
    left = { kind: 'binary', op, left, right, start: left.start, end: c.lastEnd };
  }
  return left;
}

function orExpr(c: Cursor): Expr {
  return leftSide(c, xorExpr, c.dialect === 'mysql' ? ['OR', '||'] : ['OR']);
}

function xorExpr(c: Cursor): Expr {
  return c.dialect === 'mysql' ? leftSide(c, andExpr, ['XOR']) : andExpr(c);
}

function andExpr(c: Cursor): Expr {
  return leftSide(c, notExpr, c.dialect === 'mysql' ? ['AND', '&&'] : ['AND']);
}

function notExpr(c: Cursor): Expr {
  const { start } = c.peek();
  if (!c.take('NOT')) return comparison(c);
  const value = notExpr(c);
  return { kind: 'unary', op: 'NOT', value, start, end: c.lastEnd };
}

function comparison(c: Cursor): Expr {
  let left = predicate(c);
  for (;;) {
    const { start } = left;
    if (c.is(...COMPARISONS)) {
      const op = c.next().text;
      left = { kind: 'binary', op, left, right: predicate(c), start, end: c.lastEnd };
    } else if (c.take('IS')) {
      const not = c.take('NOT');
      if (c.take('DISTINCT', 'FROM')) {
        const right = predicate(c);
        left = {
          kind: 'binary',
          op: not ? '<=>' : 'IS DISTINCT',
          left,
          right,
          start,
          end: c.lastEnd,
        };
        continue;
      }
      const what = c.takeOne('NULL', 'TRUE', 'FALSE', 'UNKNOWN') ?? c.fail();
      left = { kind: 'is', value: left, not, what, start, end: c.lastEnd };
    } else return left;
  }
}

function predicate(c: Cursor): Expr {
  const value = bitOr(c);
  const { start } = value;
  const not =
    c.is('NOT') &&
    ['IN', 'LIKE', 'ILIKE', 'BETWEEN', 'REGEXP', 'RLIKE', 'SIMILAR'].includes(c.peek(1).text) &&
    c.take('NOT');
  if (c.take('IN')) {
    c.expect('(');
    const list = c.is('SELECT', 'WITH') ? select(c) : c.list(() => expression(c));
    c.expect(')');
    return { kind: 'in', value, list, not, start, end: c.lastEnd };
  }
  if (c.take('BETWEEN')) {
    const low = bitOr(c);
    c.expect('AND');
    return { kind: 'between', value, low, high: predicate(c), not, start, end: c.lastEnd };
  }
  const op = c.takeOne(
    ...(c.dialect === 'mysql'
      ? ['LIKE', 'REGEXP', 'RLIKE']
      : ['LIKE', 'ILIKE', '~', '~*', '!~', '!~*']),
  );
  if (op !== undefined) {
    const pattern = bitOr(c);
    if (c.take('ESCAPE')) c.string();
    return {
      kind: 'like',
      op: op === 'LIKE' || op === 'ILIKE' ? op : 'REGEXP',
      value,
      pattern: op.endsWith('*')
        ? {
            kind: 'binary',
            op: '||',
            left: { kind: 'string', text: '(?i)', start, end: start },
            right: pattern,
            start,
            end: c.lastEnd,
          }
        : pattern,
      not: not || op.startsWith('!'),
      start,
      end: c.lastEnd,
    };
  }
  return value;
}

function bitOr(c: Cursor): Expr {
  return leftSide(
    c,
    additive,
    c.dialect === 'mysql' ? ['|', '&', '<<', '>>'] : ['||', '|', '&', '<<', '>>', '->', '->>'],
  );
}

function additive(c: Cursor): Expr {
  return leftSide(c, multiplicative, ['+', '-']);
}

function multiplicative(c: Cursor): Expr {
  return leftSide(
    c,
    unary,
    c.dialect === 'mysql' ? ['*', '/', '%', 'DIV', 'MOD', '^', '->', '->>'] : ['*', '/', '%', '^'],
  );
}

function unary(c: Cursor): Expr {
  const { start } = c.peek();
  const op = c.takeOne('-', '+', '~', '!');
  if (op !== undefined) {
    const value = unary(c);
    if (op === '+') return value;
    return { kind: 'unary', op, value, start, end: c.lastEnd };
  }
  if (c.dialect === 'mysql' && c.take('BINARY')) {
    const value = unary(c);
    return { kind: 'collate', value, collation: 'utf8mb4_bin', start, end: c.lastEnd };
  }
  return postfix(c, primary(c));
}

function postfix(c: Cursor, first: Expr): Expr {
  let value = first;
  for (;;) {
    const { start } = value;
    if (c.dialect === 'postgres' && c.take('::'))
      value = { kind: 'cast', value, type: typeName(c), start, end: c.lastEnd };
    else if (c.take('COLLATE')) {
      const collation = c.word();
      value = { kind: 'collate', value, collation, start, end: c.lastEnd };
    } else return value;
  }
}

function primary(c: Cursor): Expr {
  const token = c.peek();
  const { start } = token;
  const done = (): { readonly start: number; readonly end: number } => ({ start, end: c.lastEnd });
  switch (token.type) {
    case 'number':
      c.next();
      return { kind: 'number', text: token.text, ...done() };
    case 'string': {
      let text = c.next().text;
      // Strings that stand side by side are one.
      while (c.dialect === 'mysql' && c.peek().type === 'string') text += c.next().text;
      return { kind: 'string', text, ...done() };
    }
    case 'variable': {
      c.next();
      if (!token.text.startsWith('@@') && c.take(':=')) {
        const value = expression(c);
        return { kind: 'assign', name: token.text.slice(1), value, ...done() };
      }
      return { kind: 'variable', name: token.text, ...done() };
    }
    case 'op':
      if (c.take('(')) {
        if (c.is('SELECT', 'WITH', 'VALUES')) {
          const inner = select(c);
          c.expect(')');
          return { kind: 'subquery', select: inner, ...done() };
        }
        const items = c.list(() => expression(c));
        c.expect(')');
        return items.length === 1
          ? { ...(items[0] as Expr), ...done() }
          : { kind: 'row', items, ...done() };
      }
      if (c.take('*')) return { kind: 'star', ...done() };
      return c.fail();
    case 'name':
      return column(c);
    case 'end':
      return c.fail();
    case 'word':
      return word(c);
  }
}

function word(c: Cursor): Expr {
  const { start, text } = c.peek();
  const done = (): { readonly start: number; readonly end: number } => ({ start, end: c.lastEnd });
  if (c.take('NULL')) return { kind: 'null', ...done() };
  if (c.is('TRUE', 'FALSE')) return { kind: 'boolean', value: c.next().text === 'TRUE', ...done() };
  if (c.take('CASE')) return caseOf(c, start);
  if (c.sees('EXISTS', '(')) {
    c.next();
    c.next();
    const inner = select(c);
    c.expect(')');
    return { kind: 'exists', select: inner, ...done() };
  }
  if (c.sees('CAST', '(') || c.sees('CONVERT', '(')) return castOf(c, start);
  if (text === 'INTERVAL' && c.peek(1).text !== '(') return intervalOf(c, start);
  if (c.take('DEFAULT')) {
    if (c.take('(')) c.fail();
    return { kind: 'default', ...done() };
  }
  if (c.is('DATE', 'TIME', 'TIMESTAMP') && c.peek(1).type === 'string') {
    const type = c.next().text;
    const value = primary(c);
    return { kind: 'cast', value, type: { base: type.toLowerCase(), args: [] }, ...done() };
  }
  const isCall = c.peek(1).type === 'op' && c.peek(1).text === '(';
  if (isCall && (CALLABLE.has(text) || !c.isReserved(text))) return functionCall(c);
  if (BARE.includes(text) && !(c.dialect === 'postgres' && text.startsWith('UTC'))) {
    c.next();
    return { kind: 'call', name: text, raw: text, args: [], distinct: false, ...done() };
  }
  if (c.dialect === 'postgres' && c.take('USER'))
    return {
      kind: 'call',
      name: 'CURRENT_USER',
      raw: 'current_user',
      args: [],
      distinct: false,
      ...done(),
    };
  return column(c);
}

function column(c: Cursor): Expr {
  const { start } = c.peek();
  const parts = [c.name()];
  while (c.take('.')) {
    if (c.take('*')) return { kind: 'star', table: parts.at(-1), start, end: c.lastEnd };
    parts.push(c.anyName());
  }
  // `schema.function(…)` of PostgreSQL's catalogue.
  if (parts.length > 1 && c.is('(')) return callArguments(c, parts.at(-1) as string, start);
  const name = parts.pop() as string;
  const table = parts.pop();
  return { kind: 'column', database: parts.pop(), table, name, start, end: c.lastEnd };
}

function caseOf(c: Cursor, start: number): Expr {
  const value = c.is('WHEN') ? undefined : expression(c);
  const branches: { when: Expr; then: Expr }[] = [];
  while (c.take('WHEN')) {
    const when = expression(c);
    c.expect('THEN');
    branches.push({ when, then: expression(c) });
  }
  if (branches.length === 0) c.fail();
  const otherwise = c.take('ELSE') ? expression(c) : undefined;
  c.expect('END');
  return { kind: 'case', value, branches, otherwise, start, end: c.lastEnd };
}

function castOf(c: Cursor, start: number): Expr {
  const isCast = c.next().text === 'CAST';
  c.expect('(');
  const value = expression(c);
  if (!isCast && c.take('USING')) {
    c.word();
    c.expect(')');
    return { ...value, start, end: c.lastEnd };
  }
  c.expect(isCast ? 'AS' : ',');
  const type: TypeName = typeName(c);
  c.expect(')');
  return { kind: 'cast', value, type, start, end: c.lastEnd };
}

function intervalOf(c: Cursor, start: number): Expr {
  c.expect('INTERVAL');
  if (c.dialect === 'postgres') {
    const text = c.string();
    return {
      kind: 'interval',
      value: { kind: 'string', text, start, end: c.lastEnd },
      unit: 'TEXT',
      start,
      end: c.lastEnd,
    };
  }
  const value = expression(c);
  const unit = c.takeOne(...UNITS) ?? c.fail();
  return { kind: 'interval', value, unit, start, end: c.lastEnd };
}

function functionCall(c: Cursor): Expr {
  const { start } = c.peek();
  return callArguments(c, c.next().raw, start);
}

function callArguments(c: Cursor, raw: string, start: number): Expr {
  const name = raw.toUpperCase();
  c.expect('(');
  let distinct = false;
  let separator: Expr | undefined;
  let orderBy: readonly OrderItem[] | undefined;
  const args: Expr[] = [];
  if (!c.is(')')) {
    distinct = c.take('DISTINCT');
    if (
      name === 'EXTRACT' ||
      ((name === 'TIMESTAMPDIFF' || name === 'TIMESTAMPADD') && c.dialect === 'mysql')
    ) {
      const unit = c.next();
      args.push({ kind: 'string', text: unit.text, start: unit.start, end: unit.end });
      if (!c.take('FROM')) c.expect(',');
    }
    if (name === 'TRIM') trimWords(c, args);
    args.push(expression(c));
    while (c.take(',') || c.take('FROM') || c.take('FOR') || (name === 'POSITION' && c.take('IN')))
      args.push(expression(c));
    if (c.is('ORDER')) orderBy = orderItems(c);
    if (c.take('SEPARATOR')) {
      const at = c.peek();
      separator = { kind: 'string', text: c.string(), start: at.start, end: at.end };
    }
  }
  c.expect(')');
  const over = c.is('OVER') && c.peek(1).text === '(' ? windowOf(c) : undefined;
  return {
    kind: 'call',
    name,
    raw,
    args,
    distinct,
    separator,
    orderBy,
    over,
    start,
    end: c.lastEnd,
  };
}

/** `TRIM(LEADING '0' FROM x)`: the side and what is cut go first. */
function trimWords(c: Cursor, args: Expr[]): void {
  const { start, end } = c.peek();
  const side = c.takeOne('LEADING', 'TRAILING', 'BOTH');
  if (side !== undefined) args.push({ kind: 'string', text: `${side}:`, start, end });
}

function windowOf(c: Cursor): {
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
} {
  if (c.dialect === 'mysql' && c.version < 80_000) c.fail(c.peek(1));
  c.expect('OVER', '(');
  const partitionBy = c.take('PARTITION') ? (c.expect('BY'), c.list(() => expression(c))) : [];
  const orderBy = c.is('ORDER') ? orderItems(c) : [];
  c.expect(')');
  return { partitionBy, orderBy };
}

export function orderItems(c: Cursor): readonly OrderItem[] {
  c.expect('ORDER', 'BY');
  return c.list(() => {
    const value = expression(c);
    const isDescending = c.takeOne('ASC', 'DESC') === 'DESC';
    const nulls = c.take('NULLS')
      ? ((c.takeOne('FIRST', 'LAST') ?? c.fail()) as 'FIRST' | 'LAST')
      : undefined;
    return { value, isDescending, nulls };
  });
}

/** SELECT with what may stand around it: WITH, UNION, ORDER BY, LIMIT. */
export function select(c: Cursor): Select {
  if (c.dialect === 'mysql' && c.version < 80_000 && c.is('WITH')) c.fail();
  const withs: { name: string; columns?: readonly string[] | undefined; select: Select }[] = [];
  let isRecursive = false;
  if (c.take('WITH')) {
    isRecursive = c.take('RECURSIVE');
    do {
      const name = c.name();
      const columns = c.is('(') ? c.names() : undefined;
      c.expect('AS', '(');
      withs.push({ name, columns, select: select(c) });
      c.expect(')');
    } while (c.take(','));
  }
  const first = selectCore(c);
  const unions: { op: string; select: Select }[] = [];
  for (
    let op = c.takeOne('UNION', 'EXCEPT', 'INTERSECT');
    op !== undefined;
    op = c.takeOne('UNION', 'EXCEPT', 'INTERSECT')
  ) {
    const all = c.take('ALL');
    if (!all) c.take('DISTINCT');
    unions.push({ op: all ? `${op} ALL` : op, select: selectCore(c) });
  }
  const tail = selectTail(c);
  // `(SELECT … LIMIT 1)` alone keeps what stood inside.
  if (unions.length === 0 && first.limit !== undefined && tail.limit === undefined)
    return { ...first, with: withs };
  return { ...first, with: withs, isRecursive, unions, ...tail };
}

function selectTail(c: Cursor): Pick<Select, 'orderBy' | 'limit' | 'offset'> {
  const orderBy = c.is('ORDER') ? orderItems(c) : [];
  let limit: Expr | undefined;
  let offset: Expr | undefined;
  for (;;) {
    if (limit === undefined && c.take('LIMIT')) {
      limit = c.take('ALL') ? undefined : limitValue(c);
      if (c.dialect === 'mysql' && c.take(',')) {
        offset = limit;
        limit = limitValue(c);
      }
    } else if (offset === undefined && c.take('OFFSET')) {
      offset = limitValue(c);
      c.takeOne('ROW', 'ROWS');
    } else break;
  }
  if (c.take('FOR')) {
    c.expectOne('UPDATE', 'SHARE');
    c.takeOne('NOWAIT');
  } else c.take('LOCK', 'IN', 'SHARE', 'MODE');
  return { orderBy, limit, offset };
}

function limitValue(c: Cursor): Expr {
  const { start, type } = c.peek();
  if (type !== 'number') c.fail();
  return { kind: 'number', text: c.next().text, start, end: c.lastEnd };
}

const EMPTY = {
  with: [],
  isRecursive: false,
  distinct: false,
  items: [],
  groupBy: [],
  unions: [],
  orderBy: [],
} as const;

function selectCore(c: Cursor): Select {
  if (c.take('(')) {
    const inner = select(c);
    c.expect(')');
    return inner;
  }
  if (c.take('VALUES')) {
    const values = c.list(() => {
      c.take('ROW');
      c.expect('(');
      const row = c.list(() => expression(c));
      c.expect(')');
      return row;
    });
    return { kind: 'select', ...EMPTY, values };
  }
  if (c.dialect === 'mysql' && c.version >= 80_019 && c.is('TABLE')) {
    c.next();
    const table = c.tableName();
    return {
      kind: 'select',
      ...EMPTY,
      items: [{ value: { kind: 'star', start: 0, end: 0 }, text: '*' }],
      from: { kind: 'table', table },
    };
  }
  c.expect('SELECT');
  let distinct = false;
  for (
    let one = c.takeOne(
      'DISTINCT',
      'DISTINCTROW',
      'ALL',
      'SQL_NO_CACHE',
      'SQL_CALC_FOUND_ROWS',
      'HIGH_PRIORITY',
      'STRAIGHT_JOIN',
    );
    one !== undefined;
    one = c.takeOne(
      'DISTINCT',
      'ALL',
      'SQL_NO_CACHE',
      'SQL_CALC_FOUND_ROWS',
      'HIGH_PRIORITY',
      'STRAIGHT_JOIN',
    )
  )
    if (one.startsWith('DISTINCT')) distinct = true;
  const items = c.list(() => selectItem(c));
  const from = c.take('FROM') ? fromClause(c) : undefined;
  const where = c.take('WHERE') ? expression(c) : undefined;
  const groupBy = c.take('GROUP') ? (c.expect('BY'), c.list(() => expression(c))) : [];
  if (groupBy.length > 0) c.take('WITH', 'ROLLUP');
  const having = c.take('HAVING') ? expression(c) : undefined;
  return {
    kind: 'select',
    ...EMPTY,
    distinct,
    items,
    from: from?.kind === 'table' && isDual(from, c) ? undefined : from,
    where,
    groupBy,
    having,
  };
}

function isDual(from: From & { readonly kind: 'table' }, c: Cursor): boolean {
  return (
    c.dialect === 'mysql' &&
    from.table.name.toUpperCase() === 'DUAL' &&
    from.table.database === undefined
  );
}

export function selectItem(c: Cursor): SelectItem {
  const value = expression(c);
  const text = c.sql.slice(value.start, value.end);
  const alias = value.kind === 'star' ? undefined : aliasOf(c, true);
  return { value, alias, text };
}

function aliasOf(c: Cursor, allowsString: boolean): string | undefined {
  if (c.take('AS')) return allowsString || c.dialect === 'mysql' ? c.word() : c.anyName();
  if (allowsString && c.dialect === 'mysql' && c.peek().type === 'string') return c.next().text;
  return c.isName() && !c.is('OFFSET', 'RETURNING', 'WINDOW', 'FULL', 'SEPARATOR', 'ROWS')
    ? c.name()
    : undefined;
}

export function fromClause(c: Cursor): From {
  let left = joined(c);
  while (c.take(',')) left = { kind: 'join', type: 'CROSS', left, right: joined(c) };
  return left;
}

function joined(c: Cursor): From {
  let left = fromItem(c);
  for (;;) {
    const natural = c.take('NATURAL');
    let type = 'INNER' as 'INNER' | 'LEFT' | 'RIGHT' | 'CROSS' | 'FULL';
    const side = c.takeOne(
      'LEFT',
      'RIGHT',
      'INNER',
      'CROSS',
      ...(c.dialect === 'postgres' ? ['FULL'] : []),
    );
    if (side === 'LEFT' || side === 'RIGHT' || side === 'FULL') {
      type = side;
      c.take('OUTER');
    } else if (side === 'CROSS') type = 'CROSS';
    if (side === undefined && !natural && c.take('STRAIGHT_JOIN')) type = 'INNER';
    else if (!c.take('JOIN')) {
      if (side !== undefined || natural) c.fail();
      return left;
    }
    const right = fromItem(c);
    const on = c.take('ON') ? expression(c) : undefined;
    const using = on === undefined && c.take('USING') ? c.names() : undefined;
    if ((type === 'LEFT' || type === 'RIGHT') && !on && !using && !natural) c.fail();
    left = { kind: 'join', type, left, right, on, using, natural };
  }
}

function fromItem(c: Cursor): From {
  if (c.take('(')) {
    if (c.is('SELECT', 'WITH', 'VALUES', '(')) {
      const inner = select(c);
      c.expect(')');
      const alias = aliasOf(c, false);
      if (alias === undefined) throw new MissingAlias();
      return { kind: 'derived', select: inner, alias, columns: c.is('(') ? c.names() : undefined };
    }
    const inner = fromClause(c);
    c.expect(')');
    return inner;
  }
  const table = c.tableName();
  const alias = aliasOf(c, false);
  if (c.dialect === 'mysql')
    while (c.is('USE', 'FORCE', 'IGNORE') && ['INDEX', 'KEY'].includes(c.peek(1).text)) {
      c.next();
      c.next();
      c.names();
    }
  return { kind: 'table', table, alias };
}

/** A derived table without a name. */
export class MissingAlias extends Error {}
