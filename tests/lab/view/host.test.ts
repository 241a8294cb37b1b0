import { describe, expect, it } from 'vitest';
import { Lab } from '../../../src/lab/lab.ts';
import { TypingRunner } from '../../../src/lab/play/typing.ts';
import '../../../src/lab/rest.ts';
import { local, vms } from '../../../src/lab/templates.ts';
import { ViewBuilder } from '../../../src/lab/view/build.ts';

function run(lab: Lab, machine: string, ...commands: readonly string[]): void {
  const runner = new TypingRunner(lab);
  for (const command of commands) {
    const result = runner.run(machine, command, { input: [] }, 120_000);
    expect(result?.exit, `${command}: ${result?.stdout ?? ''}`).toBe(0);
  }
}

describe('one machine', () => {
  it('shows its containers with their networks, volumes and published ports', () => {
    const lab = new Lab({ template: local(), seed: 'host' });
    run(
      lab,
      'local',
      'docker network create --subnet 172.30.0.0/16 front',
      'docker run -d --name web --network front -p 8080:80 -v data:/usr/share/nginx/html:ro -v /home/kevin:/h nginx:alpine',
      'docker network connect bridge web',
      'docker run --name once alpine sh -c "exit 0"',
    );
    const { host } = new ViewBuilder(lab).build();
    expect(host?.machine).toBe('local');
    expect(host?.containers).toMatchObject([
      {
        name: 'web',
        image: 'nginx:alpine',
        state: 'running',
        exitCode: undefined,
        ports: [{ address: '0.0.0.0', published: 8080, target: 80, protocol: 'tcp' }],
        mounts: [
          { type: 'bind', source: '/home/kevin', target: '/h', isReadOnly: false },
          { type: 'volume', source: 'data', target: '/usr/share/nginx/html', isReadOnly: true },
        ],
      },
      { name: 'once', state: 'exited', exitCode: 0, ports: [] },
    ]);
    const [web] = host?.containers ?? [];
    expect(new Map(web?.networks.map(({ name, address }) => [name, address]))).toEqual(
      new Map([
        ['front', '172.30.0.2'],
        ['bridge', '172.17.0.2'],
      ]),
    );
    expect(host?.networks).toEqual([
      { name: 'bridge', driver: 'bridge', subnet: '172.17.0.0/16', gateway: '172.17.0.1' },
      { name: 'front', driver: 'bridge', subnet: '172.30.0.0/16', gateway: '172.30.0.1' },
    ]);
    expect(host?.volumes).toEqual([{ name: 'data', isAnonymous: false, usedBy: ['web'] }]);
  });

  it('shows nothing while its Docker is off, and a cluster has no inside', () => {
    const lab = new Lab({ template: local(), seed: 'host' });
    const builder = new ViewBuilder(lab);
    expect(builder.build().host).toBeDefined();
    lab.input({ kind: 'fault', fault: { type: 'crash', machine: 'local' } });
    lab.runUntil(100);
    expect(builder.build().host).toBeUndefined();
    expect(
      new ViewBuilder(new Lab({ template: vms(1, 1), seed: 'x' })).build().host,
    ).toBeUndefined();
  });
});
