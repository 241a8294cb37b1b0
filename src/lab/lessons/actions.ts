/**
 * Reads actions (`run`, `solution`, `start`, the attempts of `wrong`) from their YAML.
 */
import type { Reader } from './schema.ts';
import type { Action, Entry, FaultKind } from './types.ts';

const FAULTS: readonly FaultKind[] = ['crash', 'restart', 'partition', 'heal'];
const KEYS = [
  'on',
  'run',
  'fails',
  'input',
  'capture',
  'type',
  'fault',
  'wait',
  'until',
  'matches',
  'within',
  'write',
  'text',
] as const;
type Fields = Record<(typeof KEYS)[number], Reader>;

const WITHIN_MS = 60_000;

/** What goes with what: an action is told by its verb, and every other key must belong to it. */
const VERBS: readonly { readonly verb: keyof Fields; readonly takes: readonly (keyof Fields)[] }[] =
  [
    { verb: 'run', takes: ['on', 'fails', 'input', 'capture'] },
    { verb: 'type', takes: ['on'] },
    { verb: 'fault', takes: ['on'] },
    { verb: 'wait', takes: [] },
    { verb: 'until', takes: ['on', 'matches', 'within'] },
    { verb: 'write', takes: ['on', 'text'] },
  ];

export function readActions(reader: Reader, machines: readonly string[]): Action[] {
  return reader.list((item) => readAction(item, machines)).filter((action) => action !== null);
}

function readAction(reader: Reader, machines: readonly string[]): Action | null {
  const fields = reader.fields(KEYS);
  const verbs = VERBS.filter(({ verb }) => !fields[verb].isAbsent);
  const chosen = verbs[0];
  if (chosen === undefined || verbs.length > 1) {
    reader.complain(`an action needs one of ${VERBS.map(({ verb }) => verb).join(', ')}`);
    return null;
  }
  for (const key of KEYS) {
    const belongs = key === chosen.verb || chosen.takes.includes(key);
    if (!belongs && !fields[key].isAbsent)
      fields[key].complain(`"${key}" does not go with "${chosen.verb}"`);
  }
  return build(chosen.verb, fields, machines);
}

function build(verb: keyof Fields, fields: Fields, machines: readonly string[]): Action | null {
  switch (verb) {
    case 'run':
      return {
        kind: 'command',
        machine: readMachine(fields, machines),
        text: fields.run.text(),
        fails: fields.fails.flag(),
        input: fields.input.textList().map(readEntry),
        capture: readCapture(fields.capture),
      };
    case 'type':
      return { kind: 'typed', machine: readMachine(fields, machines), text: fields.type.text() };
    case 'fault':
      return {
        kind: 'fault',
        fault: fields.fault.oneOf(FAULTS, 'crash'),
        machines: readMachines(fields, machines),
      };
    case 'wait':
      return { kind: 'wait', ms: readDuration(fields.wait, 0) };
    case 'until':
      return {
        kind: 'until',
        machine: readMachine(fields, machines),
        text: fields.until.text(),
        matches: readPattern(fields.matches),
        withinMs: readDuration(fields.within, WITHIN_MS),
      };
    case 'write':
      return {
        kind: 'write',
        machine: readMachine(fields, machines),
        path: fields.write.text(),
        text: fields.text.rawText(),
      };
    default:
      return null;
  }
}

function readMachine(fields: Fields, machines: readonly string[]): string {
  const name = fields.on.text();
  if (!machines.includes(name)) fields.on.complain(`"${name}" is none of the lesson's machines`);
  return name;
}

function readMachines(fields: Fields, machines: readonly string[]): string[] {
  const names = fields.on.isText ? [fields.on.text()] : fields.on.textList();
  if (names.length === 0) fields.on.complain('a fault needs "on": one machine or a list');
  for (const name of names) {
    if (!machines.includes(name)) fields.on.complain(`"${name}" is none of the lesson's machines`);
  }
  return names;
}

/** `Ctrl-P Ctrl-Q` are keys; anything else is a line. */
function readEntry(text: string): Entry {
  if (!/^Ctrl-[A-Z]( Ctrl-[A-Z])*$/.test(text)) return { say: text, keys: `${text}\r` };
  const keys = text.split(' ').map((key) => String.fromCharCode(key.charCodeAt(5) - 64));
  return { say: text, keys: keys.join('') };
}

function readCapture(reader: Reader): Record<string, string> {
  const captures = reader.texts();
  for (const [name, pattern] of Object.entries(captures)) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name))
      reader.complain(`"${name}" is no name for a capture (A_Z, 0-9)`);
    checkPattern(reader, pattern);
  }
  return captures;
}

function readPattern(reader: Reader): string {
  const pattern = reader.text();
  if (pattern === '') reader.complain('"matches" is missing');
  checkPattern(reader, pattern);
  return pattern;
}

function checkPattern(reader: Reader, pattern: string): void {
  try {
    new RegExp(pattern, 'm');
  } catch {
    reader.complain(`"${pattern}" is no regular expression`);
  }
}

/** `500ms`, `10s`, `2m`. */
function readDuration(reader: Reader, otherwise: number): number {
  if (reader.isAbsent) return otherwise;
  const match = /^(\d{1,6})(ms|s|m)$/.exec(reader.text());
  if (match === null) {
    reader.complain('a time such as 500ms, 10s or 2m was expected');
    return otherwise;
  }
  const unit = { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
  return Number(match[1]) * unit;
}
