/** MySQL's errors. Real: share/messages_to_clients.txt. */
export class MysqlError extends Error {
  readonly number: number;
  readonly state: string;

  constructor(number: number, state: string, message: string) {
    super(message);
    this.number = number;
    this.state = state;
  }
}

export function failWith(number: number, state: string, message: string): never {
  throw new MysqlError(number, state, message);
}

export const unknownDatabase = (name: string): never =>
  failWith(1049, '42000', `Unknown database '${name}'`);
export const noDatabase = (): never => failWith(1046, '3D000', 'No database selected');
export const noSuchTable = (database: string, table: string): never =>
  failWith(1146, '42S02', `Table '${database}.${table}' doesn't exist`);
export const tableExists = (name: string): never =>
  failWith(1050, '42S01', `Table '${name}' already exists`);
export const unknownColumn = (name: string, clause: string): never =>
  failWith(1054, '42S22', `Unknown column '${name}' in '${clause}'`);
export const unsupported = (what: string): never =>
  failWith(1235, '42000', `이 실습실에서는 지원하지 않습니다: ${what}`);

export function syntaxError(sql: string, at: number, isMariadb: boolean): MysqlError {
  const near = sql.slice(at).slice(0, 80);
  const line = sql.slice(0, at).split('\n').length;
  return new MysqlError(
    1064,
    '42000',
    `You have an error in your SQL syntax; check the manual that corresponds to your ${isMariadb ? 'MariaDB' : 'MySQL'} server version for the right syntax to use near '${near}' at line ${line}`,
  );
}
