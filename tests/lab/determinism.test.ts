/**
 * The state of a lab is a pure function of template, seed and inputs, and everything that changes in the cluster has
 * gone through raft.
 */
import '../../src/lab/rest.ts';
import { describe, expect, it } from 'vitest';
import '../../src/lab/rest.ts';
import { LabInvariants } from '../../src/lab/invariants/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import { PipeRunner } from '../../src/lab/play/pipes.ts';
import { playScenario } from '../../src/lab/play/index.ts';
import type { Scenario } from '../../src/lab/play/scenario.ts';
import { Session } from '../../src/lab/session.ts';
import { vms } from '../../src/lab/templates.ts';
import { readRecording, questionOf } from '../conformance/recording.ts';

/** Three managers and three workers in a swarm, and how to run a command in it. */
function swarm(seed: string): { lab: Lab; run: (machine: string, command: string) => string } {
  const lab = new Lab({ template: { ...vms(3, 3), preloaded: ['nginx:latest'] }, seed });
  const runner = new PipeRunner(lab);
  const run = (machine: string, command: string): string => {
    const result = runner.run(machine, command, { tty: false }, 120_000);
    return result ? result.stdout + result.stderr : 'no answer';
  };
  run('manager1', 'docker swarm init --advertise-addr 192.168.99.100');
  for (const role of ['manager', 'worker'] as const) {
    const token = run('manager1', `docker swarm join-token -q ${role}`).trim();
    for (const { machine } of lab.hosts) {
      if (!machine.name.startsWith(role) || machine.name === 'manager1') continue;
      run(machine.name, `docker swarm join --token ${token} 192.168.99.100:2377`);
    }
  }
  lab.runUntil(lab.nowMs + 2_000);
  return { lab, run };
}

function leaderOf(lab: Lab): string | undefined {
  return lab.hosts.find(({ engine }) => engine.cluster.runner?.node?.manager?.isLeader)?.machine
    .name;
}

const SEEDS = Array.from({ length: 10 }, (_, i) => `seed ${i}`);

describe('a scenario', () => {
  const recorded: Scenario = questionOf(readRecording('04-leave'));
  const { recorded: _how, ...typed } = recorded;

  it.each([
    ['by pipes', recorded],
    ['typed at terminals', typed],
  ])('played twice %s gives the same bytes', (_, scenario) => {
    const first = JSON.stringify(playScenario(scenario));
    expect(JSON.stringify(playScenario(scenario))).toBe(first);
    expect(first).toContain('"stdout":"ID ');
  });

  it('has other IDs with another seed', () => {
    const ids = (seed: string): string[] => {
      const text = JSON.stringify(playScenario(questionOf(readRecording('01-swarm-init')), seed));
      return text.match(/current node \(([a-z0-9]{25})\)/g) ?? [];
    };
    const [a, b] = [ids('a'), ids('b')];
    expect(a.length).toBeGreaterThan(0);
    expect(b).toHaveLength(a.length);
    expect(a.filter((id) => b.includes(id))).toEqual([]);
  });
});

describe('over ten seeds', () => {
  const outcomes = SEEDS.map((seed) => {
    const { lab, run } = swarm(seed);
    run('manager1', 'docker service create -d --name web --replicas 2 nginx');
    lab.runUntil(lab.nowMs + 5_000);
    const placement = run('manager1', "docker service ps web --format '{{.Node}}'");
    lab.input({ kind: 'fault', fault: { type: 'crash', machine: 'manager1' } });
    lab.runUntil(lab.nowMs + 60_000);
    return { placement: placement.trim().split('\n').sort().join(), leader: leaderOf(lab) };
  });

  it('more than one manager leads after a failure', () => {
    const leaders = new Set(outcomes.map(({ leader }) => leader));
    expect([...leaders].sort()).toEqual(['manager2', 'manager3']);
  });

  it('more than one placement among equal nodes', () => {
    for (const { placement } of outcomes) expect(placement).toMatch(/^\w+\d,\w+\d$/);
    expect(new Set(outcomes.map(({ placement }) => placement)).size).toBeGreaterThan(1);
  });
});

describe("the page's session", () => {
  const TYPED = [
    'docker swarm init --advertise-addr 192.168.99.100\r',
    'docker swarm join-token -q worker\r',
    'docker service create --name web --replicas 3 nginx\r',
    'docker service ps web\r',
    'docker service scale web=5\r',
    'docker node ls\r',
  ];

  /** A person at a terminal; `pace` lets time pass as it likes. */
  function session(pace: (page: Session, toMs: number) => void): Session {
    const page = Session.open({ kind: 'free', managers: 1, workers: 1, seed: 'page' });
    page.input({ kind: 'open', terminal: 't1', machine: 'manager1', columns: 120, rows: 30 });
    page.input({ kind: 'open', terminal: 't2', machine: 'worker1', columns: 80, rows: 24 });
    TYPED.forEach((text, i) => {
      pace(page, 2_000 + i * 13_000);
      page.input({ kind: 'type', terminal: 't1', text });
      if (i !== 1) return;
      pace(page, 10_000);
      const token = /SWMTKN-\S+/.exec(page.lab.screen('t1')?.between(0) ?? '')?.[0];
      const join = `docker swarm join --token ${token} 192.168.99.100:2377\r`;
      page.input({ kind: 'type', terminal: 't2', text: join });
    });
    pace(page, 80_000);
    page.fault({ type: 'crash', machine: 'worker1' });
    pace(page, 120_000);
    return page;
  }

  function frames(
    sliceMs: (n: number) => number,
    each: (page: Session, n: number) => void = () => {},
  ) {
    return (page: Session, toMs: number): void => {
      for (let n = 0; page.lab.nowMs < toMs && n < 1_000_000; n++) {
        each(page, n);
        page.advance(sliceMs(n));
        page.update();
      }
    };
  }

  const PACES: Readonly<Record<string, (page: Session, toMs: number) => void>> = {
    'at 1×': frames(() => 16),
    'at 10×': frames(
      () => 16,
      (page, n) => n === 0 && page.setSpeed(10),
    ),
    'paused in between': frames(
      () => 33,
      (page, n) => {
        if (n % 50 === 10) page.pause();
        else if (n % 50 === 20) page.play();
      },
    ),
    'in a background tab, in ragged slices': frames((n) => [1000, 3, 250, 1, 997][n % 5] ?? 1),
  };

  it.each(Object.entries(PACES))('%s, replays to the same state', (_, pace) => {
    const saved = session(pace).save();
    const replayed = new Lab({ template: vms(1, 1), seed: saved.seed });
    replayed.replay(saved);
    expect(replayed.fingerprint()).toBe(saved.fingerprint);
    expect(replayed.screen('t1')?.between(0)).toContain('overall progress: 3 out of 3 tasks');
    expect(replayed.screen('t2')?.between(0)).toContain('This node joined a swarm as a worker.');
  });

  it('a fingerprint tells two labs apart', () => {
    const saved = session(frames(() => 500)).save();
    const { inputs, nowMs, seed } = saved;
    const less = new Lab({ template: vms(1, 1), seed });
    less.replay({ inputs: inputs.filter(({ input }) => input.kind !== 'fault'), nowMs });
    expect(less.fingerprint()).not.toBe(saved.fingerprint);
  });
});

describe('what is written goes through raft', () => {
  /** When the store of manager1 has the config, after `lose` began to filter the wire. */
  function committedAtMs(lose: (lab: Lab) => void): number {
    const { lab, run } = swarm('append');
    expect(leaderOf(lab)).toBe('manager1');
    const store = lab.host('manager1')?.engine.cluster.storeView();
    let committedMs = 0;
    store?.watch('test', (events) => {
      if (events.some(({ table, action }) => table === 'config' && action === 'create'))
        committedMs = lab.nowMs;
    });
    lose(lab);
    run('manager1', 'docker config create entry /etc/hostname');
    lab.runUntil(lab.nowMs + 5_000);
    return committedMs;
  }

  it('a lost AppendEntries changes when an entry is committed', () => {
    const usual = committedAtMs(() => {});
    let lost = 0;
    const later = committedAtMs((lab) => {
      // One to each follower: a majority of three does with one answer.
      const spared = new Set(['manager2', 'manager3']);
      lab.underlay.addFilter((packet, from, to) => {
        if (packet.label !== 'AppendEntries' || from !== 'manager1' || !spared.delete(to))
          return true;
        lost++;
        return false;
      });
    });
    expect(lost).toBe(2);
    expect(usual).toBeGreaterThan(0);
    expect(later).toBeGreaterThan(usual);
  });

  it('a write that bypasses raft is noticed', () => {
    const { lab, run } = swarm('bypass');
    const invariants = new LabInvariants(lab);
    invariants.look();
    run('manager1', 'docker config create honest /etc/hostname');
    lab.runUntil(lab.nowMs + 5_000);
    invariants.look();
    expect([invariants.disagreement(), ...invariants.violations]).toEqual(['']);
    const store = lab.host('manager2')?.engine.cluster.storeView();
    const config = store?.list('config')[0];
    if (!store || !config) throw new Error('there is no config');
    store.apply([{ action: 'create', table: 'config', object: { ...config, ID: 'smuggled' } }], 1);
    expect(invariants.disagreement()).toContain('smuggled');
    const changed = { ...config, Spec: { ...config.Spec, Data: 'forged' } };
    store.apply([{ action: 'update', table: 'config', object: changed }], 1);
    lab.runUntil(lab.nowMs + 1);
    expect(invariants.violations.join()).toContain('Equal versions hold equal objects');
  });
});
