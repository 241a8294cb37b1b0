/**
 * `docker info`.
 *
 * Real:     docker/cli cli/command/system/info.go
 * Left out: plugins of the client.
 */
import type { DockerCli } from '../../cli.ts';
import { ConnectionError } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import type { GoValue } from '../../formatter/govalue.ts';
import { GoNil, GoStruct, fromJSON, layoutOf } from '../../formatter/govalue.ts';
import { compile, run } from '../../formatter/template/exec.ts';
import { TemplateError } from '../../formatter/template/lex.ts';
import type { Sys } from '../../process.ts';
import { DOCKER_HUB, credentialsFor } from '../registry/auth.ts';
import type { Info } from './info_text.ts';
import { serverText } from './info_text.ts';
import { CLIENT_VERSION } from './version.ts';

export const runInfo: Run = function* (cli, { flags }) {
  const format = flags.string('format');
  const { info, error } = yield* serverInfo(cli, format);
  if (format === '') {
    yield* cli.out(
      `Client:\n Version:    ${CLIENT_VERSION}\n Context:    ${cli.options.context}\n Debug Mode: ${cli.options.isDebug}\n\nServer:\n`,
    );
    if (info !== undefined) {
      const userName = credentialsFor(cli, DOCKER_HUB)?.username ?? '';
      yield* cli.out(serverText(info, { userName, isDebug: cli.options.isDebug }));
      for (const warning of info.Warnings ?? []) yield* cli.err(`${warning}\n`);
    }
    if (error === undefined) return;
    if (error instanceof ConnectionError) throw error;
    yield* cli.err(`ERROR: ${error.message}\n`);
    throw new StatusError('errors pretty printing info');
  }
  if (error !== undefined && !(error instanceof ConnectionError)) {
    yield* cli.err(`${error.message}\n`);
  }
  yield* formatted(cli, format, info);
  if (error instanceof ConnectionError) throw error;
};

function* serverInfo(
  cli: DockerCli,
  format: string,
): Sys<{ info: Info | undefined; error: StatusError | undefined }> {
  if (!needsServer(cli, format)) return { info: undefined, error: undefined };
  try {
    return { info: yield* cli.client.json<Info>('GET', '/info'), error: undefined };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { info: undefined, error };
  }
}

/** A template that only speaks of the client needs no daemon. */
function needsServer(cli: DockerCli, format: string): boolean {
  if (format === '' || format === 'json' || !/\.[a-zA-Z]/.test(format)) return true;
  try {
    const client = new Map([
      ['ClientInfo', clientInfo(cli)],
      ['ClientErrors', new GoNil('[]string')],
    ]);
    run(compile(format), new GoStruct({ typeName: 'system.sparseInfo', fields: client }));
    return false;
  } catch (error) {
    if (error instanceof TemplateError) return true;
    throw error;
  }
}

function* formatted(cli: DockerCli, format: string, info: Info | undefined): Sys<void> {
  let template: ReturnType<typeof compile>;
  try {
    template = compile(format === 'json' ? '{{json .}}' : format);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new StatusError(`template parsing error: ${error.message}`, 64);
  }
  try {
    yield* cli.println(run(template, infoValue(cli, info)));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    yield* cli.out('\n');
    throw new StatusError(error.message);
  }
}

function clientInfo(cli: DockerCli): GoValue {
  const fields: readonly (readonly [string, GoValue, boolean])[] = [
    ['Debug', cli.options.isDebug, false],
    ['Version', CLIENT_VERSION, true],
    ['DefaultAPIVersion', '1.50', true],
    ['GitCommit', 'e6534b4', true],
    ['GoVersion', 'go1.24.3', true],
    ['Os', 'linux', true],
    ['Arch', 'amd64', true],
    ['BuildTime', 'Fri May 30 12:07:14 2025', true],
    ['Context', cli.options.context, false],
    ['Plugins', [], false],
    ['Warnings', new GoNil('[]string'), false],
  ];
  return new GoStruct({
    typeName: 'system.clientInfo',
    isPointer: true,
    fields: new Map(fields.map(([name, value]) => [name, value])),
    layout: fields.map(([name, , omitEmpty]) => ({ name, jsonName: name, omitEmpty, type: 'any' })),
  });
}

function infoValue(cli: DockerCli, info: Info | undefined): GoValue {
  const server = fromJSON(info ?? {}, 'system.Info');
  const fields = server instanceof GoStruct ? server.fields : new Map<string, GoValue>();
  return new GoStruct({
    typeName: 'system.dockerInfo',
    fields: new Map([...fields, ['ClientInfo', clientInfo(cli)]]),
    layout: [
      ...layoutOf('system.Info'),
      { name: 'ClientInfo', jsonName: 'ClientInfo', omitEmpty: true, type: 'any' },
    ],
  });
}
