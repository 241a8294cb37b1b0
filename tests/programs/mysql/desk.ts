/** A database server in a container, and what its clients print. */
import { sqliteLoaded } from '../../../src/lab/sqlite.ts';
import { makeTree, type Tree } from '../../../src/sim/index.ts';
import { Lab, type Container } from '../harness.ts';

await sqliteLoaded;

export const ROOT = ['MYSQL_ROOT_PASSWORD=pw', 'MYSQL_DATABASE=shop'];

export function volume(): Tree {
  return makeTree({ freeBytes: 2_000_000_000 });
}

export interface Options {
  readonly env?: readonly string[];
  readonly argv?: readonly string[];
  readonly data?: Tree;
  readonly lab?: Lab;
  readonly address?: string;
  readonly runMs?: number;
}

export function started(
  reference: string,
  options: Options = {},
): { readonly lab: Lab; readonly db: Container } {
  const lab = options.lab ?? new Lab();
  const db = lab.container(reference, options.address ?? '10.0.0.2');
  if (options.data)
    db.namespace.files.mount({
      target: '/var/lib/mysql',
      tree: options.data,
      source: '/',
      isReadOnly: false,
      type: 'ext4',
      device: '/dev/sda1',
    });
  db.start(options.argv, options.env ?? ROOT);
  lab.run(options.runMs ?? 20_000);
  return { lab, db };
}

/** What a program in the container prints, errors included. */
export function output(lab: Lab, db: Container, ...words: readonly string[]): string {
  const before = [db.out.length, db.err.length] as const;
  const process = db.exec(...words);
  for (let i = 0; i < 400 && !process.exit; i++) lab.run(20);
  return db.out.slice(before[0]) + db.err.slice(before[1]);
}

const WARNING =
  'mysql: [Warning] Using a password on the command line interface can be insecure.\n';

/** Statements by the mysql client as root. */
export function sql(lab: Lab, db: Container, text: string, ...options: readonly string[]): string {
  return output(lab, db, 'mysql', '-uroot', '-ppw', ...options, '-e', text).replace(WARNING, '');
}
