/**
 * One line of comma-separated fields, with quotes.
 *
 * Real: encoding/csv (Reader.Read)
 */
export function csvFields(line: string): string[] {
  if (line === '') throw new Error('EOF');
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    if (!rest.startsWith('"')) {
      const comma = rest.indexOf(',');
      const field = comma < 0 ? rest : rest.slice(0, comma);
      const quote = field.indexOf('"');
      if (quote >= 0) {
        const column = line.length - rest.length + quote + 1;
        throw new Error(`parse error on line 1, column ${column}: bare " in non-quoted-field`);
      }
      fields.push(field);
      if (comma < 0) return fields;
      rest = rest.slice(comma + 1);
      continue;
    }
    const quoted = /^"((?:[^"]|"")*)"(,|$)/.exec(rest);
    if (quoted === null) {
      throw new Error(
        `parse error on line 1, column ${line.length + 1}: extraneous or missing " in quoted-field`,
      );
    }
    fields.push((quoted[1] ?? '').replaceAll('""', '"'));
    rest = rest.slice(quoted[0].length);
    if (quoted[2] === '') return fields;
  }
}

/** `key=value` cut at the first `=`. */
export function cut(text: string, separator: string = '='): readonly [string, string, boolean] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, '', false] : [text.slice(0, at), text.slice(at + separator.length), true];
}
