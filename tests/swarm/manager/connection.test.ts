import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../src/sim/index.ts';
import { PeerConnection, type ProbeOutcome } from '../../../src/swarm/manager/connection.ts';

/** The other machine, as questions to its port find it. */
let peer: 'up' | 'not listening' | 'off';
let runsSinceMs: number;
let asked: number[];
let world: World;
let connection: PeerConnection;

beforeEach(() => {
  world = new World('connection');
  peer = 'up';
  runsSinceMs = 0;
  asked = [];
  connection = new PeerConnection({
    world,
    random: world.random('transport'),
    probe: ({ timeoutMs }, done) => {
      asked.push(world.nowMs);
      const timer = world.schedule(peer === 'off' ? timeoutMs : 1, 'probe', () => done(outcome()));
      return () => timer.cancel();
    },
  });
  world.runUntil(10);
});

function outcome(): ProbeOutcome {
  if (peer === 'up') return { kind: 'answered', runsSinceMs };
  return { kind: peer === 'off' ? 'silent' : 'refused' };
}

function send(): string[] {
  const sent: string[] = [];
  connection.send(() => sent.push(`sent at ${world.nowMs}`), true);
  return sent;
}

describe('a line to another manager', () => {
  it('stands at once, and is active while what is sent is answered', () => {
    expect(connection.isActive).toBe(true);
    expect(send()).toEqual(['sent at 10']);
    connection.heard();
    world.runUntil(10_000);
    expect(connection.isActive).toBe(true);
    expect(asked, 'nothing is sent again').toEqual([0]);
  });

  it('is asked again when an answer does not come, though the other side took it', () => {
    send();
    world.runUntil(10_000);
    expect(asked).toEqual([0, 220]);
    expect(connection.isActive).toBe(true);
  });

  it('is inactive two seconds after its machine lost power; TCP sends again ever later', () => {
    peer = 'off';
    send();
    world.runUntil(2009);
    expect(connection.isActive).toBe(true);
    world.runUntil(2010);
    expect(connection.isActive).toBe(false);
    world.runUntil(60_000);
    // 210 ms, then each time twice as much.
    expect(asked.slice(1)).toEqual([220, 640, 1480, 3160, 6520, 13_240, 26_680, 53_560]);
  });

  it('stays down after the machine is back, until TCP sends again', () => {
    peer = 'off';
    send();
    world.runUntil(30_000);
    peer = 'up';
    runsSinceMs = 30_000;
    world.runUntil(53_000);
    expect(connection.isActive).toBe(false);
    world.runUntil(53_570);
    expect(connection.isActive).toBe(true);
  });

  it('does not wait longer each time once nobody answers ARP for the machine', () => {
    peer = 'off';
    send();
    world.runUntil(180_000);
    expect(asked.slice(-3)).toEqual([53_560, 107_320, 161_080]);
  });

  it('delivers what was under way when the cable is back, but not to another process', () => {
    for (const [since, delivered] of [
      [0, 1],
      [26_000, 0],
    ] as const) {
      world = new World('cable');
      asked = [];
      peer = 'up';
      runsSinceMs = 0;
      connection = new PeerConnection({
        world,
        random: world.random('transport'),
        probe: (_, done) => {
          const timer = world.schedule(1, 'probe', () => done(outcome()));
          return () => timer.cancel();
        },
      });
      world.runUntil(10);
      peer = 'off';
      send();
      world.runUntil(25_500);
      const late = send();
      runsSinceMs = since;
      peer = 'up';
      world.runUntil(26_700);
      expect(late.length, `process of ${since}`).toBe(delivered);
      expect(connection.isUsable).toBe(true);
    }
  });

  it('backs off from a port where nobody listens: 1 s, then half as long again, at most 8 s and a fifth', () => {
    peer = 'not listening';
    connection.closedByPeer();
    world.runUntil(120_000);
    const [, dialled = 0, ...rest] = asked;
    expect(dialled).toBe(10);
    const gaps = rest.map((at, i) => at - (i === 0 ? dialled : (rest[i - 1] as number)) - 1);
    expect(gaps[0]).toBe(1000);
    [1600, 2560, 4096, 6553, 8000, 8000].forEach((ms, i) => {
      expect(gaps[i + 1]).toBeGreaterThanOrEqual(0.8 * ms - 1);
      expect(gaps[i + 1]).toBeLessThanOrEqual(1.2 * ms + 1);
    });
    expect(new Set(gaps.slice(-5)).size, 'no two managers come back at one moment').toBeGreaterThan(
      1,
    );
    expect(connection.isActive).toBe(false);
    expect(send()).toEqual([]);
  });

  it('lets calls wait while it is stuck, and tells when it is no longer', () => {
    peer = 'off';
    connection.called();
    world.runUntil(3000);
    expect(connection.isStuck).toBe(true);
    expect(connection.isActive, 'calls say nothing about raft').toBe(true);
    let toldAtMs = 0;
    connection.onceUnstuck(() => (toldAtMs = world.nowMs));
    peer = 'up';
    world.runUntil(10_000);
    expect(toldAtMs).toBe(3161);
  });
});
