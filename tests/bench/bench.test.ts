/** The benches, small: their results are right, whatever their speed. */
import { expect, it } from 'vitest';
import { benches } from './benches.ts';

it.each(benches('small'))('%s', { timeout: 120_000 }, (_, run) => {
  const figures = run();
  expect(figures.length).toBeGreaterThan(0);
  for (const figure of figures) {
    expect(figure, figure.name).toMatchObject({ ok: true });
    expect(figure.value).toBeGreaterThan(0);
    expect(figure.ratio).toBeGreaterThan(0);
  }
});
