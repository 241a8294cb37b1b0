import { describe, expect, test } from 'vitest';
import type { ApiAnswer, ApiRequest } from './harness.ts';
import { CliMachine } from './harness.ts';
import { recorded } from './recorded.ts';

/** A swarm that keeps what it is told and lists it by stack. */
class FakeSwarm {
  readonly objects: { path: string; body: Record<string, unknown>; id: string }[] = [];

  answer({ method, path, body, query }: ApiRequest): ApiAnswer {
    if (path === '/info') return { json: { Swarm: { ControlAvailable: true, NodeID: 'n' } } };
    if (path.startsWith('/distribution/')) return { status: 404, json: { message: 'no' } };
    const [, kind = '', ref = ''] = path.split('/');
    if (method === 'POST' && ref === 'create') {
      const id = `${kind}${this.objects.length}`;
      this.objects.push({
        path: `/${kind}`,
        body: JSON.parse(body) as Record<string, unknown>,
        id,
      });
      return { json: { ID: id, Id: id } };
    }
    if (ref === '') {
      const filter = query.get('filters') ?? '';
      const own = this.objects.filter(
        (one) =>
          one.path === `/${kind}` &&
          (!filter.includes('label') ||
            filter.includes(
              `=${String((one.body['Labels'] as Record<string, string>)['com.docker.stack.namespace'])}"`,
            )),
      );
      return {
        json: own.map((one) => ({
          ID: one.id,
          Id: one.id,
          Name: one.body['Name'],
          Spec: one.body,
          Version: { Index: 1 },
        })),
      };
    }
    return { status: 404, json: { message: `${kind} ${ref} not found` } };
  }
}

describe('compose files that do not load, in the words of Docker', () => {
  const steps = recorded('35-stack-errors');
  const files = new Map(
    steps.flatMap((step) =>
      step.file === undefined ? [] : [[step.file, step.content ?? ''] as const],
    ),
  );
  // The rest of the recording needs a swarm that names what it refuses.
  const dependsOnSwarm = /extnet|undefnet|extsecret|bad name|ok\.yml|nover|ignored|-c interp/;
  const cases = steps.flatMap((step) =>
    step.run !== undefined &&
    /^docker stack (deploy|config)/.test(step.run) &&
    !dependsOnSwarm.test(step.run)
      ? [[step.run, step] as const]
      : [],
  );
  test.each(cases)('%s', (line, step) => {
    const cli = new CliMachine();
    cli.startEngine();
    const swarm = new FakeSwarm();
    cli.answer = (request) => swarm.answer(request);
    for (const [name, content] of files) cli.machine.files.writeFile(`/root/${name}`, content);
    expect(cli.run(line)).toMatchObject({
      stdout: step.stdout ?? '',
      stderr: step.stderr ?? '',
      exit: step.exit,
    });
  });
});

describe('stack deploy', () => {
  const steps = recorded('34-stack');
  const file = steps.find((step) => step.file === 'docker-stack.yml')?.content ?? '';
  const start = () => {
    const cli = new CliMachine();
    cli.startEngine();
    const swarm = new FakeSwarm();
    cli.answer = (request) => swarm.answer(request);
    cli.machine.files.writeFile('/root/docker-stack.yml', file);
    return { cli, swarm };
  };

  test('stack config prints the file as Docker understands it', () => {
    const { cli } = start();
    const line = 'docker stack config -c docker-stack.yml';
    expect(cli.run(line).stdout).toBe(steps.find((step) => step.run === line)?.stdout);
  });

  test('creates networks before services, with names and labels of the stack', () => {
    const { cli, swarm } = start();
    const ran = cli.run('docker stack deploy -c docker-stack.yml app');
    expect(ran.exit).toBe(0);
    expect(ran.stdout.split('\n')).toEqual([
      'Creating network app_front',
      'Creating service app_redis',
      'Creating service app_web',
      '',
    ]);
    const web = swarm.objects.find((one) => one.body['Name'] === 'app_web')?.body;
    expect(web).toMatchObject({
      Labels: { 'com.docker.stack.namespace': 'app', 'com.docker.stack.image': 'nginx:alpine' },
      Mode: { Replicated: { Replicas: 2 } },
      UpdateConfig: { Parallelism: 1, Delay: 2e9 },
      TaskTemplate: {
        ContainerSpec: { Image: 'nginx:alpine' },
        Networks: [{ Target: 'app_front', Aliases: ['web'] }],
        RestartPolicy: { Condition: 'on-failure' },
      },
      EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }] },
    });
    const redis = swarm.objects.find((one) => one.body['Name'] === 'app_redis')?.body;
    expect(redis).toMatchObject({
      TaskTemplate: {
        ContainerSpec: { Mounts: [{ Type: 'volume', Source: 'app_data', Target: '/data' }] },
        Placement: { Constraints: ['node.role == manager'] },
      },
    });
  });
});
