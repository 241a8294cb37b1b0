/** `docker swarm ca --rotate` and the renewal of certificates, as users see them. */
import { expect, it } from 'vitest';
import { sha256 } from '../../src/sim/index.ts';
import { LabSwarm } from './swarm.ts';

function swarmOf(managers: number, workers: number): LabSwarm {
  const swarm = new LabSwarm(managers, workers);
  swarm.joinAll();
  return swarm;
}

function tlsStatus(swarm: LabSwarm): string {
  const format = '{{.Hostname}}={{.TLSStatus}}';
  return swarm.on('manager1', `docker node ls --format '${format}'`).trim().replaceAll('\n', ' ');
}

function isRotating(swarm: LabSwarm): boolean {
  return swarm.on('manager1', 'docker info').includes('Root Rotation In Progress: true');
}

/** The digest in a join token, in hexadecimal. */
function digestOf(token: string): string {
  let value = 0n;
  for (const char of token.split('-')[2] ?? '') value = value * 36n + BigInt(parseInt(char, 36));
  return value.toString(16).padStart(64, '0');
}

it('rotates the root: all nodes get certificates, trust the new root, and tokens carry its digest', () => {
  const swarm = swarmOf(3, 2);
  swarm.on('worker2', 'docker swarm leave');
  swarm.wait(20_000);
  const before = { root: swarm.on('manager1', 'docker swarm ca'), token: swarm.token('worker') };
  expect(digestOf(before.token)).toBe(sha256(before.root));
  expect(swarm.run('manager1', 'docker node rm worker2').exit).toBe(0);
  const { stdout } = swarm.run('manager2', 'docker swarm ca --rotate', { tty: true });
  const shown = stdout.replaceAll('\r\n', '\n');
  const root = swarm.on('manager1', 'docker swarm ca');
  expect(root).not.toBe(before.root);
  expect(shown.endsWith(root)).toBe(true);
  expect(shown).toContain(`sha256:${sha256(root)}`);
  expect(shown).toContain('rotated TLS certificates:');
  expect(shown).toContain('0/4 nodes');
  expect(shown).toContain('4/4 nodes');
  expect(isRotating(swarm)).toBe(false);
  expect(tlsStatus(swarm)).toBe('manager1=Ready manager2=Ready manager3=Ready worker1=Ready');
  expect(digestOf(swarm.token('worker'))).toBe(sha256(root));
  const old = swarm.run(
    'worker2',
    `docker swarm join --token ${before.token} ${swarm.address}:2377`,
  );
  expect(old.stderr).toContain('remote CA does not match fingerprint');
  swarm.on('worker2', swarm.joinCommand('worker2'));
  expect(swarm.on('worker1', 'docker info')).toContain('Swarm: active');
});

it('waits for a node that is away, and ends when it is back', () => {
  const swarm = swarmOf(1, 2);
  const worker = swarm.host('worker2');
  worker.machine.powerOff();
  expect(swarm.on('manager1', 'docker swarm ca --rotate --detach')).toBe('');
  swarm.wait(60_000);
  expect(isRotating(swarm)).toBe(true);
  expect(tlsStatus(swarm)).toBe('manager1=Ready worker1=Ready worker2=Needs Rotation');
  worker.machine.powerOn();
  swarm.wait(30_000);
  expect(isRotating(swarm)).toBe(false);
  expect(tlsStatus(swarm)).toBe('manager1=Ready worker1=Ready worker2=Ready');
});

it('goes on without a node that was removed', () => {
  const swarm = swarmOf(1, 1);
  swarm.host('worker1').machine.powerOff();
  swarm.on('manager1', 'docker swarm ca --rotate --detach --quiet');
  swarm.wait(20_000);
  expect(isRotating(swarm)).toBe(true);
  swarm.on('manager1', 'docker node rm --force worker1');
  swarm.wait(5000);
  expect(isRotating(swarm)).toBe(false);
});

it('says what it does not do', () => {
  const swarm = swarmOf(1, 0);
  swarm.on('manager1', 'docker swarm ca > /tmp/ca.pem');
  const { stderr } = swarm.run(
    'manager1',
    'docker swarm ca --rotate --ca-cert /tmp/ca.pem --ca-key /tmp/ca.pem',
  );
  expect(stderr).toContain('지원하지 않습니다');
});

it('renews certificates before they expire', () => {
  const swarm = swarmOf(1, 1);
  const { lab } = swarm;
  expect(swarm.on('manager1', 'docker swarm ca --rotate --quiet --cert-expiry 1h0m0s')).toBe('');
  const endsAtMs = () =>
    lab.hosts.map(({ engine }) => engine.cluster.runner?.node?.certificate?.NotAfterMs ?? 0);
  const first = endsAtMs();
  for (const atMs of first) expect(atMs - lab.world.unixMs).toBeLessThanOrEqual(3_600_000);
  swarm.wait(4_000_000);
  for (const atMs of endsAtMs()) expect(atMs).toBeGreaterThan(lab.world.unixMs);
  expect(tlsStatus(swarm)).toBe('manager1=Ready worker1=Ready');
});
