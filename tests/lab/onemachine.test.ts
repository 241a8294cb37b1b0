/** One machine's Docker as a person at a terminal has it: limits that hold, logs on the disk, what a bad command does to the rest. */
import { describe, expect, test } from 'vitest';
import { playScenario } from '../../src/lab/play/index.ts';

const CONTROL = new RegExp(String.raw`\x1b\[[0-9;?]*[ -/]*[@-~]|\r`, 'g');

interface Line {
  readonly run: string;
  readonly input?: readonly string[];
}

/** Types the lines at one terminal of the learner's machine; `wait 2s` lets time pass. Returns what each showed. */
function type(...lines: readonly (string | Line)[]): readonly string[] {
  const steps = lines.map((line) => {
    if (typeof line !== 'string') return { node: 'local', ...line };
    const wait = /^wait (\S+)$/.exec(line)?.[1];
    return wait === undefined ? { node: 'local', run: line } : { wait };
  });
  return playScenario({
    scenario: 'one machine',
    template: 'local',
    nodes: [{ name: 'local', ip: '192.168.56.101' }],
    steps,
  })
    .filter((step) => step.wait === undefined)
    .map((step) => (step.error ?? step.stdout ?? '').replace(CONTROL, ''));
}

const CTRL_C = ['\u0003'];

describe('limits act on any program', () => {
  const [, , , stats = '', states = '', oom = '', direct = '', mixed = ''] = type(
    `docker run -d --name half --cpus 0.5 alpine sh -c 'while :; do :; done'`,
    `docker run -d --name eater -m 64m alpine tail /dev/zero`,
    `docker run -d --name few --pids-limit 4 alpine sh -c 'for i in 1 2 3 4 5 6; do sleep 90 & done'`,
    'wait 3s',
    `docker stats --no-stream --format '{{.Name}} {{.CPUPerc}}' half`,
    `docker ps -a --format '{{.Names}} {{.Status}}'`,
    `docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' eater; docker logs few`,
    `docker run --rm --device-write-bps /dev/sda:1mb ubuntu dd if=/dev/zero of=/f bs=1M count=5 oflag=direct`,
    `docker exec half cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu.stat`,
  );

  test('a loop of the shell has the processor time that its container may have', () => {
    expect(Number(/half ([\d.]+)%/.exec(stats)?.[1])).toBeCloseTo(50, -1);
    expect(mixed).toMatch(/^50000 100000$/m);
    expect(Number(/nr_throttled (\d+)/.exec(mixed)?.[1])).toBeGreaterThan(20);
  });

  test('who eats memory is killed with 137', () => {
    expect(states).toMatch(/eater Exited \(137\)/);
    expect(oom).toMatch(/^true 137$/m);
  });

  test('a process too many is refused in the words of the shell', () => {
    expect(oom).toContain("can't fork: Resource temporarily unavailable");
  });

  test('dd sees the throttle', () => {
    expect(direct).toMatch(/5242880 bytes \(5.2 MB, 5.0 MiB\) copied, 5(\.\d+)? s, 1.0 MB\/s/);
  });
});

test('logs lie on the disk and are turned over', () => {
  const [, files = '', logs = '', last = ''] = type(
    `docker run -d --name talker --log-opt max-size=1k --log-opt max-file=2 alpine sh -c 'for i in $(seq 1 40); do echo line $i; done; sleep 99'`,
    `sudo sh -c 'cd /var/lib/docker/containers/*/ && ls *.log*'`,
    'docker logs talker',
    `sudo sh -c 'tail -n 1 /var/lib/docker/containers/*/*-json.log'`,
  );
  expect(files).toMatch(/^[0-9a-f]{64}-json\.log\s+[0-9a-f]{64}-json\.log\.1$/m);
  expect(logs).not.toContain('line 10\n');
  expect(logs).toMatch(/line 40$/m);
  expect(last).toMatch(/\{"log":"line 40\\n","stream":"stdout","time":"2026-/);
});

describe('what goes wrong stays where it is', () => {
  const [, endless = '', full = '', df = '', memory = '', bomb = '', after = '', alive = ''] = type(
    'docker run -d --name keeper nginx',
    { run: 'yes', input: CTRL_C },
    `dd if=/dev/zero of=/tmp/full bs=1M; rm -f /tmp/none`,
    'df -h / | tail -1; rm /tmp/full',
    'a=x; while true; do a=$a$a; done',
    { run: ':(){ :|:& };:', input: CTRL_C },
    'sleep 1; kill -9 -1 2>/dev/null; echo alone',
    `docker ps --format '{{.Names}} {{.Status}}'`,
  );

  test('endless output ends with Ctrl-C, and a terminal takes only so much a second', () => {
    expect(endless.endsWith('^C\n') || endless.trimEnd().endsWith('^C')).toBe(true);
    expect(endless.length).toBeLessThan(4_000_000);
    expect(endless.length).toBeGreaterThan(100_000);
  });

  test('a full disk is said, and nothing is lost by it', () => {
    expect(full).toContain("dd: error writing '/tmp/full': No space left on device");
    expect(df).toContain('100%');
  });

  test('a variable that doubles for ever, and a fork bomb', () => {
    expect(memory).toContain('Cannot allocate memory');
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(after).toBeDefined();
  });

  test('the container goes on', () => {
    expect(alive).toMatch(/^keeper Up /m);
  });
});

test('cAdvisor shows what the engine counts', () => {
  const [, page = '', web = '', metrics = '', missing = ''] = type(
    'docker run -d --name cadvisor -v /var/run:/var/run:ro -p 8080:8080 google/cadvisor',
    'curl -sL localhost:8080/',
    `docker run -d --name web --cpus 0.25 -m 128m alpine sh -c 'while :; do :; done'; sleep 12; curl -s localhost:8080/docker/web`,
    `curl -s localhost:8080/metrics | grep -E '(cpu_usage_seconds_total|spec_memory_limit_bytes).*name="web"'`,
    'curl -s localhost:8080/docker/nosuch',
  );
  expect(page).toContain('Docker Containers');
  expect(web).toContain('Limit 128.00 MB');
  expect(web).toMatch(/Total Usage<\/td><td>0\.2[45]\d cores/);
  expect(Number(/cpu_usage_seconds_total\S* ([\d.]+)/.exec(metrics)?.[1])).toBeGreaterThan(2);
  expect(metrics).toMatch(/spec_memory_limit_bytes\{.*\} 1\.34217728e\+08/);
  expect(missing).toContain('unable to find Docker container "nosuch"');
});

test('a container that joins a network gets its resolver, and httpd of busybox answers', () => {
  const [, , , names = '', page = ''] = type(
    'docker network create net1',
    `docker run -d --name site --network net1 busybox sh -c 'mkdir /w; echo hello > /w/index.html; httpd -f -h /w'`,
    'docker run -d --name guest busybox sleep 900; docker network connect net1 guest',
    'docker exec guest cat /etc/resolv.conf',
    'docker exec guest wget -qO- http://site/; docker exec guest wget -qO- http://site/none',
  );
  expect(names).toContain('nameserver 127.0.0.11');
  expect(page).toContain('hello\n');
  expect(page).toContain('404 Not Found');
});
