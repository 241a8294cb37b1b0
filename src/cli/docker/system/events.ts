/**
 * `docker events`.
 *
 * Real: docker/cli cli/command/system/events.go
 */
import { JSONLines, filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { fromJSON } from '../../formatter/govalue.ts';
import { compile, run } from '../../formatter/template/exec.ts';
import { TemplateError } from '../../formatter/template/lex.ts';
import type { Template } from '../../formatter/template/parse.ts';
import { civil, read } from '../../process.ts';
import { apiTimestamp } from '../timestamps.ts';

interface EventMessage {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: Readonly<Record<string, string>> };
  readonly time?: number;
  readonly timeNano?: number;
}

export const runEvents: Run = function* (cli, { flags }) {
  const template = templateOf(flags.string('format'));
  const response = yield* cli.client.request('GET', '/events', {
    query: {
      since: apiTimestamp(cli, flags.string('since')),
      until: apiTimestamp(cli, flags.string('until')),
      filters: filtersQuery(flags.get('filter') as ReadonlyMap<string, readonly string[]>),
    },
  });
  const lines = new JSONLines(response.body);
  try {
    for (;;) {
      const event = (yield* lines.next(read)) as EventMessage | undefined;
      if (event === undefined) return;
      const text =
        template === undefined
          ? eventText(event)
          : run(template, fromJSON(event, 'events.Message'));
      yield* cli.println(text);
    }
  } finally {
    response.close();
  }
};

/** Tried on an empty event, so that a wrong field fails before the first one. */
function templateOf(format: string): Template | undefined {
  if (format === '') return undefined;
  try {
    const template = compile(format === 'json' ? '{{json .}}' : format);
    run(template, fromJSON({}, '*events.Message'));
    return template;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new StatusError(`Error parsing format: ${error.message}`, 64);
  }
}

function eventText(event: EventMessage): string {
  const attributes = Object.entries(event.Actor.Attributes ?? {})
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`);
  const details = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  return `${timeText(event)}${event.Type} ${event.Action} ${event.Actor.ID}${details}`;
}

/** RFC 3339 with all nine digits of the second's fraction. */
function timeText({ time = 0, timeNano = 0 }: EventMessage): string {
  if (time === 0 && timeNano === 0) return '';
  const seconds = timeNano === 0 ? time : Math.floor(timeNano / 1e9);
  const fraction = timeNano === 0 ? 0 : timeNano - seconds * 1e9;
  const c = civil(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
  return `${c.year}-${two(c.month)}-${two(c.day)}T${clock}.${String(fraction).padStart(9, '0')}Z `;
}
