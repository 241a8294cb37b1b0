/** Golden drawings: the whole picture of a view as SVG, without a browser. Look at what changes before accepting it. */
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import Picture from '../../../src/app/stage/Picture.svelte';
import { flightsAt, type Layer } from '../../../src/app/stage/layout/flights.ts';
import { presentLayers } from '../../../src/app/stage/layout/layers.ts';
import { sceneOf } from '../../../src/app/stage/layout/scene.ts';
import { NOW_MS, SCENARIOS, type Scenario } from './fixtures.ts';

interface Options {
  readonly width?: number;
  readonly height?: number;
  readonly isLarge?: boolean;
  readonly isStill?: boolean;
  readonly hides?: readonly Layer[];
}

function draw({ view, messages = [] }: Scenario, options: Options = {}): string {
  const {
    width = 738,
    height = 416,
    isLarge = false,
    isStill = false,
    hides = ['network'],
  } = options;
  const layers = new Set(presentLayers(view).filter((layer) => !hides.includes(layer)));
  const clock = { nowMs: NOW_MS, speed: 1 };
  const scene = sceneOf(view, { width, height, isLarge, layers, clock });
  const flights = flightsAt(messages, layers, clock);
  const { body } = render(Picture, { props: { view, scene, flights, nowMs: NOW_MS, isStill } });
  return golden(body);
}

/** One tag a line, numbers to three places, no names made by the compiler. */
function golden(body: string): string {
  return body
    .replace(/<!--.*?-->/g, '')
    .replace(/ ?\bsvelte-[0-9a-z]+/g, '')
    .replace(/ class=""/g, '')
    .replace(/-?\d+\.\d{4,}/g, (number) => String(Number(Number(number).toFixed(3))))
    .replace(/>\s*</g, '>\n<')
    .concat('\n');
}

const DRAWINGS: readonly (readonly [
  name: string,
  scenario: Scenario,
  options: Options | undefined,
])[] = [
  ['empty', SCENARIOS.empty(), undefined],
  ['init', SCENARIOS.initialised(), undefined],
  ['service', SCENARIOS.serving(), undefined],
  ['failover', SCENARIOS.failedOver(), undefined],
  ['failover-large', SCENARIOS.failedOver(), { width: 1000, height: 500, isLarge: true }],
  ['election', SCENARIOS.electing(), undefined],
  ['election-still', SCENARIOS.electing(), { isStill: true }],
  ['waiting', SCENARIOS.waiting(), { hides: [] }],
  ['crowd', SCENARIOS.crowd(), undefined],
];

describe('the picture', () => {
  test.each(DRAWINGS)('%s', async (name, scenario, options) => {
    await expect(draw(scenario, options)).toMatchFileSnapshot(`./${name}.svg`);
  });

  test('is the same however often it is drawn', () => {
    expect(draw(SCENARIOS.crowd())).toBe(draw(SCENARIOS.crowd()));
  });

  test('draws the crown once, and on nobody while nobody leads', () => {
    const crown = /M-16 8-11-8 0 1 11-8 16 8z/g;
    expect(draw(SCENARIOS.failedOver()).match(crown)).toHaveLength(1);
    expect(draw(SCENARIOS.electing()).match(crown)).toBeNull();
  });

  test('with reduced motion nothing is under way, but the lane in use is marked', () => {
    const still = draw(SCENARIOS.electing(), { isStill: true });
    expect(still).not.toMatch(/class="flight /);
    expect(still).toMatch(/class="busy vote/);
  });

  test('has one mark that Tab comes to', () => {
    for (const make of Object.values(SCENARIOS))
      expect(draw(make()).match(/tabindex="0"/g)).toHaveLength(1);
  });
});
