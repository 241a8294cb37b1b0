import { describe, expect, test } from 'vitest';
import { Lab, type Container } from './harness.ts';

function started(reference = 'redis:7', argv?: readonly string[]): { lab: Lab; redis: Container } {
  const lab = new Lab();
  const redis = lab.container(reference, '10.0.0.2', 'redis1').start(argv);
  lab.run(100);
  return { lab, redis };
}

/** What redis-cli prints in the same container. */
function cli(lab: Lab, redis: Container, ...words: readonly string[]): string {
  const before = redis.out.length + redis.err.length;
  const process = redis.exec('redis-cli', ...words);
  for (let i = 0; i < 50 && !process.exit; i++) lab.run(20);
  return (redis.out + redis.err).slice(before);
}

describe('start and end', () => {
  test('version 7 says so', () => {
    const { redis } = started();
    expect(redis.out).toMatch(
      /^1:C 02 Mar 2026 00:00:00\.\d{3} \* oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n/,
    );
    expect(redis.out).toMatch(/1:M .* \* Ready to accept connections tcp\n$/);
    expect(redis.main?.user.uid).toBe(999);
  });

  test('version 3.0.6 draws', () => {
    const { redis } = started('redis:3.0.6');
    expect(redis.out).toContain('Redis 3.0.6 (00000000/0) 64 bit');
    expect(redis.out).toMatch(
      /1:M 02 Mar 00:00:00\.\d{3} \* The server is now ready to accept connections on port 6379\n$/,
    );
  });

  test('what was set is there again after a stop and a start on the same files', () => {
    const { lab, redis } = started();
    cli(lab, redis, 'set', 'greeting', '안녕');
    redis.signal('SIGTERM');
    lab.run(50);
    expect(redis.main?.exit?.code).toBe(0);
    expect(redis.out).toContain('* DB saved on disk');
    redis.start();
    lab.run(100);
    expect(redis.out).toContain('DB loaded from disk');
    expect(cli(lab, redis, 'get', 'greeting')).toBe('안녕\n');
  });

  test('without a save a kill loses it; with an append-only file not', () => {
    for (const [argv, expected] of [
      [['redis-server'], '\n'],
      [['redis-server', '--appendonly', 'yes'], '1\n'],
    ] as const) {
      const { lab, redis } = started('redis:7', argv);
      cli(lab, redis, 'set', 'a', '1');
      redis.signal('SIGKILL');
      lab.run(50);
      redis.start(argv);
      lab.run(100);
      expect(cli(lab, redis, 'get', 'a')).toBe(expected);
    }
  });

  test('a bad option ends it', () => {
    const { redis } = started('redis:7', ['redis-server', '--nosuch', '1']);
    expect(redis.err).toContain('*** FATAL CONFIG FILE ERROR (Redis 7.4.7) ***');
    expect(redis.main?.exit?.code).toBe(1);
  });
});

describe('commands', () => {
  test.each([
    [[['ping']], 'PONG'],
    [
      [
        ['set', 'n', '10'],
        ['incr', 'n'],
        ['incrby', 'n', '5'],
        ['decr', 'n'],
      ],
      '15',
    ],
    [
      [
        ['set', 's', 'x'],
        ['incr', 's'],
      ],
      'ERR value is not an integer or out of range',
    ],
    [
      [
        ['rpush', 'l', 'a', 'b'],
        ['lpush', 'l', 'z'],
        ['lrange', 'l', '0', '-1'],
      ],
      'z\na\nb',
    ],
    [
      [
        ['sadd', 't', 'a', 'a', 'b'],
        ['scard', 't'],
      ],
      '2',
    ],
    [
      [
        ['hset', 'h', 'f', 'v', 'g', 'w'],
        ['hgetall', 'h'],
      ],
      'f\nv\ng\nw',
    ],
    [
      [
        ['set', 'k', 'v'],
        ['lpush', 'k', 'x'],
      ],
      'WRONGTYPE Operation against a key holding the wrong kind of value',
    ],
    [
      [
        ['mset', 'a', '1', 'b', '2', 'ab', '3'],
        ['keys', 'a*'],
      ],
      'a\nab',
    ],
    [
      [
        ['set', 'e', '1', 'EX', '100'],
        ['ttl', 'e'],
      ],
      '100',
    ],
    [
      [
        ['zadd', 'z', '2', 'two', '1', 'one'],
        ['zrange', 'z', '0', '-1', 'withscores'],
      ],
      'one\n1\ntwo\n2',
    ],
    [[['set', 'a', '1'], ['flushall'], ['dbsize']], '0'],
    [[['get']], "ERR wrong number of arguments for 'get' command"],
    [[['nosuch', 'x']], "ERR unknown command 'nosuch', with args beginning with: 'x' "],
    [[['subscribe', 'x']], 'ERR 이 실습실에서는 지원하지 않습니다: subscribe'],
    [[['config', 'get', 'maxmemory']], 'maxmemory\n0'],
  ])('%j', (lines, expected) => {
    const { lab, redis } = started();
    let last = '';
    for (const line of lines) last = cli(lab, redis, ...line);
    expect(last).toBe(`${expected}\n`);
  });

  test('a key is gone when its time is over', () => {
    const { lab, redis } = started();
    cli(lab, redis, 'set', 'e', '1', 'EX', '5');
    lab.run(5_000);
    expect(cli(lab, redis, 'exists', 'e')).toBe('0\n');
  });

  test('from another container, and with nobody there', () => {
    const { lab, redis } = started();
    const other = lab.container('redis:7', '10.0.0.3');
    cli(lab, redis, 'set', 'a', '1');
    expect(cli(lab, other, '-h', '10.0.0.2', '--no-raw', 'get', 'a')).toBe('"1"\n');
    expect(cli(lab, other, 'get', 'a')).toBe(
      'Could not connect to Redis at 127.0.0.1:6379: Connection refused\n',
    );
  });

  test('a password is asked for', () => {
    const { lab, redis } = started('redis:7', ['redis-server', '--requirepass', 's3cret']);
    expect(cli(lab, redis, 'get', 'a')).toBe('NOAUTH Authentication required.\n');
    expect(cli(lab, redis, '-a', 's3cret', 'ping')).toBe('PONG\n');
  });
});
