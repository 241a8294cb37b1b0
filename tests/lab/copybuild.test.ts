/** `docker cp` and `docker build` from the shell to the engine and back. What is expected is the table of docker's reference (SRC_PATH and DEST_PATH). */
import { describe, expect, it } from 'vitest';
import { readIgnore } from '../../src/cli/docker/image/dockerignore.ts';
import { playScenario } from '../../src/lab/play/index.ts';

/** Runs command lines on a fresh machine with a running container `box`; what each printed, both streams. */
function run(...lines: readonly string[]): readonly string[] {
  const steps = ['docker run -d --name box alpine sleep 1000', ...lines].map((line) => ({
    node: 'manager1',
    run: line,
  }));
  const nodes = [{ name: 'manager1', ip: '192.168.99.100' }];
  const played = playScenario({
    scenario: 'copy',
    recorded: { cli: '28.2.2', engine: '28.2.2' },
    nodes,
    preloaded: ['alpine:latest'],
    steps,
  });
  return played.slice(1).map(({ stdout = '', stderr = '' }) => stdout + stderr);
}

describe('docker cp', () => {
  it('makes, replaces and fills files and folders as cp would', () => {
    const out = run(
      'mkdir -p d/e; echo one > d/e/f; echo two > g',
      'docker cp g box:/new; docker exec box cat /new',
      'docker cp g box:/tmp; docker exec box cat /tmp/g',
      'docker cp d box:/made; docker exec box cat /made/e/f',
      'docker cp d box:/made; docker exec box cat /made/d/e/f',
      'docker cp d/. box:/tmp; docker exec box cat /tmp/e/f',
      'docker cp box:/made back; cat back/e/f',
      'docker cp box:/made/e/f - | head -c 1',
      'docker cp d box:/new',
      'docker cp g box:/none/',
      'docker cp g box:/none/deep',
      'docker cp nosuch box:/',
      'docker cp box:/new none/deep',
      'docker cp box:/a box:/b',
    );
    expect(out.slice(1)).toEqual([
      'two\n',
      'two\n',
      'one\n',
      'one\n',
      'one\n',
      'one\n',
      'f',
      'cannot copy directory\n',
      'no such directory\n',
      'Error response from daemon: Could not find the file /none in container box\n',
      'lstat /root/nosuch: no such file or directory\n',
      'invalid output path: directory "/root/none" does not exist\n',
      'copying between containers is not supported\n',
    ]);
  });
});

describe('docker build', () => {
  it('takes the Dockerfile from elsewhere and from standard input', () => {
    const [, elsewhere, stdin] = run(
      "mkdir c; echo hi > c/a; printf 'FROM alpine\\nCOPY a /a\\nCMD cat /a\\n' > Other",
      'docker build -q -f Other -t x c >id 2>&1; docker run --rm x',
      "printf 'FROM alpine\\nCMD echo stdin\\n' | docker build -q -t y - >id 2>&1; docker run --rm y",
    );
    expect([elsewhere, stdin]).toEqual(['hi\n', 'stdin\n']);
  });

  it.each([
    ['*.log', 'a.log', true],
    ['*.log', 'deep/a.log', false],
    ['**/*.log', 'deep/er/a.log', true],
    ['/node_modules/', 'node_modules/x/y', true],
    ['*\n!keep', 'keep', false],
    ['*\n!keep', 'other', true],
    ['# no\n?at', 'cat', true],
    ['*', 'Dockerfile', false],
  ])('%j leaves out %s: %s', (patterns, path, isLeftOut) => {
    expect(readIgnore(patterns, 'Dockerfile')(path)).toBe(isLeftOut);
  });
});
