/**
 * YAML text as plain values; what is wrong with it in the words of Go's parser.
 *
 * Real:     gopkg.in/yaml.v3
 * Left out: the rarer complaints of the scanner, which say what the library here says.
 */
import { LineCounter, parseDocument, stringify } from 'yaml';
import { StatusError } from '../../../errors.ts';

export function parseYAML(text: string): unknown {
  const tab = /^[ ]*\t[ \t]*\S/m.exec(text);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, uniqueKeys: true });
  const error = document.errors[0];
  if (error === undefined) return document.toJS() as unknown;
  const line = lines.linePos(error.pos[0]).line;
  if (error.code === 'DUPLICATE_KEY') throw duplicate(text, line);
  if (tab !== null && error.code !== 'MULTILINE_IMPLICIT_KEY') {
    const at = text.slice(0, tab.index).split('\n').length;
    throw new StatusError(`yaml: line ${at}: found character that cannot start any token`);
  }
  // A key that runs over its line: Go names the line where the mapping begins.
  const multiline = document.errors.find((one) => one.code === 'MULTILINE_IMPLICIT_KEY');
  const end = multiline === undefined ? line : lines.linePos(multiline.pos[1]).line;
  throw new StatusError(`yaml: line ${end}: ${reason(error.code, error.message)}`);
}

function reason(code: string, message: string): string {
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BAD_INDENT':
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return 'mapping values are not allowed in this context';
    case 'MISSING_CHAR':
      return message.includes('quote')
        ? 'found unexpected end of stream'
        : message.includes('implicit')
          ? "could not find expected ':'"
          : "did not find expected ',' or ']'";
    case 'TAB_AS_INDENT':
      return 'found character that cannot start any token';
    default:
      return message.split('\n')[0] ?? '';
  }
}

function duplicate(text: string, line: number): StatusError {
  const rows = text.split('\n');
  const row = rows[line - 1] ?? '';
  const key = row.trim().split(':')[0] ?? '';
  const indent = row.length - row.trimStart().length;
  let first = line - 1;
  for (let i = line - 2; i >= 0; i -= 1) {
    const other = rows[i] ?? '';
    if (other.length - other.trimStart().length !== indent) continue;
    if ((other.trim().split(':')[0] ?? '') === key) first = i + 1;
  }
  return new StatusError(
    `yaml: unmarshal errors:\n  line ${line}: mapping key "${key}" already defined at line ${first}`,
  );
}

export function toYAML(value: unknown): string {
  return stringify(value, { lineWidth: 0, indentSeq: true, nullStr: 'null', version: '1.1' });
}
