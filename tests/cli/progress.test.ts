import { expect, test } from 'vitest';
import { CliMachine } from './harness.ts';

/** A service whose two tasks run after half a second. */
function converging(): CliMachine {
  const cli = new CliMachine();
  cli.startEngine();
  const service = {
    ID: 'n9x3cqiolij2ud5kmnz3v0axr',
    Version: { Index: 1 },
    Spec: {
      Name: 'web',
      TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
      Mode: { Replicated: { Replicas: 2 } },
    },
  };
  const startMs = cli.world.nowMs;
  cli.answer = ({ path, method }) => {
    if (path === '/services/create') return { json: { ID: service.ID } };
    if (method === 'POST') return { json: {} };
    if (path.startsWith('/services/')) return { json: service };
    if (path === '/nodes') return { json: [{ ID: 'n1', Status: { State: 'ready' } }] };
    if (path === '/tasks') {
      const State = cli.world.nowMs - startMs < 500 ? 'preparing' : 'running';
      return {
        json: [1, 2].map((Slot) => ({
          ID: `t${Slot}`,
          Slot,
          NodeID: 'n1',
          Status: { State },
          DesiredState: 'running',
        })),
      };
    }
    return { status: 404, json: { message: 'not there' } };
  };
  return cli;
}

test('in a pipe: a line each, bars left out, five seconds of verification', () => {
  const ran = converging().run('docker service create --name web --replicas 2 nginx');
  const lines = ran.stdout.split('\n');
  expect(lines.slice(0, 5)).toEqual([
    'n9x3cqiolij2ud5kmnz3v0axr',
    'overall progress: 0 out of 2 tasks',
    '1/2:  ',
    '2/2:  ',
    'overall progress: 0 out of 2 tasks',
  ]);
  expect(lines).toContain('overall progress: 2 out of 2 tasks');
  expect(
    lines.filter((line) => line === 'verify: Waiting 5 seconds to verify that tasks are stable...'),
  ).toHaveLength(5);
  expect(lines.at(-2)).toBe('verify: Service n9x3cqiolij2ud5kmnz3v0axr converged');
  expect(ran.stderr).toContain(
    'image nginx:latest could not be accessed on a registry to record\n',
  );
  expect(ran.exit).toBe(0);
  expect(ran.tookMs).toBeGreaterThanOrEqual(5500);
});

test('on a terminal: lines rewritten in place, with bars', () => {
  const { stdout } = converging().run('docker service scale web=2', { tty: true });
  expect(stdout).toContain('\u001b[1A\u001b[2K\roverall progress: 0 out of 2 tasks \r\u001b[1B');
  expect(stdout).toContain(`1/2: preparing [${'='.repeat(33)}>${' '.repeat(17)}] \r\u001b[2B`);
  expect(stdout).toContain(`2/2: running   [${'='.repeat(50)}>] \r\u001b[1B`);
});

test('--detach does not wait, --quiet waits and says nothing', () => {
  expect(converging().run('docker service scale -d web=2')).toMatchObject({
    stdout: 'web scaled to 2\n',
    tookMs: 30,
  });
  const quiet = converging().run('docker service create -q --no-resolve-image nginx');
  expect(quiet.stdout).toBe('n9x3cqiolij2ud5kmnz3v0axr\n');
  expect(quiet.tookMs).toBeGreaterThanOrEqual(5500);
});
