import { describe, expect, test, vi } from 'vitest';
import { straight } from '../../../src/app/stage/layout/curves.ts';
import { placeAt, travel, type Journey } from '../../../src/app/stage/marks/travel.ts';

const curve = straight({ x: 0, y: 10 }, { x: 100, y: 10 });

describe('a mark on its lane', () => {
  test('stands at its sender, midway, and is gone at its receiver', () => {
    expect(placeAt({ curve, end: 1 }, 0)).toBe('translate(0px, 10px) rotate(0deg)');
    expect(placeAt({ curve, end: 1 }, 0.5)).toBe('translate(50px, 10px) rotate(0deg)');
    expect(placeAt({ curve, end: 1 }, 1)).toMatch(/scale\(0\)$/);
  });

  test('stays midway where it is lost', () => {
    expect(placeAt({ curve, end: 0.5 }, 1)).toBe('translate(50px, 10px) rotate(0deg)');
  });

  test('moves by itself while time runs, stands while it stands, and is left alone once it is gone', () => {
    vi.useFakeTimers();
    let nowMs = 1_000;
    const mark = { style: { transform: '' } };
    const journey: Journey = {
      curve,
      startMs: 1_000,
      endMs: 2_000,
      end: 1,
      pace: 'beat',
      now: () => nowMs,
      isPaused: false,
    };
    const { update, destroy } = travel(mark as unknown as SVGElement, journey);
    expect(mark.style.transform).toMatch(/^translate\(0px/);
    nowMs = 1_500;
    vi.advanceTimersByTime(200);
    expect(mark.style.transform).toMatch(/^translate\(50px/);
    update({ ...journey, isPaused: true });
    nowMs = 1_600;
    vi.advanceTimersByTime(500);
    expect(mark.style.transform).toMatch(/^translate\(50px/);
    update(journey);
    nowMs = 2_100;
    vi.advanceTimersByTime(200);
    expect(mark.style.transform).toMatch(/scale\(0\)/);
    expect(vi.getTimerCount()).toBe(0);
    destroy();
    vi.useRealTimers();
  });
});
