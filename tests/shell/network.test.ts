import { expect, test } from 'vitest';
import { Machine, serveHttp } from '../../src/sim/index.ts';
import { shellPrograms } from '../../src/shell/rest.ts';
import { Bench } from './harness.ts';

/** The bench, and a second machine on its wire that serves HTTP and names. */
function withServer(): Bench {
  const bench = new Bench();
  const server = new Machine({
    world: bench.world,
    name: 'web',
    cpus: 1,
    memoryBytes: 2 ** 30,
    diskBytes: 2 ** 30,
    programs: shellPrograms,
    cards: [
      {
        name: 'eth0',
        cidr: '192.168.99.101/24',
        segment: bench.underlay,
        mac: '08:00:27:00:00:02',
      },
    ],
  });
  server.net.tcp.listen('0.0.0.0', 80, (connection) =>
    serveHttp(connection, connection.remote.address, ({ method, target, headers }, respond) => {
      if (target === '/moved') return respond.send(302, { location: '/there' }, '');
      if (target === '/missing')
        return respond.send(404, { 'content-type': 'text/html' }, 'not here\n');
      respond.send(
        200,
        { 'content-type': 'text/plain' },
        `${method} ${target} ${headers['user-agent'] ?? ''}\n`,
      );
    }),
  );
  server.net.bindUdp(53, (packet) => {
    const query = packet.payload as {
      readonly id: number;
      readonly name: string;
      readonly type: string;
    };
    const isKnown = query.name === 'web.lab';
    const answers =
      isKnown && query.type === 'A'
        ? [{ name: query.name, type: 'A', data: '192.168.99.101', ttl: 60 }]
        : [];
    server.net.send({
      ...packet,
      source: packet.destination,
      destination: packet.source,
      sourcePort: 53,
      destinationPort: packet.sourcePort,
      payload: {
        dns: 'answer',
        id: query.id,
        name: query.name,
        code: isKnown ? 'NOERROR' : 'NXDOMAIN',
        answers,
      },
    });
  });
  bench.machine.files.writeFile('/etc/resolv.conf', 'nameserver 192.168.99.101\n');
  return bench;
}

test('curl gets a page by address and by name', () => {
  const bench = withServer();
  expect(bench.run('curl -s http://192.168.99.101/x')).toEqual({
    stdout: 'GET /x curl/8.5.0\n',
    stderr: '',
    code: 0,
  });
  expect(bench.run('curl -s web.lab:80').stdout).toBe('GET / curl/8.5.0\n');
});

test('curl: redirects, status, data, output', () => {
  const bench = withServer();
  expect(bench.run('curl -sL 192.168.99.101/moved').stdout).toBe('GET /there curl/8.5.0\n');
  expect(
    bench.run("curl -s -o /dev/null -w '%{http_code}\\n' http://192.168.99.101/missing").stdout,
  ).toBe('404\n');
  expect(bench.run('curl -sf http://192.168.99.101/missing; echo $?').stdout).toBe('22\n');
  expect(bench.run('curl -s -d a=1 192.168.99.101/post').stdout).toMatch(/^POST \/post/);
  expect(bench.run('curl -s -o /tmp/page 192.168.99.101/p; cat /tmp/page').stdout).toMatch(
    /^GET \/p/,
  );
  expect(bench.run('curl -sI 192.168.99.101/').stdout).toMatch(
    /^HTTP\/1\.1 200 OK\r\nContent-Type: text\/plain\r\n/,
  );
});

test('curl says why there is no connection', () => {
  const bench = withServer();
  expect(bench.run('curl -sS http://192.168.99.101:81/')).toMatchObject({
    code: 7,
    stderr: expect.stringMatching(
      /^curl: \(7\) Failed to connect to 192\.168\.99\.101 port 81 after \d+ ms: Couldn't connect to server\n$/,
    ) as string,
  });
  expect(bench.run('curl -sS http://nosuch.lab/')).toMatchObject({
    code: 6,
    stderr: 'curl: (6) Could not resolve host: nosuch.lab\n',
  });
  const began = bench.world.nowMs;
  expect(bench.run('curl -sS -m 2 http://192.168.99.250/').code).toBeGreaterThan(0);
  expect(bench.world.nowMs - began).toBeLessThanOrEqual(3500);
});

test('wget and busybox wget', () => {
  const bench = withServer();
  expect(bench.run('wget -qO- http://web.lab/w').stdout).toBe('GET /w Wget\n');
  expect(bench.run('wget -q http://nosuch.lab/').code).toBe(4);
});

test('ping answers, loses, and tells how much', () => {
  const bench = withServer();
  const ran = bench.run('ping -c 2 192.168.99.101');
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(
    /^PING 192\.168\.99\.101 \(192\.168\.99\.101\) 56\(84\) bytes of data\.\n64 bytes from 192\.168\.99\.101: icmp_seq=1 ttl=64 time=[\d.]+ ms\n/,
  );
  expect(ran.stdout).toMatch(
    /2 packets transmitted, 2 received, 0% packet loss, time \d+ms\nrtt min\/avg\/max\/mdev = /,
  );
  expect(bench.run('ping -c 1 nosuch.lab')).toEqual({
    stdout: '',
    stderr: 'ping: nosuch.lab: Name or service not known\n',
    code: 2,
  });
  expect(bench.run('ping -c 1 -W 1 192.168.99.250')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('0 received') as string,
  });
});

test('names: getent, nslookup, dig', () => {
  const bench = withServer();
  expect(bench.run('getent hosts web.lab').stdout).toBe('192.168.99.101  web.lab\n');
  expect(bench.run('getent hosts nosuch.lab').code).toBe(2);
  expect(bench.run('dig +short web.lab').stdout).toBe('192.168.99.101\n');
  expect(bench.run('nslookup nosuch.lab')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("** server can't find nosuch.lab: NXDOMAIN") as string,
  });
});

test('addresses and routes', () => {
  const { stdout } = withServer().run('ip addr show eth0; ip route; hostname -I');
  expect(stdout).toContain('    inet 192.168.99.100/24 brd 192.168.99.255 scope global eth0\n');
  expect(stdout).toContain(
    '192.168.99.0/24 dev eth0 proto kernel scope link src 192.168.99.100 \n',
  );
  expect(stdout).toContain('192.168.99.100 \n');
});

test('nc carries text both ways', () => {
  const bench = withServer();
  expect(
    bench.run("printf 'GET /nc HTTP/1.0\\r\\n\\r\\n' | nc 192.168.99.101 80").stdout,
  ).toContain('GET /nc');
  expect(bench.run('nc -zv 192.168.99.101 81').code).toBe(1);
});
