/** Containers that do next to nothing must cost next to nothing: what a lesson leaves running while the student reads. */
import '../../src/lab/rest.ts';
import { Lab } from '../../src/lab/lab.ts';
import { PipeRunner } from '../../src/lab/play/pipes.ts';
import { vms } from '../../src/lab/templates.ts';
import { baseline, cpuSeconds, round, type Figure } from './measure.ts';

/** Share of a core that may be used at the lab's own speed (one virtual second a second). */
const SHARE_MAX = 0.02;

/** `count` containers that print a line a second: how much of a core they take at 1×. */
export function talkingContainers(count: number, virtualSeconds: number): Figure {
  const lab = new Lab({ template: vms(1, 0), seed: 'bench' });
  const runner = new PipeRunner(lab);
  const run = (command: string): string =>
    runner.run('manager1', command, { tty: false }, 600_000)?.stdout ?? '';
  for (let i = 0; i < count; i++)
    run(`docker run -d --name talker${i} alpine sh -c 'while :; do echo tick; sleep 1; done'`);
  lab.runUntil(lab.nowMs + 5_000);
  const cpu = process.cpuUsage();
  lab.runUntil(lab.nowMs + virtualSeconds * 1_000);
  const share = cpuSeconds(cpu) / virtualSeconds;
  const lines = run('docker logs talker0').split('\n').length - 1;
  return {
    name: `${count} containers that print a line a second, ${virtualSeconds} s at 1×`,
    ok: lines >= virtualSeconds && lines <= virtualSeconds + 10 && share < SHARE_MAX,
    value: round(share * 100),
    unit: '% of a core',
    // Virtual seconds in the time in which plain work puts a million objects into a map.
    ratio: 1_000_000 / baseline() / share,
  };
}
