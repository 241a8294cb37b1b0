/** Walks over the tokens of a statement; whoever wants something else than what comes next has found the syntax error. */
import type { TableName, UserName } from './ast.ts';
import { SqlSyntaxError, tokenize, type Dialect, type Token } from './lexer.ts';

/** Words that cannot be a name without quotes, as far as the grammars here would take them for one. */
const RESERVED = new Set(
  (
    'ALL ALTER AND AS ASC BETWEEN BY CASE CHECK COLLATE COLUMN CONSTRAINT CREATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DELETE DESC ' +
    'DISTINCT DROP ELSE EXCEPT EXISTS FALSE FETCH FOR FOREIGN FROM FULL GRANT GROUP HAVING IN INNER INSERT INTERSECT INTO IS JOIN LEFT LIKE LIMIT NATURAL NOT NULL ON ' +
    'OR ORDER OUTER PRIMARY REFERENCES RIGHT SELECT SET TABLE THEN TO TRUE UNION UNIQUE UPDATE USING VALUES WHEN WHERE WITH'
  ).split(' '),
);
const RESERVED_MYSQL = new Set(
  (
    'ADD ANALYZE BEFORE BIGINT BINARY BLOB BOTH CALL CASCADE CHANGE CHAR CHARACTER CONDITION CONTINUE CONVERT CURSOR DATABASE DATABASES DEC DECIMAL DECLARE DELAYED ' +
    'DESCRIBE DISTINCTROW DIV DOUBLE DUAL EACH ELSEIF ENCLOSED ESCAPED EXIT EXPLAIN FLOAT FORCE FULLTEXT GENERATED HIGH_PRIORITY IF IGNORE INDEX INFILE INOUT INT INTEGER ' +
    'INTERVAL ITERATE KEY KEYS KILL LEADING LEAVE LINES LOAD LOCK LONG LONGBLOB LONGTEXT LOOP MATCH MEDIUMBLOB MEDIUMINT MEDIUMTEXT MOD MODIFIES NUMERIC OPTIMIZE OPTION ' +
    'OUT OUTFILE PARTITION PRECISION PROCEDURE PURGE RANGE READ REAL REGEXP RELEASE RENAME REPEAT REPLACE REQUIRE RESTRICT RETURN REVOKE RLIKE SCHEMA SCHEMAS SHOW SMALLINT ' +
    'SPATIAL SQL SSL STARTING STRAIGHT_JOIN TABLE TERMINATED TINYBLOB TINYINT TINYTEXT TRAILING TRIGGER UNDO UNLOCK UNSIGNED USAGE USE VARBINARY VARCHAR VARYING WHILE WRITE ' +
    'XOR ZEROFILL'
  ).split(' '),
);
const RESERVED_8 = new Set(
  'CUBE CUME_DIST DENSE_RANK EMPTY GROUPING GROUPS LAG LEAD NTH_VALUE NTILE OF OVER PERCENT_RANK RANK RECURSIVE ROW ROWS ROW_NUMBER SYSTEM WINDOW'.split(
    ' ',
  ),
);
const RESERVED_POSTGRES = new Set(
  'ANALYSE ANALYZE ANY ARRAY ASYMMETRIC BOTH CAST CONCURRENTLY DEFERRABLE DO END ILIKE INITIALLY ISNULL LATERAL LEADING LOCALTIME LOCALTIMESTAMP NOTNULL OFFSET ONLY OVERLAPS PLACING RETURNING SESSION_USER SIMILAR SOME SYMMETRIC TRAILING USER VARIADIC VERBOSE WINDOW'.split(
    ' ',
  ),
);

export class Cursor {
  readonly sql: string;
  readonly dialect: Dialect;
  /** 50744, 80043; MariaDB and PostgreSQL: a high number. */
  readonly version: number;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, dialect: Dialect, version = 80_000) {
    this.sql = sql;
    this.dialect = dialect;
    this.version = version;
    this.#tokens = tokenize(sql, dialect);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length - 1) this.#at++;
    return token;
  }

  /** Where the last token ended. */
  get lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  fail(token = this.peek()): never {
    throw new SqlSyntaxError(token.start, token.raw);
  }

  /** One of these words or operators is next. */
  is(...texts: readonly string[]): boolean {
    const { type, text } = this.peek();
    return (type === 'word' || type === 'op') && texts.includes(text);
  }

  /** These words are next, one after the other. */
  sees(...texts: readonly string[]): boolean {
    return texts.every((text, i) => {
      const token = this.peek(i);
      return (token.type === 'word' || token.type === 'op') && token.text === text;
    });
  }

  take(...texts: readonly string[]): boolean {
    if (!this.sees(...texts)) return false;
    this.#at += texts.length;
    return true;
  }

  /** The first of these that is next. */
  takeOne(...texts: readonly string[]): string | undefined {
    if (!this.is(...texts)) return undefined;
    return this.next().text;
  }

  /** One of these words has to come. */
  expectOne(...texts: readonly string[]): string {
    return this.takeOne(...texts) ?? this.fail();
  }

  expect(...texts: readonly string[]): void {
    for (const text of texts) if (!this.take(text)) this.fail();
  }

  get isAtEnd(): boolean {
    return this.peek().type === 'end' || this.is(';');
  }

  isReserved(word: string): boolean {
    if (RESERVED.has(word)) return true;
    if (this.dialect === 'postgres') return RESERVED_POSTGRES.has(word);
    return (
      RESERVED_MYSQL.has(word) ||
      (this.version >= 80_000 && this.version < 100_000 && RESERVED_8.has(word))
    );
  }

  isName(ahead = 0): boolean {
    const { type, text } = this.peek(ahead);
    return type === 'name' || (type === 'word' && !this.isReserved(text));
  }

  name(): string {
    if (!this.isName()) this.fail();
    return this.nameOf(this.next());
  }

  /** A name where any word will do: after a point, an alias after AS. */
  anyName(): string {
    const token = this.peek();
    if (token.type !== 'name' && token.type !== 'word') this.fail();
    return this.nameOf(this.next());
  }

  nameOf(token: Token): string {
    if (token.type === 'name') return token.text;
    return this.dialect === 'postgres' ? token.raw.toLowerCase() : token.raw;
  }

  string(): string {
    if (this.peek().type !== 'string') this.fail();
    return this.next().text;
  }

  /** A name or a string. */
  word(): string {
    return this.peek().type === 'string' ? this.next().text : this.anyName();
  }

  integer(): number {
    if (this.peek().type !== 'number' || !/^\d+$/.test(this.peek().text)) this.fail();
    return Number(this.next().text);
  }

  tableName(): TableName {
    const { start } = this.peek();
    const first = this.name();
    if (!this.take('.')) return { name: first, start, end: this.lastEnd };
    const name = this.anyName();
    return { database: first, name, start, end: this.lastEnd };
  }

  /** Things between commas. */
  list<T>(one: () => T): readonly T[] {
    const items = [one()];
    while (this.take(',')) items.push(one());
    return items;
  }

  /** `(a, b)`. */
  names(): readonly string[] {
    this.expect('(');
    const names = this.list(() => this.name());
    this.expect(')');
    return names;
  }

  /** `'kim'@'%'`. */
  userName(): UserName {
    const { start } = this.peek();
    if (this.take('CURRENT_USER')) {
      if (this.take('(')) this.expect(')');
      return { user: '', host: '', start, end: this.lastEnd };
    }
    const user = this.word();
    let host = '%';
    if (this.peek().type === 'variable') host = this.next().text.slice(1);
    else if (this.take('@')) host = this.word();
    return { user, host, start, end: this.lastEnd };
  }
}
