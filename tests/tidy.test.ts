/**
 * The rules that the product stands on, read off the sources. A breach is printed as `file:line  what; instead: …`.
 * Before the tree is read, each rule is shown sources that break it: a rule that cannot fail proves nothing.
 */
import { describe, expect, it } from 'vitest';
import { determinismBreaches } from './tidy/determinism.ts';
import {
  consoleBreaches,
  defaultExportBreaches,
  putOffBreaches,
  unreachedBreaches,
} from './tidy/hygiene.ts';
import { pageBreaches } from './tidy/page.ts';
import { importBreaches } from './tidy/rooms.ts';
import { type Breach, report, type Source, sourceOf, sourcesIn } from './tidy/source.ts';

type Rule = (sources: readonly Source[]) => readonly Breach[];

const src = sourcesIn('src');
const everything = [
  ...src,
  ...sourcesIn('tests', 'scripts', 'vite.config.ts', 'playwright.config.ts'),
];

function hold(rule: Rule, sources: readonly Source[]): void {
  const breaches = rule(sources);
  expect(breaches.length, `\n${report(breaches)}\n`).toBe(0);
}

/** Rows of: a file, a line of it, and whether the rule must catch it. */
type Row = readonly [path: string, code: string, isBreach: boolean];

function judge(rule: Rule, rows: readonly Row[]): void {
  it.each(rows)('%s: %s → %s', (path, code, isBreach) => {
    expect(rule([sourceOf(path, code)]).length > 0).toBe(isBreach);
  });
}

describe('imports', () => {
  it('go down the table and through the doors', () => hold(importBreaches, src));
  describe('the rule', () =>
    judge(importBreaches, [
      ['src/sim/a.ts', "import { x } from './b.ts'", false],
      ['src/sim/a.ts', "import type { Task } from '../swarm/api/index.ts'", true],
      ['src/swarm/raft/a.ts', "import type { World } from '../../sim/index.ts'", true],
      ['src/swarm/store/a.ts', "import { x } from '../api/index.ts'", false],
      ['src/swarm/scheduler/a.ts', "import { x } from '../store/index.ts'", false],
      ['src/swarm/scheduler/a.ts', "import { x } from '../store/memory.ts'", true],
      ['src/swarm/scheduler/a.ts', "import { x } from '../constraint.ts'", false],
      ['src/swarm/scheduler/a.ts', "import { x } from '../dispatcher/index.ts'", true],
      ['src/swarm/scheduler/a.ts', "import type { World } from '../../sim/index.ts'", false],
      ['src/swarm/scheduler/a.ts', "import { World } from '../../sim/index.ts'", true],
      ['src/swarm/scheduler/a.ts', "import { type World } from '../../sim/index.ts'", true],
      ['src/swarm/orchestrator/global/a.ts', "import { x } from '../restart/restart.ts'", false],
      ['src/swarm/orchestrator/global/a.ts', "import { x } from '../replicated/slots.ts'", true],
      ['src/swarm/agent/a.ts', "import { x } from '../store/index.ts'", true],
      ['src/swarm/manager.ts', "import { x } from './scheduler/index.ts'", false],
      ['src/swarm/manager/manager.ts', "import { x } from '../scheduler/filter.ts'", true],
      ['src/engine/a.ts', "import { x } from './api/services.ts'", false],
      ['src/engine/a.ts', "import { x } from '../swarm/index.ts'", false],
      ['src/engine/a.ts', "import { x } from '../swarm/scheduler/index.ts'", true],
      ['src/engine/a.ts', "export type { x } from '../cli/index.ts'", true],
      ['src/cli/docker/a.ts', "import type { x } from '../../engine/api/index.ts'", false],
      ['src/cli/docker/a.ts', "import { x } from '../../engine/api/index.ts'", true],
      ['src/cli/docker/a.ts', "type X = import('../../swarm/index.ts').X", true],
      ['src/cli/docker/a.ts', "import { parse } from 'yaml'", false],
      ['src/cli/docker/a.ts', "import { readFileSync } from 'node:fs'", true],
      ['src/shell/a.ts', "import { x } from '../cli/index.ts'", true],
      ['src/programs/a.ts', "import { x } from 'yaml'", true],
      ['src/lab/a.ts', "import { x } from '../app/a.ts'", true],
      ['src/lab/a.ts', "import { x } from '../shell/index.ts'", false],
      ['src/lab/play.ts', "import { readFileSync } from 'node:fs'", false],
      ['src/app/a.ts', "import type { View } from '../lab/index.ts'", false],
      ['src/app/a.ts', "import { x } from '../lab/index.ts'", true],
      ['src/app/a.ts', "import('../lab/index.ts')", true],
      ['src/app/a.ts', "new Worker(new URL('../lab/worker.ts', import.meta.url))", false],
      ['src/app/a.ts', "new Worker(new URL('../lab/play.ts', import.meta.url))", true],
      ['src/app/A.svelte', "<script>\nimport { x } from '../sim/index.ts'\n</script>", true],
      ['src/drawer/a.ts', '', true],
    ]));
});

describe('determinism', () => {
  it('holds below app', () => hold(determinismBreaches, src));
  describe('the rule', () =>
    judge(determinismBreaches, [
      ['src/sim/a.ts', 'const now = Date.now()', true],
      ['src/sim/a.ts', 'new Date(0)', true],
      ['src/sim/clock.ts', 'new Date(0)', false],
      ['src/sim/a.ts', 'headers.Date = x.Date; const y = { Date: 1 }', false],
      ['src/sim/a.ts', 'Math.random()', true],
      ['src/sim/a.ts', 'Math.sin(1)', true],
      ['src/sim/a.ts', 'Math.floor(1)', false],
      ['src/sim/a.ts', 'const { pow } = Math', true],
      ['src/sim/a.ts', 'x ** y', true],
      ['src/sim/a.ts', '2 ** 32', false],
      ['src/sim/a.ts', 'new Intl.NumberFormat()', true],
      ['src/sim/a.ts', 'x.toLocaleString()', true],
      ['src/sim/a.ts', 'a.localeCompare(b)', true],
      ['src/sim/a.ts', 'async function f() {}', true],
      ['src/sim/a.ts', 'const f = async () => 1', true],
      ['src/sim/a.ts', 'for await (const x of y) {}', true],
      ['src/sim/a.ts', 'let p: Promise<void>', true],
      ['src/sim/a.ts', 'for (const k in o) {}', true],
      ['src/sim/a.ts', 'x.sort()', true],
      ['src/sim/a.ts', 'x.toSorted()', true],
      ['src/sim/a.ts', 'x.sort((a, b) => a - b)', false],
      ['src/lab/a.ts', "import('./b.ts')", true],
      ['src/lab/play.ts', 'await Promise.resolve(Date.now())', false],
      ['src/app/a.ts', 'new Date()', false],
      ['src/sim/a.ts', '// async Date Math.random()', false],
    ]));
});

describe('every file', () => {
  it('has named exports only', () => hold(defaultExportBreaches, everything));
  it('prints nothing by itself', () => hold(consoleBreaches, src));
  it('puts nothing off', () => hold(putOffBreaches, everything));
  it('is imported by somebody', () => hold(unreachedBreaches, everything));
  describe('the rule of exports', () =>
    judge(defaultExportBreaches, [
      ['src/sim/a.ts', 'export default 1', true],
      ['src/sim/a.ts', 'export default function f() {}', true],
      ['src/sim/a.ts', 'const a = 1; export { a as default }', true],
      ['src/sim/a.ts', 'export const a = 1', false],
    ]));
  describe('the rule of printing', () =>
    judge(consoleBreaches, [
      ['src/app/a.ts', 'console.log(1)', true],
      ['src/app/a.ts', 'x.console.log(1)', false],
    ]));
  describe('the rule of putting off', () =>
    judge(putOffBreaches, [
      ['src/sim/a.ts', `// ${'FIX'}ME: later`, true],
      ['src/sim/a.ts', `// ${'TO'}DO`, true],
      ['src/sim/a.ts', '// done', false],
    ]));
  describe('the rule of being imported', () =>
    judge(unreachedBreaches, [
      ['src/sim/a.ts', '', true],
      ['src/app/main.ts', '', false],
    ]));
});

describe('the page', () => {
  it('draws with Svelte, from text', () => hold(pageBreaches, src));
  it('has one renderer of HTML at most', () => {
    const two = ['src/app/A.svelte', 'src/app/B.svelte'].map((path) => sourceOf(path, '{@html x}'));
    expect(pageBreaches(two)).toHaveLength(1);
  });
  describe('the rule', () =>
    judge(pageBreaches, [
      ['src/app/a.ts', "import { transition } from 'd3-transition'", true],
      ['src/app/a.ts', "import * as d3 from 'd3'", true],
      ['src/app/a.ts', "import { select } from 'd3-selection'", true],
      [
        'src/app/a.ts',
        "import { select } from 'd3-selection'; import { zoom } from 'd3-zoom'",
        false,
      ],
      ['src/app/a.ts', "import { scaleLinear } from 'd3-scale'", false],
      ['src/app/a.ts', 'node.innerHTML = x', true],
      ['src/app/A.svelte', '{@html x}', false],
      ['src/app/A.svelte', '<script>let a = $state(0); $effect(() => { a = b })</script>', true],
      [
        'src/app/A.svelte',
        '<script>let a = $state(0); $effect(() => { el.scrollTop = a })</script>',
        false,
      ],
      [
        'src/app/a.svelte.ts',
        'class A { x = $state(0); m() { $effect(() => { this.x = y }) } }',
        true,
      ],
    ]));
});
