declare module 'sql.js/dist/sql-wasm-inline.js' {
  import type { SqliteEngine } from '../programs/index.ts';
  const initSqlJs: (config: {
    readonly useOldExtensionFunctions: boolean;
  }) => PromiseLike<SqliteEngine>;
  export default initSqlJs;
}
