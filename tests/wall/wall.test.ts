/**
 * The wall stands: the deterministic rooms compile without the DOM and without Node. And it can fall: with a stray type
 * reference the compiler complains about the lines of wall.ts that no longer err.
 */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const config = fileURLToPath(new URL('../../src/tsconfig.pure.json', import.meta.url));
const wall = fileURLToPath(new URL('wall.ts', import.meta.url));

/** The compiler's messages about wall.ts, compiled as the rooms are, with `head` put before it. */
function messages(head: string): string[] {
  const options = pureOptions();
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    if (name !== wall) return read(name, version);
    return ts.createSourceFile(name, head + (ts.sys.readFile(wall) ?? ''), version);
  };
  const program = ts.createProgram([wall], options, host);
  const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(wall));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function pureOptions(): ts.CompilerOptions {
  const { config: json } = ts.readConfigFile(config, (path) => ts.sys.readFile(path));
  const folder = config.slice(0, config.lastIndexOf('/'));
  return ts.parseJsonConfigFileContent(json, ts.sys, folder).options;
}

it('stands', () => {
  expect(messages('')).toEqual([]);
});

it.each(['/// <reference lib="dom" />\n', '/// <reference types="node" />\n'])(
  'falls with %j',
  (head) => {
    expect(new Set(messages(head))).toEqual(new Set(["Unused '@ts-expect-error' directive."]));
  },
);
