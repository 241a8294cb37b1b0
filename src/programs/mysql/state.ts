/** What a connection has of its own. */
import type { SqlValue } from '../sql/sqlite.ts';
import type { Transaction } from '../sql/store.ts';
import type { Account } from './accounts.ts';
import type { MysqlError } from './errors.ts';

export interface SessionState {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  /** As PROCESSLIST shows it: `localhost`, `172.18.0.3:41022`. */
  readonly from: string;
  account: Account;
  database: string | undefined;
  transaction: Transaction | undefined;
  lastInsertId: number;
  rowCount: number;
  foundRows: number;
  warnings: readonly MysqlError[];
  readonly userVariables: Map<string, SqlValue>;
  readonly variables: Map<string, SqlValue>;
  command: string;
  query: string | undefined;
  sinceMs: number;
  readonly end: () => void;
}
