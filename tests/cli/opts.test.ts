import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/cli/formatter/duration.ts';
import { ellipsis } from '../../src/cli/formatter/displayutils.ts';
import { byNatural } from '../../src/cli/formatter/natural.ts';
import { tabulate } from '../../src/cli/formatter/tabwriter.ts';
import {
  bytesSize,
  humanDuration,
  humanSize,
  humanSize3,
  ramInBytes,
} from '../../src/cli/formatter/units.ts';
import { displayablePorts } from '../../src/cli/docker/container/ports.ts';
import { publishedPorts } from '../../src/cli/docker/service/formatter.ts';
import { sha256 } from '../../src/sim/index.ts';
import { parseCPUs } from '../../src/cli/opts/nanocpus.ts';
import { parsePort } from '../../src/cli/opts/swarmopts.ts';
import { Demultiplexer } from '../../src/cli/stdcopy.ts';

describe('units', () => {
  test.each([
    [999, 'Less than a second'],
    [1000, '1 second'],
    [59_000, '59 seconds'],
    [119_000, 'About a minute'],
    [120_000, '2 minutes'],
    [89 * 60_000, 'About an hour'],
    [90 * 60_000, '2 hours'],
    [48 * 3_600_000, '2 days'],
    [15 * 86_400_000, '2 weeks'],
    [90 * 86_400_000, '3 months'],
  ])('humanDuration(%i ms)', (ms, words) => expect(humanDuration(ms)).toBe(words));

  test.each([
    [187_123_456, '187MB', '187.1MB', '178.5MiB'],
    [0, '0B', '0B', '0B'],
    [25_276_514_304, '25.3GB', '25.28GB', '23.54GiB'],
  ])('sizes of %i', (bytes, three, four, binary) => {
    expect([humanSize3(bytes), humanSize(bytes), bytesSize(bytes)]).toEqual([three, four, binary]);
  });

  test.each([
    ['64m', 67_108_864],
    ['1g', 1_073_741_824],
    ['1.5GiB', 1_610_612_736],
    ['10', 10],
    ['5b', 5],
  ])('ramInBytes(%s)', (text, bytes) => expect(ramInBytes(text)).toBe(bytes));
  test.each([
    ['lots', "invalid size: 'lots'"],
    ['-1m', "invalid size: '-1m'"],
    ['1x', "invalid suffix: 'x'"],
  ])('ramInBytes(%s) fails', (text, reason) => expect(() => ramInBytes(text)).toThrow(reason));
});

describe('durations', () => {
  test.each([
    ['1h30m', '1h30m0s'],
    ['1500ms', '1.5s'],
    ['2160h', '2160h0m0s'],
    ['100us', '100µs'],
    ['0', '0s'],
  ])('%s', (text, shown) => expect(formatDuration(parseDuration(text))).toBe(shown));
  test.each([
    ['5', 'time: missing unit in duration "5"'],
    ['ten', 'time: invalid duration "ten"'],
    ['5x', 'time: unknown unit "x" in duration "5x"'],
  ])('%s fails', (text, reason) => expect(() => parseDuration(text)).toThrow(reason));
});

test('columns: at least 10 wide, 3 apart, Hangul counts two', () => {
  expect(tabulate('NAME\tX\n가나다라마바사\t1\n', { minWidth: 10, padding: 3 })).toBe(
    'NAME             X\n가나다라마바사   1\n',
  );
  expect(ellipsis('가나다라마', 6)).toBe('가나…');
  expect(ellipsis('No such image: nosuchimage:latest', 30)).toBe('No such image: nosuchimage:la…');
});

test('natural order', () => {
  expect(['web.10', 'web.2', 'app', 'web.1'].sort(byNatural((name) => name))).toEqual([
    'app',
    'web.1',
    'web.2',
    'web.10',
  ]);
});

test('published ports of services join where they go on', () => {
  const port = (published: number, target: number) => ({
    Protocol: 'tcp',
    PublishedPort: published,
    TargetPort: target,
    PublishMode: 'ingress',
  });
  expect(publishedPorts([port(8081, 81), port(8080, 80), port(8082, 82)])).toBe(
    '*:8080-8082->80-82/tcp',
  );
  expect(publishedPorts([port(80, 80), port(81, 80)])).toBe('*:80-81->80/tcp');
  expect(publishedPorts([{ ...port(80, 80), PublishMode: 'host' }])).toBe('');
});

test('ports of containers', () => {
  expect(
    displayablePorts([
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    ]),
  ).toBe('0.0.0.0:8080->80/tcp, [::]:8080->80/tcp');
  expect(
    displayablePorts([
      { PrivatePort: 443, Type: 'tcp' },
      { PrivatePort: 80, Type: 'tcp' },
    ]),
  ).toBe('80/tcp, 443/tcp');
});

test('publish: short and long form', () => {
  expect(parsePort('8080-8081:80-81/udp')).toHaveLength(2);
  expect(parsePort('published=9091,target=81,protocol=udp,mode=host')).toEqual([
    { Protocol: 'udp', TargetPort: 81, PublishedPort: 9091, PublishMode: 'host' },
  ]);
  expect(() => parsePort('published=80')).toThrow("missing mandatory field 'target'");
  expect(() => parsePort('127.0.0.1:80:80')).toThrow('hostip is not supported');
});

test('cpus', () => {
  expect(parseCPUs('1.5')).toBe(1.5e9);
  expect(parseCPUs('1/2')).toBe(5e8);
  expect(() => parseCPUs('0.0000000001')).toThrow('value is too precise');
  expect(() => parseCPUs('many')).toThrow('failed to parse many as a rational number');
});

test('frames of output, cut anywhere, counted in UTF-8', () => {
  const stream = '\u0001\0\0\0\0\0\0\u0004가\n\u0002\0\0\0\0\0\0\u0002e\n';
  const demultiplexer = new Demultiplexer();
  const frames = [...stream].flatMap((char) => demultiplexer.push(char));
  expect(frames).toEqual([
    { stream: 1, text: '가\n' },
    { stream: 2, text: 'e\n' },
  ]);
});

test('sha256', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
