/** Tables as MySQL describes them: SHOW CREATE TABLE, SHOW COLUMNS, column types. Real: sql/sql_show.cc. */
import type { TypeName } from '../sql/ast.ts';
import type { Column, Table } from '../sql/store.ts';
import { formatValue, typeOf } from '../sql/types.ts';
import type { Release } from './releases.ts';
import { isAtLeast } from './releases.ts';

const WIDTHS: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [4, 3],
  smallint: [6, 5],
  mediumint: [9, 8],
  int: [11, 10],
  bigint: [20, 20],
};

/** `varchar(20)`, `int unsigned`; before 8.0.19 and in MariaDB integers have a width. */
export function typeText(type: TypeName, release: Release): string {
  const { base, args, values, unsigned, zerofill } = type;
  const sign = `${unsigned ? ' unsigned' : ''}${zerofill ? ' zerofill' : ''}`;
  const width = WIDTHS[base];
  if (width) {
    const isShown =
      release.product === 'mariadb' ||
      !isAtLeast(release, '8.0.19') ||
      (base === 'tinyint' && args[0] === 1) ||
      zerofill;
    return `${base}${isShown ? `(${args[0] ?? width[unsigned ? 1 : 0]})` : ''}${sign}`;
  }
  if (values)
    return `${base}(${values.map((value) => `'${value.replaceAll("'", "''")}'`).join(',')})`;
  if (base === 'decimal') return `decimal(${args[0] ?? 10},${args[1] ?? 0})${sign}`;
  if (base === 'year')
    return release.product === 'mysql' && isAtLeast(release, '8.0.19') ? 'year' : 'year(4)';
  if (base === 'char' || base === 'binary' || base === 'bit') return `${base}(${args[0] ?? 1})`;
  if (base === 'json' && release.product === 'mariadb') return 'longtext';
  return `${base}${args.length > 0 ? `(${args.join(',')})` : ''}${sign}`;
}

export function defaultText(column: Column, release: Release): string | null {
  const { default: preset } = column;
  if (!preset) return null;
  if (preset.kind === 'value') return formatValue(preset.value, typeOf(column.type));
  if (/^(now|current_timestamp|localtime|localtimestamp)\b/i.test(preset.text))
    return release.product === 'mariadb' ? 'current_timestamp()' : 'CURRENT_TIMESTAMP';
  return preset.text;
}

/** What SHOW COLUMNS says in `Key`. */
export function keyText(table: Table, column: Column): string {
  const has = (kind: string, isAlone: boolean): boolean =>
    table.indexes.some(
      (index) =>
        index.kind === kind &&
        index.columns[0] === column.name &&
        (!isAlone || index.columns.length === 1),
    );
  if (
    table.indexes.some((index) => index.kind === 'primary' && index.columns.includes(column.name))
  )
    return 'PRI';
  if (has('unique', true)) return 'UNI';
  return has('unique', false) || has('index', false) || has('fulltext', false) ? 'MUL' : '';
}

export function extraText(column: Column, release: Release): string {
  const parts: string[] = [];
  if (column.autoIncrement) parts.push('auto_increment');
  if (
    column.default?.kind === 'expression' &&
    release.product === 'mysql' &&
    isAtLeast(release, '8.0.0')
  )
    parts.push('DEFAULT_GENERATED');
  if (column.onUpdateNow)
    parts.push(
      release.product === 'mariadb'
        ? 'on update current_timestamp()'
        : 'on update CURRENT_TIMESTAMP',
    );
  return parts.join(' ');
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export interface CharsetNames {
  readonly charset: string;
  readonly collation: string;
}

export function createTableText(
  table: Table,
  release: Release,
  defaults: CharsetNames,
  counter: number,
): string {
  const lines = table.columns.map((column) => `  ${columnText(column, release)}`);
  for (const index of table.indexes) {
    const columns = index.columns
      .map(
        (name, i) =>
          `${quoted(name)}${index.lengths?.[i] === undefined ? '' : `(${index.lengths[i]})`}`,
      )
      .join(',');
    const word = {
      primary: 'PRIMARY KEY',
      unique: `UNIQUE KEY ${quoted(index.name)}`,
      index: `KEY ${quoted(index.name)}`,
      fulltext: `FULLTEXT KEY ${quoted(index.name)}`,
    }[index.kind];
    lines.push(`  ${word} (${columns})`);
  }
  for (const key of table.foreignKeys) {
    const place =
      key.database === table.database
        ? quoted(key.table)
        : `${quoted(key.database)}.${quoted(key.table)}`;
    lines.push(
      `  CONSTRAINT ${quoted(key.name)} FOREIGN KEY (${key.columns.map(quoted).join(', ')}) REFERENCES ${place} (${key.references.map(quoted).join(', ')})${key.onDelete && key.onDelete !== 'NO ACTION' && key.onDelete !== 'RESTRICT' ? ` ON DELETE ${key.onDelete}` : ''}${key.onUpdate && key.onUpdate !== 'NO ACTION' && key.onUpdate !== 'RESTRICT' ? ` ON UPDATE ${key.onUpdate}` : ''}`,
    );
  }
  for (const check of table.checks)
    lines.push(`  CONSTRAINT ${quoted(check.name)} CHECK (${check.text})`);
  const auto =
    table.columns.some(({ autoIncrement }) => autoIncrement) && counter > 1
      ? ` AUTO_INCREMENT=${counter}`
      : '';
  const charset = table.options['CHARSET'] ?? defaults.charset;
  const collation =
    table.options['COLLATE'] ?? (charset === defaults.charset ? defaults.collation : undefined);
  const showsCollation =
    collation !== undefined &&
    (release.product === 'mariadb'
      ? isAtLeast(release, '10.6.0') || table.options['COLLATE'] !== undefined
      : isAtLeast(release, '8.0.0') || table.options['COLLATE'] !== undefined) &&
    (charset === 'utf8mb4' || table.options['COLLATE'] !== undefined);
  const comment = table.options['COMMENT'] ? ` COMMENT='${table.options['COMMENT']}'` : '';
  return `CREATE TABLE ${quoted(table.name)} (\n${lines.join(',\n')}\n) ENGINE=${engineName(table)}${auto} DEFAULT CHARSET=${charset}${showsCollation ? ` COLLATE=${collation}` : ''}${comment}`;
}

export function engineName(table: Table): string {
  const name = (table.options['ENGINE'] ?? 'InnoDB').toLowerCase();
  return (
    {
      innodb: 'InnoDB',
      myisam: 'MyISAM',
      memory: 'MEMORY',
      aria: 'Aria',
      csv: 'CSV',
      archive: 'ARCHIVE',
    }[name] ?? 'InnoDB'
  );
}

function columnText(column: Column, release: Release): string {
  const collation = column.type.collation ? ` COLLATE ${column.type.collation}` : '';
  const charset = column.type.charset ? ` CHARACTER SET ${column.type.charset}` : '';
  let text = `${quoted(column.name)} ${typeText(column.type, release)}${charset}${collation}`;
  if (column.notNull) text += ' NOT NULL';
  else if (column.type.base === 'timestamp') text += ' NULL';
  const preset = defaultText(column, release);
  const isText = /text|blob|json/.test(column.type.base);
  if (column.default?.kind === 'expression')
    text += ` DEFAULT ${/^current_timestamp/i.test(preset ?? '') ? preset : `(${preset})`}`;
  else if (preset !== null)
    text += ` DEFAULT ${release.product === 'mariadb' && typeof column.default?.value === 'number' ? preset : `'${preset.replaceAll("'", "''")}'`}`;
  else if (!column.notNull && !column.autoIncrement && (!isText || release.product === 'mariadb'))
    text += ' DEFAULT NULL';
  else if (!column.notNull && isText) text += '';
  if (column.onUpdateNow)
    text += ` ON UPDATE ${release.product === 'mariadb' ? 'current_timestamp()' : 'CURRENT_TIMESTAMP'}`;
  if (column.autoIncrement) text += ' AUTO_INCREMENT';
  if (column.comment) text += ` COMMENT '${column.comment.replaceAll("'", "''")}'`;
  return text;
}
