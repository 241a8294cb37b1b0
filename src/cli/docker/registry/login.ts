/**
 * `docker login`.
 *
 * Real:     docker/cli cli/command/registry/login.go
 * Left out: the device code flow of Docker Hub, credential helpers.
 */
import type { DockerCli } from '../../cli.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { readAll } from '../../process.ts';
import type { Sys } from '../../process.ts';
import { configFile } from '../configfile.ts';
import { readLine } from '../prompt.ts';
import { DOCKER_HUB, credentialsFor } from './auth.ts';
import { base64Encode } from './base64.ts';

export const runLogin: Run = function* (cli, { flags, args }) {
  const serveraddress = args[0] === undefined || args[0] === 'docker.io' ? DOCKER_HUB : args[0];
  let username = flags.string('username');
  let password = flags.string('password');
  if (flags.bool('password-stdin')) {
    if (username === '') throw new StatusError('Must provide --username with --password-stdin');
    if (flags.changed('password'))
      throw new StatusError('--password and --password-stdin are mutually exclusive');
    password = (yield* readAll(cli.process.stdin)).replace(/\r?\n$/, '');
  } else if (flags.changed('password')) {
    yield* cli.err('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
  }
  const kept = username === '' ? credentialsFor(cli, serveraddress) : undefined;
  if (kept !== undefined) ({ username, password } = kept);
  if ((username === '' || password === '') && cli.inTerminal === undefined) {
    throw new StatusError('Error: Cannot perform an interactive login from a non TTY device');
  }
  if (username === '') {
    yield* cli.out('Username: ');
    username = (yield* readLine(cli)).trim();
    if (username === '') throw new StatusError('Error: Non-null Username Required');
  }
  if (password === '') password = yield* readPassword(cli);
  const answer = yield* cli.client.json<{ Status: string }>('POST', '/auth', {
    body: { username, password, serveraddress },
  });
  storeCredentials(cli, serveraddress, base64Encode(`${username}:${password}`));
  yield* cli.err(unencrypted(`${cli.options.configDir}/config.json`));
  if (answer.Status !== '') yield* cli.println(answer.Status);
};

function unencrypted(path: string): string {
  return `
WARNING! Your credentials are stored unencrypted in '${path}'.
Configure a credential helper to remove this warning. See
https://docs.docker.com/go/credential-store/

`;
}

function* readPassword(cli: DockerCli): Sys<string> {
  const terminal = cli.inTerminal;
  yield* cli.out('Password: ');
  const mode = terminal?.mode;
  if (mode !== undefined) terminal?.setMode({ ...mode, echo: false });
  try {
    const password = (yield* readLine(cli)).replace(/\r?\n$/, '');
    if (password === '') throw new StatusError('Error: Password Required');
    return password;
  } finally {
    if (mode !== undefined) terminal?.setMode(mode);
    yield* cli.out('\n');
  }
}

/** Writes (or, without `auth`, removes) what `login` remembers of a server. */
export function storeCredentials(cli: DockerCli, server: string, auth: string | undefined): void {
  const config = configFile(cli);
  const auths = { ...config.auths };
  if (auth === undefined) delete auths[server];
  else auths[server] = { auth };
  const { files } = cli.process.namespace;
  if (!files.exists(cli.options.configDir)) files.mkdir(cli.options.configDir, { parents: true });
  const text = `${JSON.stringify({ ...config, auths }, null, '\t')}\n`;
  cli.writeFile(`${cli.options.configDir}/config.json`, text.replace(/\n$/, ''));
}
