/** The blocks in a card: tasks and containers of their own, as rows, as chips or as dots, whatever fits. */
import type { ContainerView, MachineView, ServiceView } from '../../../lab/index.ts';
import { STAGE } from '../strings.ts';
import type { Box } from './curves.ts';
import { fit, type Metrics, textWidth } from './measure.ts';
import { type DrawnTask, hasEnded } from './tasks.ts';

export type BlockStyle = 'row' | 'tight' | 'chip' | 'dot';

export interface Block extends Box {
  readonly key: string;
  readonly style: BlockStyle;
  readonly label: string;
  /** Docker's word for the state. */
  readonly word: string;
  /** There is room for the word. */
  readonly hasWord: boolean;
  readonly notes: readonly string[];
  readonly drawn: DrawnTask | undefined;
  readonly container: ContainerView | undefined;
  /** Of the service's colour; undefined for a container of its own. */
  readonly color: number | undefined;
}

/** What a block is made from, before there is a place for it. */
export interface Content {
  readonly key: string;
  readonly label: string;
  readonly word: string;
  readonly notes: readonly string[];
  readonly presence: number;
  readonly color: number | undefined;
  readonly drawn: DrawnTask | undefined;
  readonly container: ContainerView | undefined;
}

export interface Room extends Box {
  readonly style: BlockStyle;
  readonly metrics: Metrics;
}

export const COLORS = 6;

export function contentsOf(
  machine: MachineView,
  drawn: readonly DrawnTask[],
  services: ReadonlyMap<string, ServiceView>,
): readonly Content[] {
  const own = machine.containers.filter(({ taskID }) => taskID === undefined);
  return [
    ...drawn.toSorted((a, b) => byPlace(a, b, services)).map((one) => taskContent(one, services)),
    ...own.map(containerContent),
  ];
}

function byPlace(a: DrawnTask, b: DrawnTask, services: ReadonlyMap<string, ServiceView>): number {
  const index = (one: DrawnTask): number => services.get(one.task.serviceID)?.index ?? 0;
  return (
    index(a) - index(b) ||
    a.task.slot - b.task.slot ||
    a.task.createdAtMs - b.task.createdAtMs ||
    (a.task.id < b.task.id ? -1 : 1)
  );
}

export function taskContent(drawn: DrawnTask, services: ReadonlyMap<string, ServiceView>): Content {
  const { task, phase, isNew, presence } = drawn;
  const word = capitalised(task.state);
  const desired = STAGE.desired(capitalised(task.desiredState));
  const notes =
    phase === 'lost'
      ? [...(task.desiredState === 'running' ? [] : [desired]), STAGE.lastReport(word)]
      : phase === 'ending'
        ? [desired]
        : isNew
          ? [STAGE.newTask(task.slot)]
          : [];
  return {
    key: `task:${task.id}`,
    label: task.slot > 0 ? task.name : task.service,
    word: phase === 'lost' ? '' : word,
    notes,
    presence,
    color: (services.get(task.serviceID)?.index ?? 0) % COLORS,
    drawn,
    container: undefined,
  };
}

function containerContent(container: ContainerView): Content {
  return {
    key: `container:${container.id}`,
    label: container.name,
    word: capitalised(container.state),
    notes: [],
    presence: 1,
    color: undefined,
    drawn: undefined,
    container,
  };
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** What stays when room is short: ended tasks make way first. */
function isFleeting(content: Content): boolean {
  return (
    content.drawn !== undefined && hasEnded(content.drawn.task) && content.drawn.phase !== 'live'
  );
}

/** The height that the lasting blocks ask for in a style. */
export function heightOf(
  contents: readonly Content[],
  { style, metrics, width }: Pick<Room, 'style' | 'metrics' | 'width'>,
): number {
  // Words that come and go with a new task must not push cards about: they use what room there is.
  const steady = lastingOf(contents).map((one) => (one.drawn?.isNew ? { ...one, notes: [] } : one));
  return fullHeight(steady, { metrics }, cellOf(style, metrics, width));
}

export function lastingOf(contents: readonly Content[]): readonly Content[] {
  return contents.filter((content) => !isFleeting(content));
}

function fullHeight(
  contents: readonly Content[],
  { metrics }: Pick<Room, 'metrics'>,
  cell: Cell,
): number {
  if (cell.perRow > 1) return Math.ceil(contents.length / cell.perRow) * (cell.height + cell.gap);
  const heights = contents.map((one) => (rowHeight(one, cell, metrics) + cell.gap) * one.presence);
  return heights.reduce((sum, height) => sum + height, 0);
}

interface Cell {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  readonly perRow: number;
  readonly hasNotes: boolean;
}

function cellOf(style: BlockStyle, metrics: Metrics, width: number): Cell {
  if (style === 'row')
    return { width, height: metrics.row, gap: metrics.rowGap, perRow: 1, hasNotes: true };
  if (style === 'tight')
    return { width, height: metrics.line + 5, gap: 3, perRow: 1, hasNotes: false };
  if (style === 'dot') {
    const side = width >= 56 ? 11 : width >= 18 ? 7 : Math.min(4, width);
    const gap = width >= 56 ? 4 : 2;
    const perRow = Math.max(1, Math.floor((width + gap) / (side + gap)));
    return { width: side, height: side, gap, perRow, hasNotes: false };
  }
  const wanted = metrics.mono * 0.52 * 6 + metrics.text + 16;
  const perRow = Math.max(1, Math.floor((width + 4) / (wanted + 4)));
  const cellWidth = (width - (perRow - 1) * 4) / perRow;
  return { width: cellWidth, height: metrics.line + 3, gap: 4, perRow, hasNotes: false };
}

function rowHeight(content: Content, cell: Cell, metrics: Metrics): number {
  const notes = cell.hasNotes ? content.notes.length * metrics.line : 0;
  const isFramed = content.drawn?.phase === 'lost' && notes > 0;
  return cell.height + notes + (isFramed ? 4 : 0);
}

/** Places what fits; the number of those that do not. */
export function placed(
  contents: readonly Content[],
  room: Room,
): { readonly blocks: readonly Block[]; readonly more: number } {
  const cell = cellOf(room.style, room.metrics, room.width);
  const shown =
    room.height + cell.gap >= fullHeight(contents, room, cell) ? contents : lastingOf(contents);
  return cell.perRow > 1 ? inCells(shown, room, cell) : inRows(shown, room, cell);
}

function inRows(
  contents: readonly Content[],
  room: Room,
  cell: Cell,
): { readonly blocks: readonly Block[]; readonly more: number } {
  const { metrics } = room;
  const blocks: Block[] = [];
  let y = room.y;
  const bottom = room.y + room.height + 1;
  for (const [index, content] of contents.entries()) {
    const left = contents.length - index;
    let notes = cell.hasNotes ? content.notes : [];
    let height = rowHeight(content, cell, metrics) * content.presence;
    const reserve = left > 1 ? metrics.line : 0;
    if (y + height + reserve > bottom && notes.length > 0) {
      notes = [];
      height = cell.height * content.presence;
    }
    if (y + height > bottom) return { blocks, more: left };
    const needsMore = left > 1 && y + height + cell.gap + cell.height > bottom;
    if (needsMore && !isFleeting(content) && y + height + metrics.line > bottom)
      return { blocks, more: left };
    blocks.push(blockOf({ ...content, notes }, room, { x: room.x, y, width: cell.width, height }));
    y += height + cell.gap * content.presence;
  }
  return { blocks, more: 0 };
}

function inCells(
  contents: readonly Content[],
  room: Room,
  cell: Cell,
): { readonly blocks: readonly Block[]; readonly more: number } {
  const rowsMax = Math.max(0, Math.floor((room.height + cell.gap) / (cell.height + cell.gap)));
  const max = rowsMax * cell.perRow;
  // Where there are more, the last row says how many; dots are not counted out.
  const kept = room.style === 'dot' ? max : Math.max(0, max - cell.perRow);
  const shown = contents.length > max ? contents.slice(0, kept) : contents;
  const gapX = room.style === 'dot' ? cell.gap : 4;
  const blocks = shown.map((content, index) =>
    blockOf({ ...content, notes: [] }, room, {
      x: room.x + (index % cell.perRow) * (cell.width + gapX),
      y: room.y + Math.floor(index / cell.perRow) * (cell.height + cell.gap),
      width: cell.width,
      height: cell.height,
    }),
  );
  return { blocks, more: contents.length - shown.length };
}

function blockOf(content: Content, room: Room, box: Box): Block {
  const { metrics, style } = room;
  const inner = box.width - 13 - 10;
  const wordWidth = textWidth(content.word, metrics.text) + metrics.text + 6;
  const labelWidth = textWidth(content.label, metrics.mono, true);
  const isRow = style === 'row' || style === 'tight';
  const hasWord = isRow && content.word !== '' && inner - wordWidth >= Math.min(labelWidth, 44);
  const room4label = isRow
    ? inner - (hasWord ? wordWidth + 4 : metrics.text + 4)
    : box.width - metrics.text - 14;
  return {
    ...box,
    key: content.key,
    style,
    label: fit(content.label, room4label, metrics.mono, true),
    word: content.word,
    hasWord,
    notes: content.notes,
    drawn: content.drawn,
    container: content.container,
    color: content.color,
  };
}
