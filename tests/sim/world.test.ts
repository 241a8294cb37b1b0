import { describe, expect, test } from 'vitest';
import { Random, World, civil, parseRFC3339, rfc3339Nano } from '../../src/sim/index.ts';

describe('World', () => {
  test('runs events by time, and by the order of scheduling within a millisecond', () => {
    const world = new World('seed');
    const ran: string[] = [];
    world.schedule(5, 'b', () => ran.push('b'));
    world.schedule(1, 'a', () => {
      ran.push('a');
      world.schedule(4, 'd', () => ran.push('d'));
    });
    world.schedule(5, 'c', () => ran.push('c'));
    world.runUntil(10);
    expect(ran).toEqual(['a', 'b', 'c', 'd']);
    expect(world.nowMs).toBe(10);
  });

  test('a cancelled event does not run and is not the next one', () => {
    const world = new World('seed');
    const timer = world.schedule(1, 'never', () => expect.unreachable());
    world.schedule(3, 'other', () => {});
    timer.cancel();
    expect(world.nextAtMs).toBe(3);
    world.runUntil(10);
  });

  test('an event inherits the cause under which it was scheduled', () => {
    const world = new World('seed');
    const first = world.emit('test.first', {});
    let second = 0;
    world.because(first, () => {
      world.schedule(1, 'follow', () => {
        second = world.emit('test.second', {});
      });
    });
    world.runUntil(2);
    expect(world.trace.get(second)?.cause).toBe(first);
    expect(world.trace.causes(second).map((entry) => entry.kind)).toEqual([
      'test.second',
      'test.first',
    ]);
    expect(world.cause).toBe(0);
  });

  test('a bound on events stops between events, and the rest runs later', () => {
    const world = new World('seed');
    const ran: number[] = [];
    for (let i = 0; i < 10; i++) world.schedule(i, 'tick', () => ran.push(i));
    expect(world.runUntil(100, 3)).toBe(false);
    expect(world.nowMs).toBeLessThan(100);
    expect(world.runUntil(100)).toBe(true);
    expect(ran).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('Random', () => {
  test('the same seed and name give the same stream; other names and seeds others', () => {
    const draw = (seed: string, name: string) =>
      Array.from({ length: 8 }, () => new Random(seed, name).uint32());
    expect(draw('a', 'x')).toEqual(draw('a', 'x'));
    expect(draw('a', 'x')).not.toEqual(draw('a', 'y'));
    expect(draw('a', 'x')).not.toEqual(draw('b', 'x'));
  });

  test('a draw added in one component does not change another', () => {
    const one = new World('seed');
    const other = new World('seed');
    one.random('raft').uint32();
    expect(one.random('scheduler').uint32()).toBe(other.random('scheduler').uint32());
  });

  test('below is uniform over its range', () => {
    const random = new Random('seed', 'uniform');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 20_000; i++) counts[random.below(10)]!++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(250);
  });
});

describe('clock', () => {
  test.each([
    [0, '1970-01-01T00:00:00'],
    [951_782_400_000, '2000-02-29T00:00:00'],
    [1_772_409_600_000, '2026-03-02T00:00:00'],
    [4_107_542_399_000, '2100-02-28T23:59:59'],
  ])('%i is %s', (ms, text) => {
    expect(rfc3339Nano(ms).slice(0, 19)).toBe(text);
    expect(parseRFC3339(`${text}Z`)).toBe(ms);
  });

  test('knows weekdays', () => {
    expect(civil(1_772_409_600_000).weekday).toBe(1);
  });

  test('an offset is taken off', () => {
    expect(parseRFC3339('2026-03-02T09:00:00+09:00')).toBe(1_772_409_600_000);
  });
});
