/**
 * `docker history`.
 *
 * Real: docker/cli cli/command/image/{history,formatter_history}.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { ellipsis, truncateID } from '../../formatter/displayutils.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { humanDuration, humanSize3 } from '../../formatter/units.ts';
import { civil } from '../../process.ts';

interface Item {
  readonly Id: string;
  readonly Created: number;
  readonly CreatedBy: string;
  readonly Size: number;
  readonly Comment: string;
}

/** 2000-01-01: what was created before has no age. */
const EPOCH_SECONDS = 946_684_800;

export const runHistory: Run = function* (cli, { flags, args }) {
  const name = (args[0] ?? '').split('/').map(segment).join('/');
  const items = yield* cli.client.json<Item[]>('GET', `/images/${name}/history`);
  const trunc = !flags.bool('no-trunc');
  const human = flags.bool('human');
  const source = flags.string('format');
  const table = human
    ? columns('ID', 'CreatedSince', 'CreatedBy', 'Size', 'Comment')
    : columns('ID', 'CreatedAt', 'CreatedBy', 'Size', 'Comment');
  const format =
    source === '' || source === 'table' ? (flags.bool('quiet') ? '{{.ID}}' : table) : source;
  yield* cli.out(
    formatList({
      format,
      typeName: '*image.historyContext',
      headers: {
        ID: 'IMAGE',
        CreatedSince: 'CREATED',
        CreatedAt: 'CREATED AT',
        CreatedBy: 'CREATED BY',
        Size: 'SIZE',
        Comment: 'COMMENT',
      },
      rows: items.map((item) => ({
        ID: () => (trunc ? truncateID(item.Id) : item.Id),
        CreatedAt: () => createdAt(item.Created),
        CreatedSince: () => {
          if (!human) return createdAt(item.Created);
          if (item.Created <= EPOCH_SECONDS) return 'N/A';
          return `${humanDuration(cli.nowMs - item.Created * 1000)} ago`;
        },
        CreatedBy: () => {
          const text = item.CreatedBy.replaceAll('\t', ' ');
          return trunc ? ellipsis(text, 45) : text;
        },
        Size: () => (human ? humanSize3(item.Size) : String(item.Size)),
        Comment: () => item.Comment,
      })),
    }),
  );
};

function createdAt(seconds: number): string {
  const c = civil(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${c.year}-${two(c.month)}-${two(c.day)}T${two(c.hour)}:${two(c.minute)}:${two(c.second)}Z`;
}
