/** CREATE, ALTER and DROP of tables. Real: sql/sql_table.cc. */
import type {
  Alteration,
  ColumnDefinition,
  Expr,
  References,
  Statement,
  TableConstraint,
} from '../sql/ast.ts';
import { compile, newScope } from '../sql/compile.ts';
import { compileQuery } from '../sql/query.ts';
import { rowsOf, type SqlValue } from '../sql/sqlite.ts';
import type { Check, Column, ColumnDefault, ForeignKey, Index, Table } from '../sql/store.ts';
import { typeOf, type ValueType } from '../sql/types.ts';
import { coerce } from './coerce.ts';
import type { MysqlEnvironment } from './environment.ts';
import { failWith, MysqlError, tableExists, unknownColumn, unknownDatabase } from './errors.ts';
import type { Instance } from './instance.ts';
import { mysqlRules } from './rules.ts';

type CreateTable = Extract<Statement, { kind: 'create-table' }>;

export class TableWork {
  readonly #instance: Instance;
  readonly #env: MysqlEnvironment;
  readonly #sql: string;

  constructor(instance: Instance, env: MysqlEnvironment, sql: string) {
    this.#instance = instance;
    this.#env = env;
    this.#sql = sql;
  }

  /** Rows that CREATE … SELECT has put in; undefined: the table was there, and IF NOT EXISTS was said. */
  create(statement: CreateTable): number | undefined {
    const { store } = this.#instance;
    const database = this.#env.databaseOf(statement.table.database);
    const { name } = statement.table;
    if (!store.hasDatabase(database)) unknownDatabase(database);
    if (store.find(database, name)) return statement.ifNotExists ? undefined : tableExists(name);
    const empty: Table = {
      database,
      name,
      columns: [],
      indexes: [],
      foreignKeys: [],
      checks: [],
      options: statement.options,
      createdUnixMs: this.#instance.world.unixMs,
    };
    let table = empty;
    let rows: readonly SqlValue[][] = [];
    if (statement.like) {
      const like = this.#env.find(statement.like.name, statement.like.database, 'SELECT');
      table = { ...like, database, name, foreignKeys: [], createdUnixMs: empty.createdUnixMs };
    } else {
      for (const column of statement.columns) table = this.#withColumn(table, column, undefined);
      for (const constraint of statement.constraints)
        table = this.#withConstraint(table, constraint);
      if (statement.select) {
        const query = compileQuery(statement.select, this.#env);
        rows = rowsOf(store.sqlite, query.sql);
        for (const { name: title, type } of query.columns)
          if (!table.columns.some((one) => same(one.name, title)))
            table = { ...table, columns: [...table.columns, selectedColumn(title, type)] };
      }
    }
    if (table.columns.length === 0)
      failWith(
        this.#instance.is8 ? 4028 : 1113,
        '42000',
        'A table must have at least one visible column.',
      );
    this.#checkAuto(table);
    store.createTable(table);
    if (statement.options['AUTO_INCREMENT'])
      store.setCounter(table, Number(statement.options['AUTO_INCREMENT']));
    if (rows.length > 0)
      store.replaceTable(
        table,
        table,
        rows.map((row) => [
          ...Array.from({ length: table.columns.length - row.length }, () => null),
          ...row,
        ]),
      );
    this.#instance.save(table);
    return rows.length;
  }

  #checkAuto({ columns, indexes }: Table): void {
    const autos = columns.filter(({ autoIncrement }) => autoIncrement);
    if (autos.length === 0) return;
    if (autos.length > 1 || !indexes.some((index) => index.columns[0] === autos[0]?.name))
      failWith(
        1075,
        '42000',
        'Incorrect table definition; there can be only one auto column and it must be defined as a key',
      );
  }

  #withColumn(table: Table, definition: ColumnDefinition, place: string | undefined): Table {
    if (table.columns.some((one) => same(one.name, definition.name)))
      failWith(1060, '42S21', `Duplicate column name '${definition.name}'`);
    const columns = [...table.columns];
    const at =
      place === undefined
        ? columns.length
        : place === ''
          ? 0
          : columns.findIndex((one) => same(one.name, place)) + 1;
    if (place && at === 0) unknownColumn(place, table.name);
    columns.splice(at, 0, this.#column(definition));
    return this.#withKeys({ ...table, columns }, definition);
  }

  #withKeys(
    table: Table,
    { name, isPrimary, isUnique, references, check }: ColumnDefinition,
  ): Table {
    let made = table;
    if (isPrimary) made = this.#withConstraint(made, { kind: 'primary', columns: [{ name }] });
    if (isUnique) made = this.#withConstraint(made, { kind: 'unique', columns: [{ name }] });
    // MySQL reads REFERENCES behind a column and does nothing; MariaDB takes it.
    if (references && this.#instance.isMariadb)
      made = this.#withConstraint(made, { kind: 'foreign', columns: [name], references });
    if (check) made = this.#withConstraint(made, { kind: 'check', value: check });
    return made;
  }

  #column(definition: ColumnDefinition): Column {
    const { type, name } = definition;
    if (type.base === 'varchar' && (type.args[0] ?? 0) > 16_383)
      failWith(
        1074,
        '42000',
        `Column length too big for column '${name}' (max = 16383); use BLOB or TEXT instead`,
      );
    const preset = this.#default(definition);
    const column: Column = {
      name,
      type,
      notNull: (definition.notNull ?? definition.isPrimary) || definition.autoIncrement || false,
      default: preset,
      autoIncrement: definition.autoIncrement ?? false,
      onUpdateNow: definition.onUpdateNow ?? false,
      comment: definition.comment,
    };
    if (preset?.kind === 'value' && preset.value !== null) {
      if (/text|blob|json/.test(type.base) && !this.#instance.isMariadb)
        failWith(
          1101,
          '42000',
          `BLOB, TEXT, GEOMETRY or JSON column '${name}' can't have a default value`,
        );
      try {
        return {
          ...column,
          default: {
            kind: 'value',
            value: coerce(preset.value, column, 1, {
              isStrict: true,
              allowsZeroDate: !String(this.#env.systemVariable('sql_mode')).includes(
                'NO_ZERO_DATE',
              ),
              nowText: '',
              warn: () => {},
            }),
          },
        };
      } catch (error) {
        if (error instanceof MysqlError)
          failWith(1067, '42000', `Invalid default value for '${name}'`);
        throw error;
      }
    }
    return column;
  }

  #default({ default: value, name, notNull }: ColumnDefinition): ColumnDefault | undefined {
    if (!value) return undefined;
    switch (value.kind) {
      case 'null':
        return notNull
          ? failWith(1067, '42000', `Invalid default value for '${name}'`)
          : { kind: 'value', value: null };
      case 'number':
        return { kind: 'value', value: Number(value.text) };
      case 'string':
        return { kind: 'value', value: value.text };
      case 'boolean':
        return { kind: 'value', value: value.value ? 1 : 0 };
      case 'unary':
        return value.value.kind === 'number'
          ? { kind: 'value', value: -Number(value.value.text) }
          : this.#expression(value);
      default:
        return this.#expression(value);
    }
  }

  #expression(value: Expr): ColumnDefault {
    compile(value, newScope(this.#env));
    return { kind: 'expression', text: this.#sql.slice(value.start, value.end) };
  }

  #withConstraint(table: Table, constraint: TableConstraint): Table {
    switch (constraint.kind) {
      case 'check': {
        const check: Check = {
          name: constraint.name ?? `${table.name}_chk_${table.checks.length + 1}`,
          text: this.#sql.slice(constraint.value.start, constraint.value.end),
        };
        return { ...table, checks: [...table.checks, check] };
      }
      case 'foreign':
        return {
          ...table,
          foreignKeys: [
            ...table.foreignKeys,
            this.#foreignKey(table, constraint.name, constraint.columns, constraint.references),
          ],
          indexes: withForeignIndex(table, constraint.name, constraint.columns),
        };
      default:
        return this.#withIndex(table, constraint);
    }
  }

  #withIndex(
    table: Table,
    constraint: Extract<TableConstraint, { kind: 'primary' | 'unique' | 'index' | 'fulltext' }>,
  ): Table {
    const { kind } = constraint;
    const names = constraint.columns.map(
      ({ name }) =>
        table.columns.find((one) => same(one.name, name))?.name ??
        failWith(1072, '42000', `Key column '${name}' doesn't exist in table`),
    );
    if (kind === 'primary' && table.indexes.some((one) => one.kind === 'primary'))
      failWith(1068, '42000', 'Multiple primary key defined');
    for (const [i, name] of names.entries()) {
      const column = table.columns.find((one) => one.name === name) as Column;
      if (
        /text|blob|json/.test(column.type.base) &&
        kind !== 'fulltext' &&
        constraint.columns[i]?.length === undefined
      )
        failWith(
          1170,
          '42000',
          `BLOB/TEXT column '${name}' used in key specification without a key length`,
        );
    }
    let name = kind === 'primary' ? 'PRIMARY' : (constraint.name ?? names[0] ?? '');
    for (
      let n = 2;
      constraint.name === undefined && table.indexes.some((one) => same(one.name, name));
      n++
    )
      name = `${names[0] ?? ''}_${n}`;
    if (table.indexes.some((one) => same(one.name, name)))
      failWith(1061, '42000', `Duplicate key name '${name}'`);
    const index: Index = {
      name,
      kind,
      columns: names,
      lengths: constraint.columns.map(({ length }) => length),
    };
    const columns =
      kind === 'primary'
        ? table.columns.map((column) =>
            names.includes(column.name) ? { ...column, notNull: true } : column,
          )
        : table.columns;
    return {
      ...table,
      columns,
      indexes: kind === 'primary' ? [index, ...table.indexes] : [...table.indexes, index],
    };
  }

  #foreignKey(
    table: Table,
    name: string | undefined,
    columns: readonly string[],
    { table: parent, columns: references, onDelete, onUpdate }: References,
  ): ForeignKey {
    const database = parent.database ?? table.database;
    const target =
      database === table.database && parent.name === table.name
        ? table
        : this.#instance.store.find(database, parent.name);
    const label = name ?? `${table.name}_ibfk_${table.foreignKeys.length + 1}`;
    if (!target) {
      if (this.#instance.is8)
        failWith(1824, 'HY000', `Failed to open the referenced table '${parent.name}'`);
      failWith(
        this.#instance.isMariadb ? 1005 : 1215,
        'HY000',
        this.#instance.isMariadb
          ? `Can't create table \`${table.database}\`.\`${table.name}\` (errno: 150 "Foreign key constraint is incorrectly formed")`
          : 'Cannot add foreign key constraint',
      );
    }
    for (const column of columns)
      if (!table.columns.some((one) => same(one.name, column)))
        failWith(1072, '42000', `Key column '${column}' doesn't exist in table`);
    const wanted =
      references.length > 0
        ? references
        : (target.indexes.find(({ kind }) => kind === 'primary')?.columns ?? []);
    const isIndexed = target.indexes.some(
      (index) =>
        (index.kind === 'primary' || index.kind === 'unique') &&
        index.columns.length === wanted.length &&
        wanted.every((column, i) => same(index.columns[i] ?? '', column)),
    );
    if (!isIndexed) {
      if (this.#instance.is8)
        failWith(
          this.#instance.number >= 80_400 ? 6125 : 1822,
          'HY000',
          `Failed to add the foreign key constraint. Missing ${this.#instance.number >= 80_400 ? 'unique key' : 'index'} for constraint '${label}' in the referenced table '${parent.name}'`,
        );
      failWith(1215, 'HY000', 'Cannot add foreign key constraint');
    }
    for (const [i, column] of columns.entries()) {
      const own = table.columns.find((one) => same(one.name, column));
      const other = target.columns.find((one) => same(one.name, wanted[i] ?? ''));
      if (own && other && own.type.base !== other.type.base)
        failWith(
          3780,
          'HY000',
          `Referencing column '${own.name}' and referenced column '${other.name}' in foreign key constraint '${label}' are incompatible.`,
        );
    }
    return {
      name: label,
      columns,
      database,
      table: parent.name,
      references: wanted,
      onDelete,
      onUpdate,
    };
  }

  /** Rows that were copied. */
  alter(table: Table, changes: readonly Alteration[]): number {
    if (changes.length === 0) return 0;
    let after = table;
    /** Where each column of the new table comes from. */
    const origins = new Map<string, string>(table.columns.map(({ name }) => [name, name]));
    for (const change of changes) after = this.#altered(after, change, origins);
    return this.#rebuild(table, after, origins);
  }

  #altered(table: Table, change: Alteration, origins: Map<string, string>): Table {
    const { store } = this.#instance;
    const column = (name: string): Column =>
      table.columns.find((one) => same(one.name, name)) ?? unknownColumn(name, table.name);
    const put = (name: string, made: Column): Table => ({
      ...table,
      columns: table.columns.map((one) => (same(one.name, name) ? made : one)),
    });
    switch (change.kind) {
      case 'add-column':
        if (change.ifNotExists && table.columns.some((one) => same(one.name, change.column.name)))
          return table;
        return this.#withColumn(table, change.column, change.place);
      case 'drop-column': {
        if (change.ifExists && !table.columns.some((one) => same(one.name, change.name)))
          return table;
        if (!table.columns.some((one) => same(one.name, change.name)))
          failWith(1091, '42000', `Can't DROP '${change.name}'; check that column/key exists`);
        if (table.columns.length === 1)
          failWith(
            1090,
            '42000',
            "You can't delete all columns with ALTER TABLE; use DROP TABLE instead",
          );
        const indexes = table.indexes
          .map((index) => ({
            ...index,
            columns: index.columns.filter((name) => !same(name, change.name)),
          }))
          .filter(({ columns }) => columns.length > 0);
        return {
          ...table,
          columns: table.columns.filter((one) => !same(one.name, change.name)),
          indexes,
        };
      }
      case 'change-column': {
        const before = column(change.name);
        if (
          !same(change.name, change.column.name) &&
          table.columns.some((one) => same(one.name, change.column.name))
        )
          failWith(1060, '42S21', `Duplicate column name '${change.column.name}'`);
        const made = this.#column(change.column);
        const isKey = table.indexes.some(
          (index) => index.kind === 'primary' && index.columns.includes(before.name),
        );
        origins.set(made.name, origins.get(before.name) ?? before.name);
        let changed = renamed(
          put(change.name, { ...made, notNull: made.notNull || isKey }),
          before.name,
          made.name,
        );
        changed = this.#withKeys(changed, change.column);
        if (change.place === undefined) return changed;
        const rest = changed.columns.filter(({ name }) => name !== made.name);
        const at =
          change.place === ''
            ? 0
            : rest.findIndex((one) => same(one.name, change.place as string)) + 1;
        rest.splice(at, 0, { ...made, notNull: made.notNull || isKey });
        return { ...changed, columns: rest };
      }
      case 'rename-column': {
        const before = column(change.name);
        if (table.columns.some((one) => same(one.name, change.to)))
          failWith(1060, '42S21', `Duplicate column name '${change.to}'`);
        origins.set(change.to, origins.get(before.name) ?? before.name);
        return renamed(put(change.name, { ...before, name: change.to }), before.name, change.to);
      }
      case 'column-default':
        return put(change.name, {
          ...column(change.name),
          default: this.#default({
            name: change.name,
            type: column(change.name).type,
            default: change.default,
          }),
        });
      case 'add-constraint':
        return this.#withConstraint(table, change.constraint);
      case 'drop-index': {
        const isForeign =
          change.what === 'foreign' ||
          (change.what === 'constraint' &&
            table.foreignKeys.some(({ name }) => same(name, change.name)));
        const kept = {
          ...table,
          indexes: isForeign
            ? table.indexes
            : table.indexes.filter(({ name }) => !same(name, change.name)),
          foreignKeys: isForeign
            ? table.foreignKeys.filter(({ name }) => !same(name, change.name))
            : table.foreignKeys,
          checks:
            change.what === 'constraint'
              ? table.checks.filter(({ name }) => !same(name, change.name))
              : table.checks,
        };
        if (
          kept.indexes.length === table.indexes.length &&
          kept.foreignKeys.length === table.foreignKeys.length &&
          kept.checks.length === table.checks.length
        )
          failWith(1091, '42000', `Can't DROP '${change.name}'; check that column/key exists`);
        return kept;
      }
      case 'rename-table': {
        const database = this.#env.databaseOf(change.to.database ?? table.database);
        if (!store.hasDatabase(database)) unknownDatabase(database);
        if (store.find(database, change.to.name)) tableExists(change.to.name);
        return { ...table, database, name: change.to.name };
      }
      case 'auto-increment':
        store.setCounter(table, change.value);
        return table;
      case 'option':
        return { ...table, options: { ...table.options, [change.name]: change.value } };
      case 'column-type':
      case 'column-null':
        return table;
    }
  }

  #rebuild(before: Table, after: Table, origins: ReadonlyMap<string, string>): number {
    const { store } = this.#instance;
    const rules = mysqlRules(this.#instance, this.#env, () => {}, false);
    this.#checkAuto(after);
    const old = before.columns.map(({ name }) => name);
    const rows = store.rows(before).map((row, n) =>
      after.columns.map((column) => {
        const origin = origins.get(column.name);
        if (origin !== undefined && old.includes(origin))
          return rules.coerce(row[old.indexOf(origin)] ?? null, column, after, n + 1);
        if (column.autoIncrement) {
          const value = store.counter(before);
          store.setCounter(before, value + 1);
          return value;
        }
        const preset = rules.defaultOf(column, after);
        return preset === undefined
          ? implicit(typeOf(column.type))
          : preset === null
            ? null
            : rules.coerce(preset, column, after, n + 1);
      }),
    );
    this.#checkUnique(after, rows);
    store.replaceTable(before, after, rows);
    if (before.name !== after.name || before.database !== after.database)
      this.#instance.directory.removeTable(before.database, before.name);
    this.#instance.save(store.find(after.database, after.name) as Table);
    return rows.length;
  }

  #checkUnique(table: Table, rows: readonly (readonly SqlValue[])[]): void {
    for (const index of table.indexes) {
      if (index.kind !== 'primary' && index.kind !== 'unique') continue;
      const seen = new Set<string>();
      for (const row of rows) {
        const values = index.columns.map(
          (name) => row[table.columns.findIndex((one) => one.name === name)] ?? null,
        );
        if (values.includes(null)) continue;
        const key = JSON.stringify(values).toLowerCase();
        if (seen.has(key))
          mysqlRules(this.#instance, this.#env, () => {}, false).duplicate(index, table, values);
        seen.add(key);
      }
    }
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function renamed(table: Table, from: string, to: string): Table {
  const swap = (names: readonly string[]): readonly string[] =>
    names.map((name) => (name === from ? to : name));
  return {
    ...table,
    indexes: table.indexes.map((index) => ({ ...index, columns: swap(index.columns) })),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, columns: swap(key.columns) })),
  };
}

/** A foreign key needs an index on its own side; InnoDB makes it. */
function withForeignIndex(
  table: Table,
  name: string | undefined,
  columns: readonly string[],
): readonly Index[] {
  const has = table.indexes.some((index) =>
    columns.every((column, i) => same(index.columns[i] ?? '', column)),
  );
  return has
    ? table.indexes
    : [...table.indexes, { name: name ?? (columns[0] as string), kind: 'index', columns }];
}

function implicit({ kind }: ValueType): SqlValue {
  return kind === 'int' || kind === 'decimal' || kind === 'double'
    ? 0
    : kind === 'date'
      ? '0000-00-00'
      : kind === 'datetime'
        ? '0000-00-00 00:00:00'
        : '';
}

function selectedColumn(name: string, type: ValueType): Column {
  const declared = type.declared ?? {
    base:
      type.kind === 'int'
        ? 'bigint'
        : type.kind === 'decimal'
          ? 'decimal'
          : type.kind === 'double'
            ? 'double'
            : type.kind === 'date'
              ? 'date'
              : type.kind === 'datetime'
                ? 'datetime'
                : 'varchar',
    args: type.kind === 'decimal' ? [20, type.scale ?? 0] : type.kind === 'string' ? [255] : [],
  };
  return { name, type: declared, notNull: false };
}
