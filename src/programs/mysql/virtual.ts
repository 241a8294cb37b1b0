/** Tables that are made when they are read: rows of text as a query of SQLite. */
import type { TableSource } from '../sql/compile.ts';
import { ident, literal, type SqlValue } from '../sql/sqlite.ts';
import { INT, STRING, type ValueType } from '../sql/types.ts';

export interface VirtualTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
}

export function virtualSource(
  database: string,
  name: string,
  { columns, rows }: VirtualTable,
): TableSource {
  const names = columns.map(ident).join(', ');
  const body =
    rows.length === 0
      ? `SELECT ${columns.map((column) => `NULL AS ${ident(column)}`).join(', ')} WHERE 0`
      : `WITH v(${names}) AS (VALUES ${rows.map((row) => `(${row.map((value) => literal(value)).join(', ')})`).join(', ')}) SELECT * FROM v`;
  return {
    sql: `(${body})`,
    database,
    name,
    primary: [],
    columns: columns.map((column, i) => ({
      name: column,
      sql: ident(column),
      type: columnType(rows, i),
    })),
  };
}

export function columnType(rows: readonly (readonly SqlValue[])[], i: number): ValueType {
  return rows.some((row) => typeof row[i] === 'number') &&
    rows.every((row) => typeof row[i] === 'number' || row[i] === null)
    ? INT
    : STRING;
}
