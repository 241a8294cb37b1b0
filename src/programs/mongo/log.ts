/**
 * The server's log lines: JSON since 4.4, columns before.
 *
 * Real: mongo src/mongo/logv2.
 */
import { rfc3339 } from '../../sim/index.ts';
import { encode } from './bson.ts';
import type { ObjectValue } from '../javascript/values.ts';

export interface Line {
  readonly severity: 'I' | 'W' | 'E' | 'F';
  readonly component: string;
  readonly id: number;
  readonly context: string;
  readonly message: string;
  /** The attributes of the JSON form. */
  readonly attributes?: ObjectValue;
  /** What the older form says, when it says it otherwise; undefined: the message. */
  readonly old?: string;
}

export function formatLine(line: Line, unixMs: number, isStructured: boolean): string {
  const { severity, component, id, context, message, attributes, old } = line;
  const moment = rfc3339(unixMs).slice(0, 19);
  const ms = String(unixMs % 1000).padStart(3, '0');
  if (!isStructured)
    return `${moment}.${ms}+0000 ${severity}  ${component.padEnd(8)} [${context}] ${old ?? message}\n`;
  const quotedComponent = `"${component}",`.padEnd(11);
  const attr = attributes ? `,"attr":${encode(attributes)}` : '';
  return `{"t":{"$date":"${moment}.${ms}+00:00"},"s":"${severity}",  "c":${quotedComponent} "id":${`${id},`.padEnd(9)}"ctx":"${context}","msg":${JSON.stringify(message)}${attr}}\n`;
}
