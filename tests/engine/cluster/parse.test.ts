import { expect, test } from 'vitest';
import { serviceSpecJson } from '../../../src/engine/cluster/convert.ts';
import { readServiceSpec } from '../../../src/engine/cluster/parse.ts';
import { isEqual } from '../../../src/swarm/orchestrator/equal.ts';

const read = (body: unknown): ReturnType<typeof readServiceSpec> =>
  readServiceSpec(body, () => 'named');

test.each([
  ['the least', { Name: 'web', TaskTemplate: { ContainerSpec: { Image: 'nginx' } } }],
  [
    'what the CLI sends',
    {
      Name: 'web',
      Labels: {},
      Mode: { Replicated: { Replicas: 2 } },
      Networks: null,
      TaskTemplate: {
        ContainerSpec: {
          Image: 'nginx:latest@sha256:00',
          Init: false,
          StopGracePeriod: 10_000_000_000,
          DNSConfig: {},
          Mounts: [{ Type: 'volume', Source: 'v', Target: '/v' }],
        },
        Resources: { Limits: {}, Reservations: {} },
        RestartPolicy: { Delay: 5_000_000_000, MaxAttempts: 0 },
        Placement: { Platforms: [{ Architecture: 'amd64', OS: 'linux' }] },
      },
      EndpointSpec: { Mode: 'vip', Ports: [{ TargetPort: 80, PublishedPort: 8080 }] },
    },
  ],
])('a spec that is read, shown and sent back is no change: %s', (_, body) => {
  const first = read(body);
  const again = read(JSON.parse(JSON.stringify(serviceSpecJson(first))));
  expect(isEqual(again.TaskTemplate, first.TaskTemplate)).toBe(true);
  expect(isEqual(again, first)).toBe(true);
});
