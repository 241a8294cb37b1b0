/** Results as the mysql client shows them: boxes, `\G`, tabs. Real: client/mysql.cc (print_table_data, print_table_data_vertically, print_tab_data). */
import { cellWidth } from '../../sim/index.ts';
import type { Reply } from './protocol.ts';

type Rows = Extract<Reply, { type: 'rows' }>;

export function boxed({ fields, rows }: Rows, showsNames: boolean): string {
  const widths = fields.map(({ name }, i) =>
    rows.reduce(
      (width, row) => Math.max(width, cellWidth(row[i] ?? 'NULL')),
      showsNames ? cellWidth(name) : 0,
    ),
  );
  const line = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const left = (text: string, i: number): string =>
    text + ' '.repeat(Math.max(0, (widths[i] ?? 0) - cellWidth(text)));
  const right = (text: string, i: number): string =>
    ' '.repeat(Math.max(0, (widths[i] ?? 0) - cellWidth(text))) + text;
  const head = showsNames
    ? `| ${fields.map(({ name }, i) => left(name, i)).join(' | ')} |\n${line}`
    : '';
  const body = rows
    .map(
      (row) =>
        `| ${row.map((value, i) => (fields[i]?.isNumber && value !== null ? right(value, i) : fields[i]?.isNumber ? right('NULL', i) : left(value ?? 'NULL', i))).join(' | ')} |\n`,
    )
    .join('');
  return line + head + body + line;
}

export function vertical({ fields, rows }: Rows, showsNames: boolean): string {
  const width = Math.max(0, ...fields.map(({ name }) => cellWidth(name)));
  return rows
    .map(
      (row, n) =>
        `${'*'.repeat(27)} ${n + 1}. row ${'*'.repeat(27)}\n${row.map((value, i) => `${showsNames ? `${' '.repeat(width - cellWidth(fields[i]?.name ?? ''))}${fields[i]?.name ?? ''}: ` : ''}${value ?? 'NULL'}\n`).join('')}`,
    )
    .join('');
}

export function tabbed({ fields, rows }: Rows, showsNames: boolean, isRaw: boolean): string {
  const escaped = (value: string | null): string =>
    value === null
      ? 'NULL'
      : isRaw
        ? value
        : value
            .replace(/\\/g, '\\\\')
            .replace(/\t/g, '\\t')
            .replace(/\n/g, '\\n')
            .replace(/\0/g, '\\0');
  return (
    (showsNames && fields.length > 0 ? `${fields.map(({ name }) => name).join('\t')}\n` : '') +
    rows.map((row) => `${row.map(escaped).join('\t')}\n`).join('')
  );
}

/** `1 row in set (0.00 sec)`. */
export function summary(
  reply: Exclude<Reply, { type: 'error' }>,
  elapsedMs: number,
  isMariadb: boolean,
): string {
  const seconds = elapsedMs / 1000;
  const time = isMariadb
    ? `(${seconds.toFixed(3)} sec)`
    : seconds >= 60
      ? `(${Math.floor(seconds / 60)} min ${(seconds % 60).toFixed(2)} sec)`
      : `(${seconds.toFixed(2)} sec)`;
  const warned =
    reply.warnings > 0 ? `, ${reply.warnings} warning${reply.warnings === 1 ? '' : 's'}` : '';
  if (reply.type === 'rows')
    return reply.rows.length === 0
      ? `Empty set${warned} ${time}\n`
      : `${reply.rows.length} row${reply.rows.length === 1 ? '' : 's'} in set${warned} ${time}\n`;
  return `Query OK, ${reply.affected} row${reply.affected === 1 ? '' : 's'} affected${warned} ${time}\n${reply.info === '' ? '' : `${reply.info}\n`}`;
}
