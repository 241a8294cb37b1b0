import { describe, expect, it } from 'vitest';
import { hostPicture } from '../../../src/app/stage/host/rows.ts';
import { hasInside } from '../../../src/app/stage/layout/inside.ts';
import type { HostContainerView, HostView } from '../../../src/lab/index.ts';

function container(name: string, parts: Partial<HostContainerView>): HostContainerView {
  return {
    id: name,
    name,
    image: 'nginx',
    state: 'running',
    exitCode: undefined,
    networks: [],
    ports: [],
    mounts: [],
    ...parts,
  };
}

const bridge = { name: 'bridge', driver: 'bridge', subnet: '172.17.0.0/16', gateway: '172.17.0.1' };
const app = { name: 'app', driver: 'bridge', subnet: '172.18.0.0/16', gateway: '172.18.0.1' };
const data = { type: 'volume', source: 'data', target: '/data', isReadOnly: true } as const;
const host: HostView = {
  machine: 'local',
  containers: [
    container('web', {
      networks: [
        { name: 'bridge', address: '172.17.0.2' },
        { name: 'app', address: '172.18.0.3' },
      ],
      ports: [
        { address: '0.0.0.0', published: 8080, target: 80, protocol: 'tcp' },
        { address: '127.0.0.1', published: 80, target: 80, protocol: 'tcp' },
        { address: '0.0.0.0', published: 53, target: 53, protocol: 'udp' },
      ],
      mounts: [
        data,
        { type: 'bind', source: '/srv', target: '/h', isReadOnly: false },
        { type: 'tmpfs', source: '', target: '/cache', isReadOnly: false },
      ],
    }),
    container('db', {
      state: 'exited',
      exitCode: 137,
      networks: [{ name: 'app', address: '' }],
      ports: [{ address: '0.0.0.0', published: 5432, target: 5432, protocol: 'tcp' }],
      mounts: [{ ...data, isReadOnly: false }],
    }),
  ],
  networks: [bridge, app],
  volumes: [
    { name: 'data', isAnonymous: false, usedBy: ['web', 'db'] },
    { name: 'ab'.repeat(32), isAnonymous: true, usedBy: [] },
  ],
};

describe('the inside of a machine', () => {
  const { columns, bars } = hostPicture(host, '192.168.56.101');

  it('has a bar for each network, volume and folder, and says who is on it', () => {
    expect(bars.map(({ kind, name, note, meets }) => [kind, name, note, ...meets])).toEqual([
      ['network', 'bridge', '172.17.0.0/16', '172.17.0.2', undefined],
      ['network', 'app', 'bridge · 172.18.0.0/16', '172.18.0.3', ''],
      ['volume', 'data', '볼륨', '/data (ro)', '/data'],
      ['volume', 'abababababab…', '볼륨 · 쓰는 컨테이너 없음', undefined, undefined],
      ['folder', '/srv', '서버의 폴더', '/h', undefined],
    ]);
  });

  it('draws lines on to the bars further down, and no further', () => {
    expect(bars.map(({ passes }) => passes[0])).toEqual([
      { toNetwork: true, toFiles: true },
      { toNetwork: false, toFiles: true },
      { toNetwork: false, toFiles: true },
      { toNetwork: false, toFiles: true },
      { toNetwork: false, toFiles: false },
    ]);
    expect(bars.map(({ passes }) => passes[1]?.toFiles)).toEqual([true, true, false, false, false]);
  });

  it('opens what a browser can open, where it answers', () => {
    expect(columns[0]?.ports).toEqual([
      { text: '8080 → 80', url: 'http://192.168.56.101:8080/' },
      { text: '127.0.0.1:80 → 80', url: 'http://127.0.0.1/' },
      { text: '53 → 53/udp', url: undefined },
    ]);
    expect(columns[1]?.ports).toEqual([{ text: '5432 → 5432', url: undefined }]);
  });

  it('says each container in words', () => {
    expect(columns[0]).toMatchObject({ word: 'Running', memory: ['/cache'] });
    expect(columns[1]?.label).toBe('db, nginx, Exited (137), 네트워크 app, 저장소 data /data');
  });

  it('is worth a picture once there is something in it', () => {
    const empty: HostView = { machine: 'local', containers: [], networks: [bridge], volumes: [] };
    expect(hasInside(empty)).toBe(false);
    expect(hasInside({ ...empty, networks: [bridge, app] })).toBe(true);
    expect(hasInside(host)).toBe(true);
  });
});
