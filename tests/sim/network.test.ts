import { beforeEach, describe, expect, test } from 'vitest';
import {
  Bridge,
  LAN,
  NetStack,
  RpcClient,
  RpcServer,
  Underlay,
  World,
  contains,
  parseCIDR,
  parseIP,
  serveHttp,
  type Packet,
  type RpcFailure,
  type TcpConnection,
} from '../../src/sim/index.ts';

let world: World;
let lan: Underlay;
let a: NetStack;
let b: NetStack;

function host(name: string, address: string): NetStack {
  const stack = new NetStack(world, name);
  stack.addInterface({ name: 'lo', cidr: '127.0.0.1/8', segment: new Bridge('lo') });
  stack.addInterface({ name: 'eth0', cidr: `${address}/24`, segment: lan });
  return stack;
}

beforeEach(() => {
  world = new World('seed');
  lan = new Underlay(world);
  a = host('a', '10.0.0.1');
  b = host('b', '10.0.0.2');
});

/** What a client reads from a server that answers `answer` and closes. */
function exchange(
  from: NetStack,
  address: string,
  port: number,
): { read: string; error: string | undefined } {
  const result: { read: string; error: string | undefined } = { read: '', error: undefined };
  from.tcp.connect(
    { address, port },
    {
      connected: (connection) => {
        connection.writer.retain();
        connection.writer.put('hello');
        const pull = (): void => {
          for (
            let text = connection.reader.take();
            text !== undefined;
            text = connection.reader.take()
          ) {
            if (text === '') return connection.close();
            result.read += text;
          }
          connection.reader.whenReadable(pull);
        };
        pull();
      },
      failed: (error) => (result.error = error.code),
    },
  );
  return result;
}

function echoServer(stack: NetStack, port: number, says: string): void {
  stack.tcp.listen('0.0.0.0', port, (connection: TcpConnection) => {
    connection.writer.retain();
    connection.writer.put(says);
    connection.close();
  });
}

describe('TCP', () => {
  test('connects, carries text both ways, closes', () => {
    echoServer(b, 80, 'hi from b');
    const got = exchange(a, '10.0.0.2', 80);
    world.runUntil(1000);
    expect(got).toEqual({ read: 'hi from b', error: undefined });
    expect(a.tcp.connections).toEqual([]);
    expect(b.tcp.connections).toEqual([]);
  });

  test('to itself, by loopback and by its own address', () => {
    echoServer(a, 80, 'me');
    const one = exchange(a, '127.0.0.1', 80);
    const two = exchange(a, '10.0.0.1', 80);
    world.runUntil(100);
    expect([one.read, two.read]).toEqual(['me', 'me']);
  });

  test('a closed port refuses at once; an absent host is unreachable after three seconds; another net has no route', () => {
    const closed = exchange(a, '10.0.0.2', 81);
    world.runUntil(10);
    expect(closed.error).toBe('ECONNREFUSED');
    const absent = exchange(a, '10.0.0.9', 80);
    world.runUntil(2_900);
    expect(absent.error).toBeUndefined();
    world.runUntil(3_100);
    expect(absent.error).toBe('EHOSTUNREACH');
    const nowhere = exchange(a, '172.31.0.1', 80);
    world.runUntil(3_200);
    expect(nowhere.error).toBe('ENETUNREACH');
  });

  test('silence on the way: ETIMEDOUT after the SYN retries', () => {
    lan.addFilter((packet) => packet.kind !== 'SYN');
    const got = exchange(a, '10.0.0.2', 80);
    world.runUntil(200_000);
    expect(got.error).toBe('ETIMEDOUT');
  });

  test('what is lost is sent again', () => {
    echoServer(b, 80, 'still there');
    lan.setLink('a', 'b', { ...LAN, lossPerMille: 300 });
    const got = exchange(a, '10.0.0.2', 80);
    world.runUntil(60_000);
    expect(got).toEqual({ read: 'still there', error: undefined });
  });

  test('a listener on an address that is not its own, or on a taken port', () => {
    echoServer(a, 80, '');
    expect(() => a.tcp.listen('0.0.0.0', 80, () => {})).toThrow('Address already in use');
    expect(() => a.tcp.listen('10.9.9.9', 81, () => {})).toThrow('Cannot assign requested address');
  });
});

describe('routing and NAT', () => {
  /** A container behind b: published on b's port 8080. */
  function container(): NetStack {
    b.isForwarding = true;
    const bridge = new Bridge('docker0');
    b.addInterface({ name: 'docker0', cidr: '172.17.0.1/16', segment: bridge });
    const inside = new NetStack(world, 'container');
    inside.addInterface({ name: 'eth0', cidr: '172.17.0.2/16', segment: bridge });
    inside.addRoute(undefined, '172.17.0.1', 'eth0');
    const subnet = parseCIDR('172.17.0.0/16')!;
    b.prerouting.addRule('dnat', (packet) =>
      packet.protocol === 'tcp' && packet.destinationPort === 8080 && b.owns(packet.destination)
        ? { destination: '172.17.0.2', destinationPort: 80 }
        : undefined,
    );
    b.postrouting.addRule('masquerade', (packet, via) =>
      via?.name === 'eth0' && contains(subnet, parseIP(packet.source)!)
        ? { source: '10.0.0.2' }
        : undefined,
    );
    return inside;
  }

  test('a published port leads into the container, from outside and from the machine itself', () => {
    echoServer(container(), 80, 'inside');
    const outside = exchange(a, '10.0.0.2', 8080);
    const self = exchange(b, '10.0.0.2', 8080);
    world.runUntil(100);
    expect([outside.read, self.read]).toEqual(['inside', 'inside']);
  });

  test('a container reaches the outside with its machine’s address', () => {
    const seen: string[] = [];
    a.tcp.listen('0.0.0.0', 80, (connection) => {
      seen.push(connection.remote.address);
      connection.writer.retain();
      connection.writer.put('ok');
      connection.close();
    });
    const got = exchange(container(), '10.0.0.1', 80);
    world.runUntil(100);
    expect(got.read).toBe('ok');
    expect(seen).toEqual(['10.0.0.2']);
  });

  test('the number of hops is bounded and told', () => {
    const inside = container();
    const answers: Packet[] = [];
    inside.echo('10.0.0.1', 1, undefined, (packet) => answers.push(packet));
    inside.echo('10.0.0.1', 64, undefined, (packet) => answers.push(packet));
    world.runUntil(100);
    expect(answers.map((packet) => [packet.kind, packet.source])).toEqual([
      ['TIME-EXCEEDED', '172.17.0.1'],
      ['ECHO-REPLY', '10.0.0.1'],
    ]);
  });
});

describe('the underlay', () => {
  test('one direction never overtakes itself, whatever the jitter', () => {
    lan.setLink('a', 'b', { delayMs: 2, jitterMs: 20, lossPerMille: 0 });
    const got: number[] = [];
    b.bindUdp(9, (packet) => got.push(packet.number));
    for (let i = 0; i < 50; i++) {
      world.schedule(i, 'send', () =>
        a.send({
          source: '10.0.0.1',
          destination: '10.0.0.2',
          protocol: 'udp',
          sourcePort: 9,
          destinationPort: 9,
          kind: 'DATAGRAM',
          ttl: 64,
          number: i,
          bytes: 60,
          payload: undefined,
        }),
      );
    }
    world.runUntil(1000);
    expect(got).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('a cable that is out lets nothing through, not even what was on its way', () => {
    let pings = 0;
    a.echo('10.0.0.2', 64, undefined, (packet) => (pings += packet.kind === 'ECHO-REPLY' ? 1 : 0));
    lan.setCable('b', false);
    world.runUntil(10);
    expect(pings).toBe(0);
    lan.setCable('b', true);
    a.echo('10.0.0.2', 64, undefined, () => pings++);
    world.runUntil(20);
    expect(pings).toBe(1);
  });

  test('observers see every packet and whether it arrives', () => {
    const seen: string[] = [];
    lan.observe(({ from, to, arrivesAtMs }) =>
      seen.push(`${from}>${to}${arrivesAtMs === undefined ? ' lost' : ''}`),
    );
    lan.setCut('a', 'b', true);
    a.echo('10.0.0.2', 64, undefined, () => {});
    expect(seen).toEqual(['a>b lost']);
  });
});

describe('RPC', () => {
  const call = (client: RpcClient, address: string, timeoutMs = 5_000) => {
    const out: { body?: unknown; failure?: RpcFailure; atMs?: number } = {};
    client.call({
      address,
      port: 2377,
      method: 'Ping',
      body: { n: 1 },
      timeoutMs,
      answer: (result) => Object.assign(out, result, { atMs: world.nowMs }),
    });
    return out;
  };

  test('an answer, a refusal, no neighbour, no answer', () => {
    const client = new RpcClient(a);
    const refused = call(client, '10.0.0.2');
    world.runUntil(10);
    expect(refused.failure).toBe('refused');
    const server = new RpcServer(b, 2377);
    server.on('Ping', ({ body, from }, respond) => respond({ body, from }));
    const answered = call(client, '10.0.0.2');
    const absent = call(client, '10.0.0.9');
    world.runUntil(4_000);
    expect(answered.body).toEqual({ body: { n: 1 }, from: '10.0.0.1' });
    expect(absent.failure).toBe('unreachable');
    lan.addFilter(() => false);
    const silent = call(client, '10.0.0.2', 2_000);
    world.runUntil(8_000);
    expect(silent).toMatchObject({ failure: 'timeout', atMs: 6_000 });
  });

  test('a lost call is sent again, and handled once', () => {
    let drops = 2;
    lan.addFilter((packet) => packet.kind !== 'MESSAGE' || drops-- <= 0);
    let handled = 0;
    const server = new RpcServer(b, 2377);
    server.on('Ping', (_, respond) => {
      handled++;
      respond('pong');
    });
    const got = call(new RpcClient(a), '10.0.0.2');
    world.runUntil(5_000);
    expect(got.body).toBe('pong');
    expect(handled).toBe(1);
  });
});

test('HTTP: a request by hand is answered', () => {
  b.tcp.listen('0.0.0.0', 80, (connection) =>
    serveHttp(connection, connection.remote.address, (request, respond) =>
      respond.send(
        200,
        { 'content-type': 'text/plain' },
        `${request.method} ${request.target} from ${request.from}`,
      ),
    ),
  );
  let text = '';
  a.tcp.connect(
    { address: '10.0.0.2', port: 80 },
    {
      connected: (connection) => {
        connection.writer.retain();
        connection.writer.put('GET /x HTTP/1.0\r\nHost: b\r\n\r\n');
        const pull = (): void => {
          const piece = connection.reader.take();
          if (piece === undefined) connection.reader.whenReadable(pull);
          else if (piece !== '') {
            text += piece;
            pull();
          }
        };
        pull();
      },
      failed: () => expect.unreachable(),
    },
  );
  world.runUntil(100);
  expect(text).toContain('HTTP/1.1 200 OK\r\n');
  expect(text.endsWith('GET /x from 10.0.0.1')).toBe(true);
});
