import { describe, expect, it } from 'vitest';
import { NetStack } from '../../src/sim/index.ts';
import { RegistryServer } from '../../src/engine/index.ts';
import { TestCluster } from './harness.ts';

describe('a registry in the lab', () => {
  it('takes an image from one machine and gives it to another', () => {
    const cluster = new TestCluster(['m1', 'm2']);
    const host = new NetStack(cluster.world, 'registry');
    host.addInterface({ name: 'eth0', cidr: '192.168.99.10/24', segment: cluster.underlay });
    new RegistryServer(host, 5000);
    cluster.engine('m1').preload('web');
    cluster.machine('m2').files.writeFile('/etc/hosts', '192.168.99.10 registry\n');
    cluster.machine('m1').files.writeFile('/etc/hosts', '192.168.99.10 registry\n');
    expect(cluster.api('m1', 'POST', '/images/web/tag?repo=registry:5000/web&tag=1').status).toBe(
      201,
    );
    const pushed = cluster.api('m1', 'POST', '/images/registry:5000/web/push?tag=1').text;
    const digest = /1: digest: (sha256:\w{64}) size: \d+/.exec(pushed)?.[1];
    expect(digest).toBeDefined();
    expect(
      cluster.api('m2', 'POST', '/images/create?fromImage=registry:5000/web&tag=1').text,
    ).toContain('Status: Downloaded newer image for registry:5000/web:1');
    expect(cluster.api('m2', 'GET', '/images/registry:5000/web:1/json').json.RepoDigests).toEqual([
      `registry:5000/web@${digest}`,
    ]);
    cluster.container('m2', { name: 'c1', image: 'registry:5000/web:1' });
    expect(cluster.exec('m2', 'c1', ['get', '127.0.0.1'])).toContain('from 127.0.0.1');
    const pull = (name: string, tag: string): string =>
      cluster.api('m2', 'POST', `/images/create?fromImage=${name}&tag=${tag}`).json
        .message as string;
    expect(pull('registry:5000/web', 'nope')).toBe(
      'manifest for registry:5000/web:nope not found: manifest unknown: manifest unknown',
    );
    expect(pull('registry:5001/web', '1')).toBe(
      'Get "https://registry:5001/v2/": dial tcp 192.168.99.10:5001: connect: connection refused',
    );
    expect(pull('nohost:5000/web', '1')).toMatch(
      /^Get "https:\/\/nohost:5000\/v2\/": dial tcp: lookup nohost.*no such host$/,
    );
  });
});

describe('a health check', () => {
  it('is starting, then healthy, then unhealthy', () => {
    const cluster = new TestCluster(['m1']);
    cluster.engine('m1').preload('box');
    cluster.container('m1', {
      name: 'c1',
      extra: {
        Healthcheck: { Test: ['CMD', 'cat', '/tmp/ok'], Interval: 1_000_000_000, Retries: 2 },
      },
    });
    const status = (): string =>
      cluster.api('m1', 'GET', '/containers/c1/json').json.State.Health.Status as string;
    expect(status()).toBe('starting');
    cluster.exec('m1', 'c1', ['put', '/tmp/ok', 'yes']);
    cluster.run(1500);
    expect(status()).toBe('healthy');
    cluster.engine('m1').containers.get('c1').namespace?.files.remove('/tmp/ok');
    cluster.run(3000);
    expect(status()).toBe('unhealthy');
    expect(cluster.api('m1', 'GET', '/containers/json').json[0].Status).toMatch(
      /^Up \d seconds \(unhealthy\)$/,
    );
  });
});
