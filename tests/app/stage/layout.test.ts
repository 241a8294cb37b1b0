import { describe, expect, test } from 'vitest';
import type { Layer } from '../../../src/app/stage/layout/flights.ts';
import { factsOf } from '../../../src/app/stage/inspector/facts.ts';
import { lane, pointAt, reversed, upTo } from '../../../src/app/stage/layout/curves.ts';
import { faceOf } from '../../../src/app/stage/layout/face.ts';
import { neighbour, type Spot } from '../../../src/app/stage/layout/focus.ts';
import { presentLayers } from '../../../src/app/stage/layout/layers.ts';
import { fit, metricsOf, textWidth } from '../../../src/app/stage/layout/measure.ts';
import { resolved } from '../../../src/app/stage/layout/resolve.ts';
import { elapsed } from '../../../src/app/stage/layout/ring.ts';
import { type Scene, sceneOf } from '../../../src/app/stage/layout/scene.ts';
import { keyOf, selectionOf } from '../../../src/app/stage/layout/selected.ts';
import { summaryOf } from '../../../src/app/stage/layout/summary.ts';
import { zoomOf } from '../../../src/app/stage/layout/zoom.ts';
import type { LabView } from '../../../src/lab/index.ts';
import {
  cluster,
  machine,
  members,
  names,
  node,
  NOW_MS,
  raft,
  SCENARIOS,
  service,
  task,
} from './fixtures.ts';

const LAYERS: ReadonlySet<Layer> = new Set(['raft', 'tasks', 'requests']);

function scene(view: LabView, width = 738, height = 416, isLarge = false): Scene {
  return sceneOf(view, {
    width,
    height,
    isLarge,
    layers: LAYERS,
    clock: { nowMs: NOW_MS, speed: 1 },
  });
}

function swarm(managers: number, workers: number, tasksEach = 1): LabView {
  const all = names(managers, workers);
  const tasks = all.flatMap((name, at) =>
    Array.from({ length: tasksEach }, (_, index) =>
      task(`web.${at * tasksEach + index + 1}`, name),
    ),
  );
  return {
    machines: members(all),
    cluster: cluster(all, { services: [service('web', 0)], tasks }),
  };
}

describe('the picture fits its place', () => {
  const sizes = [
    [738, 416],
    [1040, 520],
    [820, 360],
    [500, 300],
  ] as const;
  const counts = [
    [1, 0],
    [1, 2],
    [3, 3],
    [5, 5],
    [7, 20],
    [3, 100],
    [7, 400],
  ] as const;
  const rows = sizes.flatMap(([width, height]) =>
    counts.map(([managers, workers]) => [managers, workers, width, height] as const),
  );
  test.each(rows)('%i managers and %i workers in %i x %i', (managers, workers, width, height) => {
    const { cards } = scene(swarm(managers, workers, 2), width, height);
    expect(cards).toHaveLength(managers + workers);
    for (const card of cards) {
      expect(card.x).toBeGreaterThanOrEqual(0);
      expect(card.x + card.width).toBeLessThanOrEqual(width);
      expect(card.y + card.height).toBeLessThanOrEqual(height);
      for (const block of card.blocks) {
        expect(block.x).toBeGreaterThanOrEqual(card.x);
        expect(block.x + block.width).toBeLessThanOrEqual(card.x + card.width + 0.01);
        expect(block.y + block.height).toBeLessThanOrEqual(card.y + card.height + 0.01);
      }
    }
    expect(overlapping(cards)).toEqual([]);
  });

  test('words are as large as a projector needs', () => {
    const { metrics } = scene(swarm(3, 3), 1000, 500, true);
    expect(Math.min(metrics.text, metrics.mono, metrics.name)).toBeGreaterThanOrEqual(20);
  });

  test.each([
    [3, 3, 1, 'full', 'row'],
    [3, 3, 6, 'full', 'chip'],
    [7, 20, 1, 'small', 'chip'],
    [7, 400, 1, 'cell', 'dot'],
  ])(
    '%i + %i machines with %i tasks each: %s cards, tasks as %s',
    (managers, workers, each, card, block) => {
      const { cards, cardStyle } = scene(swarm(managers, workers, each));
      expect(cardStyle).toBe(card);
      expect(cards[0]?.blocks[0]?.style).toBe(block);
    },
  );
});

function overlapping(cards: Scene['cards']): readonly string[] {
  return cards.flatMap((a, index) =>
    cards
      .slice(index + 1)
      .filter(
        (b) =>
          a.x < b.x + b.width &&
          b.x < a.x + a.width &&
          a.y < b.y + b.height &&
          b.y < a.y + a.height,
      )
      .map((b) => `${a.key} ${b.key}`),
  );
}

describe('machines keep their places', () => {
  const places = ({ cards }: Scene): readonly string[] =>
    cards.map(({ key, x, y }) => `${key} ${x} ${y}`);

  test('managers above workers, in order', () => {
    const { cards } = scene(swarm(3, 3));
    expect(cards.map(({ machine }) => machine.name)).toEqual(names(3, 3));
    expect(new Set(cards.slice(0, 3).map(({ y }) => y)).size).toBe(1);
    expect(cards[3]?.y).toBeGreaterThan((cards[0]?.y ?? 0) + (cards[0]?.height ?? 0));
  });

  test('whatever happens to them', () => {
    const before = places(scene(SCENARIOS.serving().view));
    expect(places(scene(SCENARIOS.failedOver().view))).toEqual(before);
    expect(places(scene(SCENARIOS.electing().view))).toEqual(before);
  });

  test('also when a manager is demoted', () => {
    const { machines, cluster: known } = swarm(3, 3, 0);
    const demoted = known && {
      ...known,
      nodes: known.nodes.map((one) =>
        one.machine === 'manager3' ? { ...one, role: 'worker' as const } : one,
      ),
    };
    expect(places(scene({ machines, cluster: demoted }))).toEqual(
      places(scene({ machines, cluster: known })),
    );
  });

  test('while one task more or less comes and goes', () => {
    const view = (count: number): LabView => {
      const all = swarm(3, 3, 0);
      const tasks = Array.from({ length: count }, (_, index) =>
        task(`web.${index + 1}`, 'worker1'),
      );
      return { ...all, cluster: cluster(names(3, 3), { services: [service('web', 0)], tasks }) };
    };
    expect(places(scene(view(2)))).toEqual(places(scene(view(3))));
  });
});

describe('what a card says', () => {
  const view = (
    more: Parameters<typeof machine>[1],
    of: Parameters<typeof node>[1] = {},
  ): LabView => {
    const one = machine('worker1', {
      swarm: { state: 'active', nodeID: 'node-worker1', isManager: false, error: undefined },
      ...more,
    });
    return {
      machines: [one],
      cluster: cluster([], { nodes: [node('worker1', of)], leader: undefined }),
    };
  };
  test.each([
    ['off', view({ isOn: false }), { condition: '전원 꺼짐', badge: undefined }],
    ['unplugged', view({ isCableIn: false }), { condition: '네트워크 끊김' }],
    ['Docker stopped', view({ isDockerOn: false }), { condition: 'Docker 멈춤' }],
    ['down', view({}, { state: 'down' }), { badge: { word: 'Down', sign: 'cross', isBad: true } }],
    ['drained', view({}, { availability: 'drain' }), { badge: { word: 'Drain' } }],
    ['paused', view({}, { availability: 'pause' }), { badge: { word: 'Pause' } }],
    [
      'down comes before drain',
      view({}, { availability: 'drain', state: 'down' }),
      { badge: { word: 'Down' } },
    ],
    [
      'candidate',
      view({ raft: raft({ role: 'candidate', term: 3, votes: 2 }) }),
      { raft: ['후보, 임기 3, 2/3표', '로그 40, 커밋 40'], brief: '후보 2/3표' },
    ],
    [
      'one that believes to lead',
      view({ raft: raft({ role: 'leader' }) }),
      { isLeader: false, brief: '옛 리더' },
    ],
  ])('%s', (_, given, expected) => {
    const [one] = given.machines;
    expect(one && faceOf(one, given)).toMatchObject(expected);
  });

  test('a machine outside says so', () => {
    const one = machine('worker1');
    expect(faceOf(one, { machines: [one], cluster: undefined })).toMatchObject({
      isOutside: true,
      role: '스웜 밖',
    });
  });
});

describe('the summary', () => {
  test('with quorum', () =>
    expect(summaryOf(SCENARIOS.serving().view)).toMatchObject({
      text: '매니저 3/3 정상 · 정족수 2',
      isBad: false,
    }));
  test('electing', () =>
    expect(summaryOf(SCENARIOS.electing().view)?.text).toMatch(/^리더가 없어요/));
  test('without quorum', () => {
    const { view } = SCENARIOS.electing();
    const machines = view.machines.map((one) =>
      one.name === 'manager3' ? { ...one, isOn: false, raft: undefined } : one,
    );
    const summary = summaryOf({ ...view, machines });
    expect(summary).toMatchObject({ isBad: true, dots: [true, false, false] });
    expect(summary?.text).toMatch(/^정족수를 잃었어요/);
  });
  test('nothing to say without a swarm', () =>
    expect(summaryOf(SCENARIOS.empty().view)).toBeUndefined());
});

test('layers appear when there is something to see of them', () => {
  expect(presentLayers(SCENARIOS.empty().view)).toEqual([]);
  expect(presentLayers(SCENARIOS.initialised().view)).toEqual(['raft']);
  expect(presentLayers(SCENARIOS.serving().view)).toEqual(['raft', 'tasks', 'network', 'requests']);
});

test('a machine that is off is still the node it was', () => {
  const { view } = SCENARIOS.failedOver();
  const unknown: LabView = {
    machines: view.machines.map((one) =>
      one.isOn
        ? one
        : {
            ...one,
            swarm: { state: 'inactive', nodeID: undefined, isManager: false, error: undefined },
          },
    ),
    cluster: view.cluster && {
      ...view.cluster,
      nodes: view.cluster.nodes.map((one) =>
        one.machine === 'worker2' ? { ...one, machine: undefined } : one,
      ),
      tasks: view.cluster.tasks.map((one) =>
        one.machine === 'worker2' ? { ...one, machine: undefined } : one,
      ),
    },
  };
  expect(resolved(unknown).cluster).toEqual(view.cluster);
  expect(resolved(view)).toBe(view);
});

describe('arrow keys', () => {
  const spots: readonly Spot[] = [
    { key: 'a', x: 0, y: 0 },
    { key: 'b', x: 100, y: 0 },
    { key: 'c', x: 200, y: 0 },
    { key: 'd', x: 0, y: 100 },
    { key: 'e', x: 110, y: 130 },
  ];
  test.each([
    ['a', 'ArrowRight', 'b'],
    ['b', 'ArrowRight', 'c'],
    ['c', 'ArrowRight', undefined],
    ['c', 'ArrowLeft', 'b'],
    ['a', 'ArrowDown', 'd'],
    ['b', 'ArrowDown', 'e'],
    ['e', 'ArrowUp', 'b'],
    ['a', 'End', 'e'],
    ['e', 'Home', 'a'],
    ['a', 'x', undefined],
  ])('from %s, %s leads to %s', (from, key, to) => expect(neighbour(spots, from, key)).toBe(to));
});

describe('lanes', () => {
  const a = { x: 0, y: 0, width: 100, height: 80 };
  test('between neighbours straight, side to side', () => {
    const curve = lane(a, { ...a, x: 150 }, 150);
    expect(curve.from).toEqual({ x: 100, y: 40 });
    expect(curve.to).toEqual({ x: 150, y: 40 });
  });
  test('past a neighbour it hangs beneath the cards', () => {
    expect(pointAt(lane(a, { ...a, x: 300 }, 150), 0.5).y).toBeGreaterThan(80);
  });
  test.each([
    [150, 0],
    [300, 0],
    [0, 200],
    [300, 200],
  ])('the way back to (%i, %i) is the same way', (x, y) => {
    const b = { ...a, x, y };
    const there = lane(a, b, 150);
    const back = reversed(lane(b, a, 150));
    for (const t of [0, 0.3, 1]) {
      expect(pointAt(there, t).x).toBeCloseTo(pointAt(back, t).x);
      expect(pointAt(there, t).y).toBeCloseTo(pointAt(back, t).y);
    }
  });
  test('a part of a curve lies on it', () => {
    const curve = lane(a, { ...a, x: 300, y: 200 }, 150);
    expect(pointAt(upTo(curve, 0.6), 0.5).x).toBeCloseTo(pointAt(curve, 0.3).x);
  });
});

test('the election timer runs from set to due, and a leader has none', () => {
  const timer = raft({ electionSetAtMs: 1_000, electionAtMs: 11_000 });
  expect([0, 1_000, 6_000, 11_000, 20_000].map((nowMs) => elapsed(timer, nowMs))).toEqual([
    0, 0, 0.5, 1, 1,
  ]);
  expect(elapsed(raft({ electionAtMs: undefined }), 0)).toBeUndefined();
});

test('text is cut to its room', () => {
  expect(fit('web.1', 100, 14, true)).toBe('web.1');
  const cut = fit('a-very-long-service-name.12', 100, 14, true);
  expect(cut).toMatch(/^a-very.*…$/);
  expect(textWidth(cut, 14, true)).toBeLessThanOrEqual(100);
});

test('few machines fill a large place, many are left as they are', () => {
  const metrics = metricsOf(false);
  expect(zoomOf(swarm(3, 3).machines, { width: 738, height: 416 }, metrics)).toBe(1);
  expect(zoomOf(swarm(1, 2).machines, { width: 925, height: 855 }, metrics)).toBeGreaterThan(1.2);
  expect(zoomOf(swarm(7, 20).machines, { width: 1920, height: 1000 }, metrics)).toBe(1);
});

test('what is selected and its key are two names of one thing', () => {
  for (const key of ['machine:worker1', 'task:abc', 'service:xyz'])
    expect(keyOf(selectionOf(key))).toBe(key);
  expect(selectionOf('container:abc')).toBeUndefined();
});

describe('the inspector', () => {
  const { view } = SCENARIOS.failedOver();
  test('a worker is looked up on the leader', () =>
    expect(factsOf({ kind: 'machine', name: 'worker1' }, view)?.shownBy).toEqual({
      machine: 'manager1',
      command: 'docker node inspect --pretty worker1',
    }));
  test('a task that was lost says what was last heard', () => {
    const facts = factsOf({ kind: 'task', id: 'task-web.3-worker2' }, view);
    expect(facts?.facts).toContainEqual({ term: '상태', value: 'Running (마지막 보고)' });
    expect(facts?.facts).toContainEqual({ term: '목표 상태', value: 'Shutdown' });
    expect(facts?.shownBy?.command).toBe('docker service ps web');
  });
  test('outside a swarm there is only the machine', () =>
    expect(factsOf({ kind: 'machine', name: 'worker1' }, SCENARIOS.empty().view)?.shownBy).toEqual({
      machine: 'worker1',
      command: 'docker info',
    }));
  test('what is gone has no card', () =>
    expect(factsOf({ kind: 'task', id: 'gone' }, view)).toBeUndefined());
});
