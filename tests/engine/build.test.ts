import { describe, expect, it } from 'vitest';
import { directory, entriesOf, file, readTar, treeOf, writeTar } from '../../src/sim/index.ts';
import { expandVariables, parseDockerfile } from '../../src/engine/images/build/dockerfile.ts';
import { TestCluster, unframe } from './harness.ts';

function contextOf(files: Readonly<Record<string, string>>): string {
  return writeTar(Object.entries(files).map(([path, text]) => ({ path, node: file(text) })));
}

function build(
  cluster: TestCluster,
  files: Readonly<Record<string, string>>,
  query = 't=mine',
): string {
  const answer = cluster.request('m1', 'POST', `/build?${query}`, contextOf(files));
  if (answer.status !== 200) return answer.json.message as string;
  return answer.text
    .trim()
    .split('\r\n')
    .map((line) => JSON.parse(line) as { stream?: string; error?: string })
    .map((line) => line.stream ?? (line.error ? `error: ${line.error}\n` : ''))
    .join('');
}

function ready(): TestCluster {
  const cluster = new TestCluster(['m1']);
  cluster.engine('m1').preload('box');
  return cluster;
}

const SIMPLE = {
  Dockerfile:
    'FROM box\nENV NAME=Kim \\\n  AGE=7\nWORKDIR /app\nCOPY a.txt b.txt ./\nRUN ["put", "/app/made", "by run"]\nCMD ["cat", "/app/made"]\n',
  'a.txt': '가나다',
  'b.txt': 'b',
};

describe('tar', () => {
  it('gives back what was put in, whatever its letters', () => {
    const root = directory();
    root.children.set('한글 이름.txt', file('내용\n'.repeat(200), 0o600, 7, 8));
    const folder = directory(0o711);
    folder.children.set('x'.repeat(120), file({ bytes: 5000, program: 'nginx' }, 0o755));
    root.children.set('d', folder);
    const text = writeTar(entriesOf('', root));
    const back = treeOf(readTar(text) ?? []);
    expect(
      entriesOf('', back).map(({ path, node }) => [
        path,
        node.mode,
        node.type === 'file' ? node.content : '',
      ]),
    ).toEqual(
      entriesOf('', root).map(({ path, node }) => [
        path,
        node.mode,
        node.type === 'file' ? node.content : '',
      ]),
    );
  });
});

describe('a Dockerfile', () => {
  it.each([
    ['FROM a\nRNU b', 'dockerfile parse error line 2: unknown instruction: RNU'],
    ['# nothing', 'the Dockerfile (Dockerfile) cannot be empty'],
    ['RUN x', 'no build stage in current context'],
  ])('%j is refused', (text, why) => expect(() => parseDockerfile(text)).toThrow(why));

  it('expands variables as the shell does', () => {
    const values = new Map([
      ['A', '1'],
      ['E', ''],
    ]);
    expect(expandVariables('$A ${A} ${B:-two} ${E:-x} ${A:+y} \\$A', values)).toBe(
      '1 1 two x y $A',
    );
  });
});

describe('docker build', () => {
  it('makes an image step by step, and takes it from the cache the second time', () => {
    const cluster = ready();
    const first = build(cluster, SIMPLE);
    expect(first).toMatch(
      /^Step 1\/6 : FROM box\n ---> \w{12}\nStep 2\/6 : ENV NAME=Kim {3}AGE=7\n ---> Running in \w{12}\nRemoving intermediate container \w{12}\n ---> \w{12}\n/,
    );
    expect(first).toMatch(/Successfully built \w{12}\nSuccessfully tagged mine:latest\n$/);
    const second = build(cluster, SIMPLE);
    expect(second.match(/Using cache/g)).toHaveLength(5);
    expect(build(cluster, { ...SIMPLE, 'b.txt': 'changed' }).match(/Using cache/g)).toHaveLength(2);
    cluster.container('m1', { name: 'c1', image: 'mine' });
    cluster.run(500);
    expect(unframe(cluster.api('m1', 'GET', '/containers/c1/logs?stdout=1').text)).toBe('by run');
    expect(cluster.api('m1', 'GET', '/images/mine/json').json.Config.Env).toEqual([
      'NAME=Kim',
      'AGE=7',
    ]);
    expect(cluster.api('m1', 'GET', '/containers/json?all=1').json).toHaveLength(1);
  });

  it('builds in stages', () => {
    const cluster = ready();
    const text = build(
      cluster,
      {
        Dockerfile:
          'FROM box AS one\nRUN ["put", "/out", "x"]\nFROM scratch\nCOPY --from=one /out /\n',
      },
      't=two',
    );
    expect(text).toContain('Step 3/4 : FROM scratch\n ---> \n');
    expect(
      entriesOf('', cluster.engine('m1').images.get('two').root).map((entry) => entry.path),
    ).toEqual(['out']);
  });

  it.each([
    [
      { Dockerfile: 'FROM box\nRUN ["exit", "4"]\n' },
      /error: The command 'exit 4' returned a non-zero code: 4\n$/,
    ],
    [
      { Dockerfile: 'FROM box\nCOPY nosuch /x\n' },
      /error: COPY failed: file not found in build context or excluded by \.dockerignore: stat nosuch: file does not exist\n$/,
    ],
    [{ Dockerfile: 'FROM nosuch\n' }, /error: pull access denied for nosuch/],
    [
      { Dockerfile: 'FROM box\nRNU x\n' },
      /^dockerfile parse error line 2: unknown instruction: RNU$/,
    ],
  ])('says what is wrong: %j', (files, why) => expect(build(ready(), files)).toMatch(why));
});
