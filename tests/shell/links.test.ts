import { expect, test } from 'vitest';
import { Bench } from './harness.ts';

test('root makes a pair of interfaces, gives one an address, and takes both away', () => {
  const bench = new Bench();
  expect(bench.run('ip link add eth1 type veth peer name eth1p').code).toBe(0);
  expect(bench.run('ip -br addr show eth1').stdout).not.toContain('0.0.0.0');
  expect(bench.run('ip addr add 10.0.0.5/24 dev eth1; ip link set eth1 up').code).toBe(0);
  expect(bench.run('ip -br addr show eth1').stdout).toMatch(/^eth1 +UP +10\.0\.0\.5\/24 $/m);
  expect(bench.run('ip route').stdout).toContain(
    '10.0.0.0/24 dev eth1 proto kernel scope link src 10.0.0.5',
  );
  expect(bench.run('ip link del eth1p').code).toBe(0);
  expect(bench.run('ip addr').stdout).not.toContain('eth1');
});

test.each([
  ['ip link add eth0 type dummy', 'RTNETLINK answers: File exists\n', 2],
  ['ip addr add 10.0.0.5/24 dev eth9', 'Cannot find device "eth9"\n', 1],
  ['ip link del eth0', 'RTNETLINK answers: Operation not supported\n', 2],
  ['ip link add v type vxlan', '이 실습실에서는 지원하지 않습니다: ip link add\n', 2],
])('%s', (line, stderr, code) => {
  expect(new Bench().run(line)).toEqual({ stdout: '', stderr, code });
});
