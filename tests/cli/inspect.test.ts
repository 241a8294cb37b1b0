import { describe, expect, test } from 'vitest';
import type { ApiRequest } from './harness.ts';
import { CliMachine } from './harness.ts';
import { inspected, recorded, stepOf } from './recorded.ts';

describe('nodes', () => {
  const steps = recorded('05-node-ls-inspect');
  const nodes = ['self', 'worker1'].map((name) => inspected(steps, `docker node inspect ${name}`));
  const cli = new CliMachine();
  cli.startEngine();
  const [self] = nodes;
  const tls = (self?.['Description'] as { TLSInfo: object }).TLSInfo;
  cli.answer = ({ path }: ApiRequest) => {
    if (path === '/info') {
      return { json: { Swarm: { NodeID: self?.['ID'], Cluster: { TLSInfo: tls } } } };
    }
    if (path === '/nodes') return { json: nodes };
    const ref = path.split('/')[2];
    const found = nodes.find(
      (node) =>
        node['ID'] === ref || (node['Description'] as { Hostname: string }).Hostname === ref,
    );
    return found
      ? { json: found }
      : { status: 404, json: { message: `node ${ref ?? ''} not found` } };
  };
  test.each([
    'docker node inspect self',
    'docker node inspect worker1',
    'docker node inspect --pretty self',
    'docker node inspect --pretty worker1',
  ])('%s', (line) => {
    expect(cli.run(line)).toMatchObject({
      stdout: stepOf(steps, line).stdout,
      stderr: '',
      exit: 0,
    });
  });

  test('node ls: all fields of a row, and the mark of this node', () => {
    const { stdout } = cli.run(
      "docker node ls --format 'table {{.Hostname}}\\t{{.Availability}}\\t{{.Self}}\\t{{.TLSStatus}}'",
    );
    const recordedLines = (
      stepOf(
        steps,
        "docker node ls --format 'table {{.Hostname}}\\t{{.Availability}}\\t{{.Self}}\\t{{.TLSStatus}}'",
      ).stdout ?? ''
    ).split('\n');
    expect(stdout.split('\n')).toEqual([...recordedLines.slice(0, 3), '']);
  });

  test('node ls: the table', () => {
    const lines = (stepOf(steps, 'docker node ls').stdout ?? '').split('\n');
    expect(cli.run('docker node ls').stdout).toBe(`${lines.slice(0, 3).join('\n')}\n`);
  });
});

describe('services', () => {
  const steps = recorded('13-service-ls-ps-inspect');
  const web = inspected(steps, 'docker service inspect web');
  const cli = new CliMachine();
  cli.startEngine();
  cli.answer = ({ path }) => {
    if (path === '/services/web') return { json: web };
    if (path === '/services') {
      return {
        json: [{ ...web, ServiceStatus: { RunningTasks: 3, DesiredTasks: 3, CompletedTasks: 0 } }],
      };
    }
    return { status: 404, json: { message: `service ${path.split('/')[2] ?? ''} not found` } };
  };
  test.each([
    'docker service inspect web',
    'docker service inspect --pretty web',
    'docker service inspect nosuch',
    "docker service inspect web nosuch --format '{{.Spec.Name}}'",
    "docker service inspect --pretty --format '{{.ID}}' web",
    'docker service ls --filter label=env=prod',
  ])('%s', (line) => {
    const { stdout = '', stderr = '', exit = 0 } = stepOf(steps, line);
    expect(cli.run(line)).toMatchObject({ stdout, stderr, exit });
  });

  test('json of a row: sorted names, < and > escaped as Go does', () => {
    const line = (stepOf(steps, 'docker service ls --format json').stdout ?? '')
      .split('\n')
      .find((row) => row.includes('"web"'));
    expect(cli.run('docker service ls --format json').stdout).toBe(`${line ?? ''}\n`);
  });
});

describe('templates over what was inspected', () => {
  const cli = new CliMachine();
  cli.startEngine();
  const web = inspected(recorded('13-service-ls-ps-inspect'), 'docker service inspect web');
  cli.answer = () => ({ json: web });
  test.each([
    ['{{.Spec.Labels}}', 'map[env:prod]'],
    ['{{.Spec.Mode.Replicated.Replicas}}', '3'],
    ['{{range .Endpoint.Ports}}{{.PublishedPort}}->{{.TargetPort}}{{end}}', '80->80'],
    ['{{json .Spec.Mode}}', '{"Replicated":{"Replicas":3}}'],
    ['{{.Spec.TaskTemplate.ContainerSpec.Env}}', '[]'],
    ['{{.Spec.TaskTemplate.RestartPolicy.Delay}}', '5s'],
    ['{{if .UpdateStatus}}updated{{else}}never{{end}}', 'never'],
    ['{{with .Spec}}{{.Name | upper | printf "%-5s|"}}{{end}}', 'WEB  |'],
    ['{{index .Spec.Labels "env"}} {{len .Endpoint.Ports}}', 'prod 1'],
    ['{{range $k, $v := .Spec.Labels}}{{$k}}={{$v}}{{end}}', 'env=prod'],
    ['{{eq .Spec.Name "web"}} {{and true .Spec.Name}} {{not false}}', 'true web true'],
    ['{{slice .ID 0 4}} {{split .Spec.Name "e" | len}}', 'o9oc 2'],
    ['{{ .CreatedAt }}', '2026-11-20 08:41:36.937576144 +0000 UTC'],
    ['a{{- /* nothing */ -}}b', 'ab'],
  ])('%s', (format, expected) => {
    expect(cli.run(`docker service inspect web --format '${format}'`)).toMatchObject({
      stdout: `${expected}\n`,
      exit: 0,
    });
  });

  test.each([
    [
      '{{.Nope}}',
      'template parsing error: template: :1:2: executing "" at <.Nope>: can\'t evaluate field Nope in type swarm.Service',
    ],
    ['{{.ID', 'template parsing error: template: :1: unclosed action'],
    ['{{nope .ID}}', 'template parsing error: template: :1: function "nope" not defined'],
    ['{{if .ID}}x', 'template parsing error: template: :1: unexpected EOF'],
  ])('what is wrong with %s', (format, expected) => {
    expect(cli.run(`docker service inspect web --format '${format}'`)).toMatchObject({
      stderr: `${expected}\n`,
      exit: 1,
    });
  });
});
