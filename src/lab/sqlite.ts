/** SQLite as WebAssembly, for the database servers: the page fetches it when it has to, everybody else waits for it at the start. */
import initSqlJs from 'sql.js/dist/sql-wasm-inline.js';
import { provideSqlite } from '../programs/index.ts';

/** Done when database servers may start: until then they hold virtual time. The bytes are in the script itself, so that it loads alike everywhere. */
export const sqliteLoaded = initSqlJs({ useOldExtensionFunctions: false }).then((engine) =>
  provideSqlite(engine),
);
