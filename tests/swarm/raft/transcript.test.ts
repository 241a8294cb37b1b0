/** The transcripts in testdata/: `vitest -u` rewrites them; commit only what you can explain. */

import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { play } from './transcript.ts';

const folder = new URL('./testdata/', import.meta.url);

test.each(readdirSync(folder).filter((name) => name.endsWith('.txt')))('%s', async (name) => {
  const file = new URL(name, folder);
  await expect(play(readFileSync(file, 'utf8'))).toMatchFileSnapshot(file.pathname);
});
