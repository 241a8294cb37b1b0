/**
 * A recording with other names and other published ports, in commands, files and answers alike. The lab knows no
 * scenario by its names, so it must answer to the renamed one as it does to the original.
 *
 * New names are as long as the old ones and sort alike, so that tables keep their layout and their order.
 */
import type { Recording } from './recording.ts';

const NAMES: readonly (readonly [from: string, to: string])[] = [
  ['web', 'wex'],
  ['cache(?! sources)', 'cabin'],
  ['agent', 'aisle'],
  ['solo', 'sofa'],
  ['crash', 'crane'],
  ['pinger', 'pirate'],
  ['net', 'nat'],
  ['app', 'apt'],
];

type Rule = readonly [RegExp, string];

const RULES: readonly Rule[] = [
  [/(?<![A-Za-z0-9-])manager(?=\d)/g, 'captain'],
  [/(?<![A-Za-z0-9-])worker(?=\d)/g, 'porter'],
  ...NAMES.map(([from, to]): Rule => [
    new RegExp(
      `(?<![A-Za-z0-9/]|(?<!\\blb)-)${from}(?=\\d?(?:-endpoint\\b|(?![A-Za-z0-9/-])))`,
      'g',
    ),
    to,
  ]),
  [/(?<![\d.])8080(?!\d)/g, '8181'],
  [/(?<![\d.])909(?=[01](?!\d))/g, '919'],
  [
    /(?<=-p |--publish[ =]|published=|published: |\*:|0\.0\.0\.0:|\[::\]:)80(?=[:\->,\s"]|$)/gm,
    '85',
  ],
  [/(?<=port ')80(?=' is already in use)/g, '85'],
  [/(?<="PublishedPort": ?|PublishedPort = )80(?!\d)/g, '85'],
];

export function renamed(recording: Recording): Recording {
  const { steps, nodes, ...rest } = recording;
  return { ...rest, ...(rename({ steps, nodes }) as Pick<Recording, 'steps' | 'nodes'>) };
}

function rename(value: unknown): unknown {
  if (typeof value === 'string')
    return RULES.reduce((text, [from, to]) => text.replace(from, to), value);
  if (Array.isArray(value)) return value.map(rename);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [
    key,
    isWord(key) ? part : rename(part),
  ]);
  return Object.fromEntries(entries);
}

/** Words of the scenario format itself: `crash` is a fault, whatever a service is called. */
function isWord(key: string): boolean {
  return key === 'fault';
}
