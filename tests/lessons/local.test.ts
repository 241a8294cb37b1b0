/** Lessons on the learner's own machine: what their checks may ask about beyond a swarm, and what the machine shows there. */
import { describe, expect, test } from 'vitest';
import { container, limit, mountType } from '../../src/lab/checks/queries.ts';
import { HeadlessLab } from './headless.ts';
import { lessons } from './lessons.ts';

const CTRL_PQ = { say: 'Ctrl-P Ctrl-Q', keys: '\u0010\u0011' };
const line = (say: string): { say: string; keys: string } => ({ say, keys: `${say}\r` });

function newLab(): HeadlessLab {
  const lesson = lessons.find((one) => one.template === 'local');
  if (!lesson) throw new Error('no lesson on the template local');
  return new HeadlessLab(lesson);
}

describe('the scope', () => {
  test("holds what commands have shown since the step began, not what was typed at the shell's prompt", () => {
    const lab = newLab();
    lab.run('local', 'echo before', []);
    lab.beginStep();
    lab.run('local', 'echo one; printf two', []);
    expect(lab.scope().seen.output).toEqual(['one', 'two']);
    lab.beginStep();
    expect(lab.scope().seen.output).toEqual([]);
  });

  test('holds inspected containers, events and files', () => {
    const lab = newLab();
    lab.run('local', 'docker run -d --name app -m 64m --tmpfs /t alpine sleep 1d', []);
    lab.run('local', 'docker network create net1 && docker network connect net1 app', []);
    lab.run('local', 'echo kept > note.txt; mkdir folder', []);
    const scope = lab.scope();
    const found = container(scope, 'local', 'app');
    expect(limit(found, 'Memory')).toBe(64 * 1024 * 1024);
    expect(mountType(found, '/t')).toBe('tmpfs');
    const events = scope.seen.events.map(({ type, action, name, of }) => [type, action, name, of]);
    expect(events).toContainEqual(['container', 'start', 'app', 'alpine']);
    expect(events).toContainEqual(['network', 'connect', 'net1', 'app']);
    const { file } = scope.machines['local'] ?? { file: () => null };
    expect(['note.txt', 'folder', 'none'].map((name) => file(`/home/kevin/${name}`))).toEqual([
      'kept\n',
      '',
      null,
    ]);
    lab.run('local', 'docker rm -f app', []);
    expect(lab.scope().seen.events).toContainEqual(
      expect.objectContaining({ action: 'die', name: 'app', exitCode: 137 }),
    );
  });
});

test("a page in the learner's browser is a request like any other", () => {
  const lab = newLab();
  lab.run('local', 'docker run -d -p 8011:80 --name web nginx:1.21', []);
  lab.wait(2_000);
  lab.browse('http://192.168.56.101:8011/');
  const [request] = lab.scope().seen.requests;
  expect(request).toMatchObject({ from: '', entry: 'local', port: 8011, status: 200 });
  expect(request?.body).toContain('Welcome to nginx!');
  lab.browse('http://192.168.56.101:8012/');
  expect(lab.scope().seen.requests.at(-1)).toMatchObject({ port: 8012, status: 0 });
});

test('entries go into the program that a command began, and none of them to the shell', () => {
  const lab = newLab();
  const entries = [line('echo in-$((20 + 3))'), CTRL_PQ];
  const { output, exit } = lab.run('local', 'docker run -it --name app alpine sh', entries);
  expect(output).toContain('in-23');
  expect(exit).toBe(0);
  expect(container(lab.scope(), 'local', 'app')?.['State']).toBe('running');
  expect(lab.run('local', 'true', [line('echo never')]).output).toBe('');
});

describe('what the lessons say is so', () => {
  test('the default route goes through the network whose name comes first, or has the higher priority', () => {
    const lab = newLab();
    const route = (): string => lab.run('local', 'docker exec app ip route', []).output;
    lab.run('local', 'docker network create --subnet 10.9.1.0/24 back', []);
    lab.run('local', 'docker network create --subnet 10.9.2.0/24 front', []);
    lab.run('local', 'docker run -d --name app --net front alpine sleep 1d', []);
    expect(route()).toContain('default via 10.9.2.1');
    lab.run('local', 'docker network connect back app', []);
    expect(route()).toContain('default via 10.9.1.1');
    lab.run('local', 'docker network disconnect back app', []);
    lab.run('local', 'docker network connect --gw-priority -1 back apppp', []);
    expect(route()).toContain('default via 10.9.2.1');
  });

  test('htop shows which cores are busy, and a process that burns one as 100 %', () => {
    const lab = newLab();
    const image = 'leecloudo/stress:1.0 stress --cpu';
    lab.run('local', `docker run -d --cpuset-cpus 0,3 ${image} 2`, []);
    lab.run('local', 'sudo apt -y install htop', []);
    lab.wait(2_000);
    const { output } = lab.run('local', 'htop', [line('q')]);
    const percents = [...output.matchAll(/^ +\d\[.*?([\d.]+)%\]/gm)].map((match) =>
      Number(match[1]),
    );
    expect(percents).toEqual([100, 0, 0, 100]);
    expect(output).toMatch(/ 100\.0 .*stress --cpu 2$/m);
  });

  test("nginx opens its access log before the first visit, and the image's link leads to docker logs", () => {
    const lab = newLab();
    lab.run('local', 'docker run -d -v /home/kevin/log:/var/log/nginx nginx:1.21', []);
    lab.wait(2_000);
    expect(lab.scope().machines['local']?.file('/home/kevin/log/access.log')).toBe('');
  });
});
