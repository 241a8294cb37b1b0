import { describe, expect, it } from 'vitest';
import { TestCluster, unframe } from './harness.ts';

function one(version?: string): TestCluster {
  const cluster = new TestCluster(['m1'], version);
  cluster.engine('m1').preload('box');
  cluster.engine('m1').preload('web');
  return cluster;
}

describe('a container', () => {
  it('is created, runs, prints, ends and is removed', () => {
    const cluster = one();
    const id = cluster.container('m1', { name: 'c1', cmd: ['oops'] });
    cluster.run(1000);
    const inspect = cluster.api('m1', 'GET', '/containers/c1/json').json;
    expect(inspect.State).toMatchObject({ Status: 'exited', ExitCode: 3, Running: false });
    expect(inspect.Id).toBe(id);
    const logs = cluster.api('m1', 'GET', '/containers/c1/logs?stdout=1&stderr=1');
    expect(unframe(logs.text)).toBe('fine\nbad\n');
    expect(cluster.api('m1', 'DELETE', '/containers/c1').status).toBe(204);
    expect(cluster.api('m1', 'GET', '/containers/c1/json').status).toBe(404);
  });

  it('refuses a name that is taken, and a command that is not there', () => {
    const cluster = one();
    const id = cluster.container('m1', { name: 'c1' });
    const again = cluster.api('m1', 'POST', '/containers/create?name=c1', { Image: 'box' });
    expect(again.status).toBe(409);
    expect(again.json.message).toContain(
      `The container name "/c1" is already in use by container "${id}".`,
    );
    cluster.api('m1', 'POST', '/containers/create?name=c2', { Image: 'box', Cmd: ['nosuch'] });
    const started = cluster.api('m1', 'POST', '/containers/c2/start');
    expect(started.json.message).toBe(
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "nosuch": executable file not found in $PATH: unknown',
    );
    expect(cluster.api('m1', 'GET', '/containers/c2/json').json.State).toMatchObject({
      Status: 'created',
      ExitCode: 127,
    });
  });

  it('is stopped by its signal, or killed after the grace period', () => {
    const cluster = one();
    cluster.container('m1', { name: 'polite' });
    cluster.container('m1', { name: 'stubborn', cmd: ['stubborn'] });
    const before = cluster.world.nowMs;
    expect(cluster.api('m1', 'POST', '/containers/polite/stop').status).toBe(204);
    expect(cluster.world.nowMs - before).toBeLessThan(500);
    expect(cluster.api('m1', 'POST', '/containers/stubborn/stop?t=3').status).toBe(204);
    expect(cluster.world.nowMs - before).toBeGreaterThan(3000);
    expect(cluster.api('m1', 'GET', '/containers/stubborn/json').json.State.ExitCode).toBe(137);
    expect(cluster.api('m1', 'POST', '/containers/polite/stop').status).toBe(304);
  });

  it('keeps its files over a power cut and starts again by its policy', () => {
    const cluster = one();
    cluster.container('m1', {
      name: 'c1',
      host: { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } },
    });
    cluster.container('m1', { name: 'c2' });
    cluster.exec('m1', 'c1', ['put', '/tmp/x', 'kept']);
    cluster.machine('m1').powerOff();
    cluster.run(1000);
    cluster.machine('m1').powerOn();
    cluster.run(3000);
    expect(cluster.exec('m1', 'c1', ['cat', '/tmp/x'])).toBe('kept');
    expect(cluster.api('m1', 'GET', '/containers/c2/json').json.State).toMatchObject({
      Status: 'exited',
      ExitCode: 255,
    });
    expect(cluster.api('m1', 'GET', '/containers/c1/changes').json).toEqual([
      { Path: '/tmp', Kind: 0 },
      { Path: '/tmp/x', Kind: 1 },
    ]);
  });

  it('restarts with growing pauses', () => {
    const cluster = one();
    cluster.container('m1', {
      name: 'c1',
      cmd: ['exit', '1'],
      host: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
    });
    cluster.run(10_000);
    expect(cluster.api('m1', 'GET', '/containers/c1/json').json).toMatchObject({
      RestartCount: 3,
      State: { Status: 'exited', ExitCode: 1 },
    });
  });

  it('speaks the words of 20.10', () => {
    const cluster = one('20.10.24+dfsg1');
    const id = cluster.container('m1', { name: 'c1' });
    expect(cluster.api('m1', 'DELETE', '/containers/c1').json.message).toBe(
      `You cannot remove a running container ${id}. Stop the container before attempting removal or force remove`,
    );
    expect(cluster.api('m1', 'GET', '/containers/json?filters={"nosuch":["1"]}').json.message).toBe(
      "Invalid filter 'nosuch'",
    );
    cluster.api('m1', 'POST', '/containers/c1/pause');
    expect(cluster.api('m1', 'POST', '/containers/c1/exec', { Cmd: ['echo'] }).json.message).toBe(
      'Container c1 is paused, unpause the container before exec',
    );
  });
});

describe('networks', () => {
  it('give the lowest free addresses and the published ports', () => {
    const cluster = one();
    cluster.container('m1', {
      name: 'w1',
      image: 'web',
      host: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } },
    });
    cluster.container('m1', { name: 'w2', image: 'web' });
    const [a, b] = ['w1', 'w2'].map(
      (name) => cluster.api('m1', 'GET', `/containers/${name}/json`).json.NetworkSettings,
    );
    expect([a.IPAddress, b.IPAddress]).toEqual(['172.17.0.2', '172.17.0.3']);
    expect(a.Ports).toEqual({
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
    });
    expect(cluster.exec('m1', 'w2', ['get', '172.17.0.2'])).toContain('from 172.17.0.3');
    expect(cluster.exec('m1', 'w2', ['get', '192.168.99.100', '8080'])).toContain(
      'from 172.17.0.1',
    );
    cluster.api('m1', 'POST', '/containers/create?name=w3', {
      Image: 'web',
      HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } },
    });
    expect(cluster.api('m1', 'POST', '/containers/w3/start').json.message).toMatch(
      /^failed to set up container networking: driver failed programming external connectivity on endpoint w3 \(\w{64}\): Bind for 0\.0\.0\.0:8080 failed: port is already allocated$/,
    );
  });

  it('reach a published port from another machine', () => {
    const cluster = new TestCluster(['m1', 'm2']);
    cluster.engine('m1').preload('web');
    cluster.engine('m2').preload('box');
    cluster.container('m1', {
      name: 'w1',
      image: 'web',
      host: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } },
    });
    cluster.container('m2', { name: 'b1' });
    expect(cluster.exec('m2', 'b1', ['get', '192.168.99.100', '8080'])).toContain(
      'from 192.168.99.101',
    );
  });
});

describe('images', () => {
  it('are pulled with progress, or refused', () => {
    const cluster = new TestCluster(['m1']);
    const lines = cluster
      .api('m1', 'POST', '/images/create?fromImage=web&tag=2')
      .text.trim()
      .split('\r\n')
      .map((line) => JSON.parse(line) as { status: string });
    expect(lines[0]).toEqual({ status: 'Pulling from library/web', id: '2' });
    expect(lines.at(-1)?.status).toBe('Status: Downloaded newer image for web:2');
    expect(cluster.api('m1', 'POST', '/images/create?fromImage=web&tag=9').json.message).toBe(
      'manifest for web:9 not found: manifest unknown: manifest unknown',
    );
    expect(
      cluster.api('m1', 'POST', '/images/create?fromImage=nope&tag=latest').json.message,
    ).toContain('pull access denied for nope');
    cluster.underlay.setCable('m1', false);
    expect(cluster.api('m1', 'POST', '/images/create?fromImage=web&tag=latest').status).toBe(500);
  });
});
