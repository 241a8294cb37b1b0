/** The real docker CLI, if this computer has one, against a bridge's socket. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

export const NO_CLI = 'skipped: no docker CLI 28.x on PATH';
export const hasCli = /^Docker version 28\./.test(
  spawnSync('docker', ['--version'], { encoding: 'utf8' }).stdout ?? '',
);

/** No plugins, no contexts, no credentials: as on the machines of the recordings. */
const home = mkdtempSync(join(tmpdir(), 'bridge-home-'));
const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  DOCKER_CONFIG: home,
  LANG: 'C.UTF-8',
  TERM: 'xterm',
  TZ: 'UTC',
};

/** Runs a command line in which `docker` speaks to a socket; input is empty unless given. */
export function run(
  socket: string,
  line: string,
  options: { readonly tty?: boolean; readonly input?: string; readonly limitMs?: number } = {},
): Promise<Ran> {
  const script = `docker() { command docker -H unix://${socket} "$@"; }\n${line}`;
  const [file, args] = options.tty
    ? (['script', ['-qec', onTerminal(script), '/dev/null']] as const)
    : (['bash', ['-c', script]] as const);
  const child = spawn(file, args, {
    env: { ...env, SHELL: '/bin/bash' },
    cwd: home,
    detached: true,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const limit = setTimeout(
    () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT'),
    options.limitMs ?? 60_000,
  );
  return new Promise((done) => {
    child.on('close', (code) => {
      clearTimeout(limit);
      done({ stdout, stderr, exit: code ?? 255 });
    });
  });
}

function onTerminal(script: string): string {
  return `stty rows 40 cols 120; ${script}`;
}
