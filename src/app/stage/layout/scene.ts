/** From the view to the whole picture: cards, blocks, waiting tasks, lanes. Pure; nothing here knows the DOM. */
import type { LabView, MachineView, NodeView, TaskView } from '../../../lab/index.ts';
import {
  type Block,
  type BlockStyle,
  type Content,
  contentsOf,
  heightOf,
  lastingOf,
  placed,
} from './blocks.ts';
import type { Clock } from './clock.ts';
import { type Box, type Curve, lane } from './curves.ts';
import { type Face, faceOf, nodeOf } from './face.ts';
import type { Layer } from './flights.ts';
import { boxesOf, type GridSize, groups, type Rows, rowsOf } from './grid.ts';
import { type Metrics, metricsOf } from './measure.ts';
import { type DrawnTask, drawnTasks, waitingTasks } from './tasks.ts';
import { trailsOf, type Trail } from './trails.ts';

export type { Trail } from './trails.ts';

/** `full`: name, address, rows; `small`: the name and chips; `cell`: no text at all. */
export type CardStyle = 'full' | 'small' | 'cell';

export interface Card extends Box {
  readonly key: string;
  readonly style: CardStyle;
  readonly machine: MachineView;
  readonly node: NodeView | undefined;
  readonly face: Face;
  readonly blocks: readonly Block[];
  /** Blocks for which there is no room. */
  readonly more: number;
  /** Names of the overlay networks that its containers are on, with the network layer. */
  readonly networks: readonly string[];
  /** There is room for raft's two lines. */
  readonly hasRaft: boolean;
}

export interface Waiting extends Box {
  readonly tasks: readonly { readonly task: TaskView; readonly color: number }[];
  readonly reason: string;
}

export interface Lane {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly curve: Curve;
  /** A node's session with the dispatcher rather than raft's. */
  readonly isSession?: boolean;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly metrics: Metrics;
  readonly cardStyle: CardStyle;
  readonly cards: readonly Card[];
  readonly waiting: Waiting | undefined;
  readonly lanes: readonly Lane[];
  readonly trails: readonly Trail[];
  /** The lane of a message between two machines; undefined when one of them is not drawn. */
  readonly laneOf: (from: string, to: string) => Curve | undefined;
}

export interface SceneOptions {
  readonly width: number;
  readonly height: number;
  readonly isLarge: boolean;
  /** Each row in the middle of its place; otherwise at the left, where the inspector does not cover it. */
  readonly isCentred?: boolean;
  /** The lines on which workers' heartbeats run are drawn and named: for who has not learned yet what the dots are. */
  readonly hasSessions?: boolean;
  readonly layers: ReadonlySet<Layer>;
  readonly clock: Clock;
}

const EDGE = 20;
/** Between managers and workers: room for lanes that hang, at least, as a rule, and at most. */
const MIDDLE_MIN = 34;
const MIDDLE = 48;
const MIDDLE_MAX = 84;

/** From the roomiest to the densest: the first that fits is taken. */
const ATTEMPTS: readonly (readonly [CardStyle, BlockStyle])[] = [
  ['full', 'row'],
  ['full', 'tight'],
  ['full', 'chip'],
  ['small', 'chip'],
  ['small', 'dot'],
  ['cell', 'dot'],
];

interface Attempt {
  readonly cardStyle: CardStyle;
  readonly blockStyle: BlockStyle;
  readonly rows: Rows;
  readonly managerHeight: number;
  readonly workerHeight: number;
  readonly middle: number;
  readonly gapY: number;
}

interface Given extends SceneOptions {
  readonly view: LabView;
  readonly metrics: Metrics;
  readonly contents: ReadonlyMap<string, readonly Content[]>;
  readonly hasRaft: boolean;
  readonly roomHeight: number;
}

export function sceneOf(view: LabView, options: SceneOptions): Scene {
  const metrics = metricsOf(options.isLarge);
  const waiting = waitingOf(view, options, metrics);
  const beneath = waiting ? waiting.height + 12 : isEmpty(view) ? 2 * metrics.line + 40 : 0;
  const given: Given = {
    ...options,
    view,
    metrics,
    contents: allContents(view, options),
    hasRaft: options.layers.has('raft') && view.machines.some(({ raft }) => raft !== undefined),
    roomHeight: options.height - EDGE - 12 - beneath,
  };
  const attempt = chosen(given);
  const cards = cardsOf(given, attempt);
  const byName = new Map(cards.map((card) => [card.machine.name, card]));
  const laneOf = (from: string, to: string): Curve | undefined => {
    const a = byName.get(from);
    const b = byName.get(to);
    return a && b && a !== b ? lane(a, b, attempt.rows.step) : undefined;
  };
  return {
    width: options.width,
    height: options.height,
    metrics,
    cardStyle: attempt.cardStyle,
    cards,
    waiting,
    lanes: [
      ...(given.hasRaft ? raftLanes(view, laneOf) : []),
      ...(given.hasSessions ? sessionLanes(view, laneOf) : []),
    ],
    trails: trailsOf(cards),
    laneOf,
  };
}

/** Nobody is in a swarm yet: the picture invites to make one, beneath the cards. */
export function isEmpty({ machines }: LabView): boolean {
  return machines.length > 0 && machines.every(({ swarm }) => swarm.state === 'inactive');
}

function allContents(
  view: LabView,
  options: SceneOptions,
): ReadonlyMap<string, readonly Content[]> {
  if (!options.layers.has('tasks')) return new Map();
  const services = new Map(view.cluster?.services.map((service) => [service.id, service]));
  const drawn = new Map<string, DrawnTask[]>(view.machines.map(({ name }) => [name, []]));
  for (const one of view.cluster ? drawnTasks(view.cluster, options.clock) : [])
    drawn.get(one.task.machine ?? '')?.push(one);
  return new Map(
    view.machines.map((machine) => [
      machine.name,
      contentsOf(machine, drawn.get(machine.name) ?? [], services),
    ]),
  );
}

function chosen(given: Given): Attempt {
  let last: Attempt | undefined;
  for (const [cardStyle, blockStyle] of ATTEMPTS) {
    const attempt = attempted(given, cardStyle, blockStyle);
    if (!attempt) continue;
    if (attempt.middle >= MIDDLE_MIN * (cardStyle === 'cell' ? 0.4 : 1)) return attempt;
    last = attempt;
  }
  return last ?? attempted({ ...given, width: 400 }, 'cell', 'dot')!;
}

/** What a style takes; `middle` is what it leaves between managers and workers, negative when it does not fit. */
function attempted(
  given: Given,
  cardStyle: CardStyle,
  blockStyle: BlockStyle,
): Attempt | undefined {
  const { view, metrics, roomHeight } = given;
  const size = gridSize(cardStyle, given);
  const rows = rowsOf(view.machines, given.width - 2 * EDGE, size);
  if (!rows) return undefined;
  const { managerRows } = rows;
  const workerRows = rows.rows.length - managerRows;
  const inner = rows.cardWidth - 2 * insetOf(cardStyle);
  const tallest = (machines: readonly MachineView[]): number =>
    Math.max(
      0,
      ...machines.map((machine) =>
        heightOf(given.contents.get(machine.name) ?? [], {
          style: blockStyle,
          metrics,
          width: inner,
        }),
      ),
    );
  const headed = (isManager: boolean, blocks: number): number =>
    cardStyle === 'cell'
      ? rows.cardWidth
      : headHeight(cardStyle, given, isManager) + blocks + footHeight(cardStyle, given);
  const managers = rows.rows.slice(0, managerRows).flat();
  const workers = rows.rows.slice(managerRows).flat();
  const managerNeed = headed(true, tallest(managers));
  const workerNeed = headed(false, tallest(workers));
  const gaps = Math.max(0, managerRows - 1) * size.gapY + Math.max(0, workerRows - 1) * size.gapY;
  const free = roomHeight - gaps - managerRows * managerNeed - workerRows * workerNeed;
  const attempt = { cardStyle, blockStyle, rows, gapY: size.gapY };
  if (cardStyle !== 'full') {
    const middle = Math.min(MIDDLE_MAX, free);
    return { ...attempt, managerHeight: managerNeed, workerHeight: workerNeed, middle };
  }
  // What is left over is comfort: first the managers', then the workers', the rest stays between them.
  const more = (need: number, wanted: number, rowCount: number, left: number): number =>
    Math.max(0, Math.min(wanted - need, Math.floor((left - MIDDLE) / Math.max(1, rowCount))));
  const plain = headed(false, Math.max(4 * rowStep(metrics), stepped(workers, given)));
  const onManagers = more(managerNeed, headed(true, stepped(managers, given)), managerRows, free);
  const left = free - managerRows * onManagers;
  const onWorkers = more(workerNeed, plain, workerRows, left);
  // By what tasks there are, not by what is said of them: so that the workers stay where they are.
  const wanted = left + workerRows * (workerNeed - plain);
  const middle = Math.min(left, Math.max(MIDDLE, Math.min(MIDDLE_MAX, wanted)));
  return {
    ...attempt,
    managerHeight: managerNeed + onManagers,
    workerHeight: workerNeed + onWorkers,
    middle,
  };
}

function rowStep({ row, rowGap }: Metrics): number {
  return row + rowGap;
}

/**
 * Room for what comes: a task that is replaced takes two places for a while. In steps of two, so that the cards beneath
 * keep still while tasks come and go.
 */
function stepped(machines: readonly MachineView[], { contents, metrics }: Given): number {
  const busiest = Math.max(
    0,
    ...machines.map(({ name }) => lastingOf(contents.get(name) ?? []).length),
  );
  return busiest === 0 ? 0 : Math.min(6, 2 * Math.ceil((busiest + 1) / 2)) * rowStep(metrics);
}

function gridSize(style: CardStyle, { metrics, view, width, roomHeight }: Given): GridSize {
  if (style === 'full')
    return { cardMin: metrics.cardMin, cardMax: metrics.cardMax, gapX: 40, gapY: 24 };
  if (style === 'small')
    return { cardMin: Math.ceil(metrics.text * 6.7), cardMax: metrics.cardMin, gapX: 12, gapY: 12 };
  const side = cellSide(view.machines, width - 2 * EDGE, roomHeight);
  return { cardMin: side, cardMax: side, gapX: gapOfCells(side), gapY: gapOfCells(side) };
}

/** As large as so many square cells can be in this room. */
function cellSide(machines: readonly MachineView[], width: number, height: number): number {
  const [managers, workers] = groups(machines);
  for (let side = 56; side > 6; side--) {
    const step = side + gapOfCells(side);
    const perRow = Math.floor((width + gapOfCells(side)) / step);
    const rowCount = Math.ceil(managers.length / perRow) + Math.ceil(workers.length / perRow);
    if (perRow > 0 && rowCount * step + MIDDLE_MIN * 0.4 <= height) return side;
  }
  return 6;
}

function gapOfCells(side: number): number {
  return side > 20 ? 6 : 3;
}

export function insetOf(style: CardStyle): number {
  return style === 'full' ? 10 : style === 'small' ? 6 : 2;
}

function headHeight(style: CardStyle, { metrics, hasRaft }: Given, isManager: boolean): number {
  if (style === 'cell') return 2;
  const raft = isManager && hasRaft;
  if (style === 'small') return metrics.text + 14 + (raft ? metrics.line : 0);
  return headBottom(metrics) + (raft ? 2 * metrics.line + 8 : 0);
}

/** Where a full card's name and the line beneath it end. */
export function headBottom(metrics: Metrics): number {
  return metrics.pad + metrics.name + metrics.line + 12;
}

function footHeight(style: CardStyle, { layers, metrics }: Given): number {
  if (style !== 'full') return style === 'small' ? 4 : 2;
  return layers.has('network') ? metrics.line + 10 : 6;
}

function cardsOf(given: Given, attempt: Attempt): readonly Card[] {
  const { rows, managerHeight, workerHeight, gapY } = attempt;
  const cards: Card[] = [];
  const startOf = (columns: number): number => {
    const spare = given.width - 2 * EDGE - (columns - 1) * rows.step - rows.cardWidth;
    return EDGE + (given.isCentred ? Math.max(0, Math.floor(spare / 2)) : 0);
  };
  let y = EDGE - 8;
  for (const [index, row] of rows.rows.entries()) {
    const isManagers = index < rows.managerRows;
    const height = isManagers ? managerHeight : workerHeight;
    const boxes = boxesOf(row, { x: startOf(row.length), y, height }, rows);
    for (const [column, box] of boxes.entries()) {
      const machine = row[column];
      if (machine) cards.push(cardOf(machine, box, given, attempt, isManagers));
    }
    const isLastManagers = index === rows.managerRows - 1;
    y += height + (isLastManagers ? Math.max(12, attempt.middle) : gapY);
  }
  return cards;
}

function cardOf(
  machine: MachineView,
  box: Box,
  given: Given,
  { cardStyle, blockStyle }: Attempt,
  isManagers: boolean,
): Card {
  const { metrics, view } = given;
  const inset = insetOf(cardStyle);
  const head = headHeight(cardStyle, given, isManagers);
  const room = {
    x: box.x + inset,
    y: box.y + head,
    width: box.width - 2 * inset,
    height: box.height - head - footHeight(cardStyle, given),
    style: blockStyle,
    metrics,
  };
  return {
    ...box,
    key: `machine:${machine.name}`,
    style: cardStyle,
    machine,
    node: nodeOf(machine, view),
    face: faceOf(machine, view),
    ...placed(given.contents.get(machine.name) ?? [], room),
    networks: given.layers.has('network') ? overlaysOf(machine, view) : [],
    hasRaft: isManagers && given.hasRaft,
  };
}

/** Overlay networks that a machine takes part in: those of its containers. */
export function overlaysOf(machine: MachineView, view: LabView): readonly string[] {
  const overlays = view.cluster?.networks.filter(({ driver }) => driver === 'overlay') ?? [];
  const names = new Set(machine.containers.flatMap(({ networks }) => networks));
  return overlays.map(({ name }) => name).filter((name) => names.has(name));
}

function waitingOf(view: LabView, options: SceneOptions, metrics: Metrics): Waiting | undefined {
  if (!view.cluster || !options.layers.has('tasks')) return undefined;
  const tasks = waitingTasks(view.cluster, options.clock);
  if (tasks.length === 0) return undefined;
  const colors = new Map(view.cluster.services.map(({ id, index }) => [id, index]));
  const height = metrics.row + metrics.line + 18;
  return {
    x: EDGE,
    y: options.height - height - 10,
    width: options.width - 2 * EDGE,
    height,
    tasks: tasks.map((task) => ({ task, color: (colors.get(task.serviceID) ?? 0) % 6 })),
    reason: tasks.find(({ error }) => error)?.error ?? '',
  };
}

/** From the leader to the others; while nobody leads, between all that could vote. */
function raftLanes(
  view: LabView,
  laneOf: (from: string, to: string) => Curve | undefined,
): readonly Lane[] {
  const members = view.machines.filter(({ raft, isCableIn }) => raft && isCableIn);
  const leader = members.find(({ name }) => name === view.cluster?.leader);
  const candidates = members.filter(({ raft }) => raft?.role === 'candidate');
  const senders = leader ? [leader] : candidates.length > 0 ? candidates : members.slice(0, 4);
  const lanes = new Map<string, Lane>();
  for (const { name: from } of senders)
    for (const { name: to } of members) {
      const key = from < to ? `${from} ${to}` : `${to} ${from}`;
      const curve = laneOf(from, to);
      if (curve && !lanes.has(key)) lanes.set(key, { key, from, to, curve });
    }
  return [...lanes.values()];
}

/** From each worker that is heard to the leader. */
function sessionLanes(
  view: LabView,
  laneOf: (from: string, to: string) => Curve | undefined,
): readonly Lane[] {
  const to = view.cluster?.leader;
  if (to === undefined) return [];
  return view.machines.flatMap(({ name: from, isOn, isDockerOn, isCableIn, swarm, raft }) => {
    const isHeard = isOn && isDockerOn && isCableIn && swarm.state === 'active' && !raft;
    const curve = isHeard ? laneOf(from, to) : undefined;
    return curve ? [{ key: `session ${from}`, from, to, curve, isSession: true }] : [];
  });
}
