/** Names of column types. Real: sql_yacc.yy `type`, gram.y `Typename`. */
import type { TypeName } from './ast.ts';
import type { Cursor } from './cursor.ts';

const MYSQL =
  'TINYINT SMALLINT MEDIUMINT INT INTEGER BIGINT INT1 INT2 INT4 INT8 DECIMAL DEC NUMERIC FIXED FLOAT DOUBLE REAL BIT BOOL BOOLEAN CHAR CHARACTER NCHAR VARCHAR NVARCHAR TINYTEXT TEXT MEDIUMTEXT LONGTEXT LONG TINYBLOB BLOB MEDIUMBLOB LONGBLOB BINARY VARBINARY DATE DATETIME TIMESTAMP TIME YEAR ENUM SET JSON SIGNED UNSIGNED SERIAL UUID INET6 INET4'.split(
    ' ',
  );
const SAME: Readonly<Record<string, string>> = {
  integer: 'int',
  int4: 'int',
  int8: 'bigint',
  int2: 'smallint',
  int1: 'tinyint',
  dec: 'decimal',
  numeric: 'decimal',
  fixed: 'decimal',
  real: 'double',
  character: 'char',
  nchar: 'char',
  nvarchar: 'varchar',
  signed: 'bigint',
};
const SAME_POSTGRES: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  bool: 'boolean',
  decimal: 'numeric',
  float8: 'double precision',
  float4: 'real',
  float: 'double precision',
  varchar: 'character varying',
  char: 'character',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};

export function typeName(c: Cursor): TypeName {
  return c.dialect === 'mysql' ? mysqlType(c) : postgresType(c);
}

function mysqlType(c: Cursor): TypeName {
  const { type, text } = c.peek();
  if (type !== 'word' || !MYSQL.includes(text)) c.fail();
  c.next();
  let base = SAME[text.toLowerCase()] ?? text.toLowerCase();
  let args: readonly number[] = [];
  let values: readonly string[] | undefined;
  let unsigned = text === 'UNSIGNED';
  if (unsigned) base = 'bigint';
  if ((text === 'CHAR' || text === 'CHARACTER') && c.take('VARYING')) base = 'varchar';
  if (text === 'DOUBLE') c.take('PRECISION');
  if (text === 'LONG') base = c.take('VARCHAR') ? 'mediumtext' : 'mediumtext';
  if (text === 'SIGNED' || text === 'UNSIGNED') c.takeOne('INTEGER', 'INT');
  if (base === 'bool' || base === 'boolean') {
    base = 'tinyint';
    args = [1];
  }
  if (base === 'serial') {
    base = 'bigint';
    unsigned = true;
  }
  if (c.is('(')) {
    c.next();
    if (base === 'enum' || base === 'set') values = c.list(() => c.string());
    else args = c.list(() => c.integer());
    c.expect(')');
  } else if (base === 'varchar' || base === 'varbinary' || base === 'enum' || base === 'set')
    c.fail();
  let zerofill = false;
  let charset: string | undefined;
  let collation: string | undefined;
  for (;;) {
    if (c.take('UNSIGNED')) unsigned = true;
    else if (c.take('SIGNED')) unsigned = false;
    else if (c.take('ZEROFILL')) zerofill = unsigned = true;
    else if (c.take('CHARACTER', 'SET') || c.take('CHARSET')) charset = c.word();
    else if (c.take('BINARY')) collation = 'utf8mb4_bin';
    else if (c.take('COLLATE')) collation = c.word();
    else break;
  }
  return { base, args, ...(values ? { values } : {}), unsigned, zerofill, charset, collation };
}

function postgresType(c: Cursor): TypeName {
  const first = c.anyName();
  if (first === 'pg_catalog' && c.take('.')) return postgresType(c);
  let base = SAME_POSTGRES[first] ?? first;
  if (first === 'double') {
    c.expect('PRECISION');
    base = 'double precision';
  }
  if (first === 'character' && c.take('VARYING')) base = 'character varying';
  let args: readonly number[] = [];
  if (c.take('(')) {
    args = c.list(() => c.integer());
    c.expect(')');
  }
  if (first === 'timestamp' || first === 'time') {
    const zone = c.takeOne('WITH', 'WITHOUT');
    if (zone !== undefined) c.expect('TIME', 'ZONE');
    base = `${first} ${zone === 'WITH' ? 'with' : 'without'} time zone`;
  }
  if (c.take('[')) {
    c.expect(']');
    base += '[]';
  }
  return { base, args };
}
