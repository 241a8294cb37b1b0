/** The checksums of COPY are real Docker's: those that its history shows for the same files. */
import { describe, expect, test } from 'vitest';
import { directory, file, sha256, sourceName } from '../../src/sim/index.ts';

describe('sourceName', () => {
  test('of a file', () => {
    const script = file('#!/bin/sh\necho "$GREETING from $(hostname | wc -c) letters"\n');
    expect(sourceName([{ path: '/hello.sh', node: script }])).toMatch(/^file:88496d7cc301acb0/);
  });

  test('of a folder: its entries, sorted by their sums', () => {
    const extra = directory();
    const etc = directory();
    extra.children.set('etc', etc);
    etc.children.set('image-name', file('alpine:latest\n'));
    expect(sourceName([{ path: '/extra', node: extra }])).toMatch(/^dir:90ac15be3be1edc9a/);
  });

  test('another mode or another name is another source', () => {
    const name = (path: string, mode: number): string =>
      sourceName([{ path, node: file('x', mode) }]);
    expect(new Set([name('/a', 0o644), name('/b', 0o644), name('/a', 0o755)]).size).toBe(3);
  });
});

test('sha256', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256('가'.repeat(100))).toBe(
    '699eb89f6a4cefe24fdd5bddd05a65ead217e2368a28850d5283ec27c7a97164',
  );
});
