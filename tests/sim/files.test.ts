import { describe, expect, test } from 'vitest';
import {
  FileSystem,
  device,
  executable,
  makeTree,
  normalize,
  type Quota,
} from '../../src/sim/index.ts';

const fresh = (quota: Quota = { freeBytes: 1_000_000 }) => new FileSystem(makeTree(quota), () => 0);
const code = (run: () => unknown): string => {
  try {
    run();
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('FileSystem', () => {
  test('makes, reads, lists, renames and removes', () => {
    const files = fresh();
    files.mkdir('/a/b', { parents: true });
    files.writeFile('/a/b/x', 'one\n');
    files.appendFile('/a/b/x', 'two\n');
    files.rename('/a/b/x', '/a/y');
    expect(files.readFile('/a/y')).toBe('one\ntwo\n');
    expect(files.list('/a')).toEqual(['b', 'y']);
    files.remove('/a/y');
    expect(files.exists('/a/y')).toBe(false);
  });

  test.each([
    ['ENOENT', (f: FileSystem) => f.readFile('/no')],
    ['ENOENT', (f: FileSystem) => f.writeFile('/no/x', '')],
    ['EISDIR', (f: FileSystem) => f.readFile('/dir')],
    ['ENOTDIR', (f: FileSystem) => f.stat('/file/x')],
    ['EEXIST', (f: FileSystem) => f.mkdir('/dir')],
    ['ENOTEMPTY', (f: FileSystem) => f.remove('/dir')],
    ['ELOOP', (f: FileSystem) => f.stat('/loop')],
    ['EINVAL', (f: FileSystem) => f.rename('/dir', '/dir/inside')],
  ])('fails with %s', (errno, run) => {
    const files = fresh();
    files.mkdir('/dir/sub', { parents: true });
    files.writeFile('/file', '');
    files.symlink('/loop', '/loop');
    expect(code(() => run(files))).toBe(errno);
  });

  test('follows links, relative ones from where they stand', () => {
    const files = fresh();
    files.mkdir('/usr/bin', { parents: true });
    files.writeFile('/usr/bin/tool', 'x');
    files.symlink('usr/bin', '/bin');
    files.symlink('tool', '/usr/bin/alias');
    expect(files.realpath('/bin/alias')).toBe('/usr/bin/tool');
    expect(files.lookup('/bin', { nofollow: true })?.type).toBe('symlink');
  });

  test('two containers of one image share its files until they change them', () => {
    const image = fresh();
    image.mkdir('/etc/app', { parents: true });
    image.writeFile('/etc/app/conf', 'original');
    const base = image.rootTree.root;
    const one = new FileSystem(makeTree({ freeBytes: 1e6 }, base), () => 0);
    const two = new FileSystem(makeTree({ freeBytes: 1e6 }, base), () => 0);
    one.writeFile('/etc/app/conf', 'changed');
    one.writeFile('/new', '');
    expect(two.readFile('/etc/app/conf')).toBe('original');
    expect(image.readFile('/etc/app/conf')).toBe('original');
    expect(two.exists('/new')).toBe(false);
    expect(one.readFile('/etc/app/conf')).toBe('changed');
  });

  test('mounts: the deepest wins, read-only is refused, a volume is shared', () => {
    const quota = { freeBytes: 1e6 };
    const volume = makeTree(quota);
    const one = fresh(quota);
    const two = fresh(quota);
    for (const [files, isReadOnly] of [
      [one, false],
      [two, true],
    ] as const)
      files.mount({
        target: '/data/vol',
        tree: volume,
        source: '/',
        isReadOnly,
        type: 'ext4',
        device: '/dev/sda',
      });
    one.writeFile('/data/vol/x', 'shared');
    expect(two.readFile('/data/vol/x')).toBe('shared');
    expect(code(() => two.writeFile('/data/vol/x', ''))).toBe('EROFS');
    expect(one.list('/data')).toEqual(['vol']);
    expect(code(() => one.remove('/data/vol'))).toBe('EBUSY');
  });

  test('a full disk says so and loses nothing', () => {
    const files = fresh({ freeBytes: 10 });
    files.writeFile('/a', '12345');
    expect(code(() => files.writeFile('/b', 'x'.repeat(6)))).toBe('ENOSPC');
    files.remove('/a');
    files.writeFile('/b', 'x'.repeat(10));
    expect(files.readFile('/b')).toHaveLength(10);
  });

  test('devices and executables', () => {
    const files = fresh();
    files.mkdir('/dev');
    files.putNode(
      '/dev/clock',
      device(() => 'tick'),
    );
    files.putNode('/tool', executable('tool'));
    expect(files.readFile('/dev/clock')).toBe('tick');
    const node = files.stat('/tool');
    expect(node.type === 'file' && node.content).toMatchObject({ program: 'tool' });
  });
});

test.each([
  ['/a//b/../c/.', '/', '/a/c'],
  ['x/../../y', '/a', '/y'],
  ['../../..', '/a/b', '/'],
])('normalize %s in %s is %s', (path, cwd, expected) => {
  expect(normalize(path, cwd)).toBe(expected);
});
