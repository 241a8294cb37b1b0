declare module 'sql.js/dist/sql-wasm-inline.js' {
  import type { SqliteEngine } from '../programs/sql/sqlite.ts';
  const initSqlJs: (config: {
    readonly useOldExtensionFunctions: boolean;
  }) => Promise<SqliteEngine>;
  export default initSqlJs;
}
