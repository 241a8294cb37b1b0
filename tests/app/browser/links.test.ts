import { expect, it } from 'vitest';
import { placeFor, published } from '../../../src/app/browser/published.ts';
import { doorsOf } from '../../../src/app/stage/inspector/facts.ts';
import { linksIn } from '../../../src/app/terminal/links.ts';
import type { LabView, MachineView } from '../../../src/lab/index.ts';

const urls = (line: string): string[] => linksIn(line, '192.168.99.100').map(({ url }) => url);

it('finds addresses in a line, without the signs around them', () => {
  expect(urls('see http://192.168.99.100:8080/a?b=c, or (https://x.test/y).')).toEqual([
    'http://192.168.99.100:8080/a?b=c',
    'https://x.test/y',
  ]);
  expect(urls('no link in http:// here, ftp://x or 1.2.3.4:80')).toEqual([]);
});

it('finds published ports, but not those of UDP or of IPv6', () => {
  expect(urls('0.0.0.0:8080->80/tcp, [::]:8080->80/tcp')).toEqual(['http://192.168.99.100:8080/']);
  expect(urls('127.0.0.1:81->80/tcp, 0.0.0.0:53->53/udp')).toEqual(['http://127.0.0.1:81/']);
  expect(linksIn('PORTS   0.0.0.0:80->80/tcp', 'h')[0]).toEqual({
    from: 8,
    length: 18,
    url: 'http://h:80/',
  });
});

const machine = {
  name: 'manager1',
  address: '192.168.99.100',
  isOn: true,
  isCableIn: true,
  swarm: { state: 'inactive' },
  containers: [
    { name: 'a', image: 'nginx', state: 'running', ports: ['8080:80/tcp', '53:53/udp'] },
    { name: 'b', image: 'nginx', state: 'exited', ports: ['8081:80/tcp'] },
  ],
} as unknown as MachineView;
const view: LabView = { machines: [machine], cluster: undefined };

it('offers the ports that answer now', () => {
  expect(published(view)).toEqual([
    { url: 'http://192.168.99.100:8080/', what: 'a', image: 'nginx' },
  ]);
  expect(published({ ...view, machines: [{ ...machine, isOn: false }] })).toEqual([]);
});

it('opens an address where it means what it meant', () => {
  expect(placeFor(view, 'http://192.168.99.101:80/', 'manager1')).toBe('local');
  expect(placeFor(view, 'http://manager1/', 'manager1')).toBe('local');
  expect(placeFor(view, 'http://localhost:8080/', 'manager1')).toBe('manager1');
  expect(placeFor(view, 'http://172.17.0.2/', 'manager1')).toBe('manager1');
});

it('knows the doors of a service: on any machine of the cluster that answers', () => {
  const member = { ...machine, swarm: { state: 'active' } } as unknown as MachineView;
  const off = { ...member, name: 'manager0', address: '192.168.99.99', isOn: false };
  const port = { published: 8080, target: 80, protocol: 'tcp', mode: 'ingress' };
  const service = {
    id: 's',
    name: 'web',
    image: 'nginx',
    ports: [port, { ...port, published: 53, protocol: 'udp' }, { ...port, mode: 'host' }],
  };
  const swarm = {
    machines: [off, member],
    cluster: { services: [service] },
  } as unknown as LabView;
  expect(doorsOf('s', swarm)).toEqual([
    { url: 'http://192.168.99.100:8080/', machine: 'manager1' },
  ]);
  expect(published(swarm)[0]).toEqual({
    url: 'http://192.168.99.100:8080/',
    what: 'web',
    image: 'nginx',
  });
});
