import { addLaterCommands } from '../../src/cli/index.ts';
import { laterCommands } from '../../src/cli/rest.ts';
import { docker } from '../../src/cli/index.ts';
import { shlex } from '../../src/cli/opts/shlex.ts';
import {
  Machine,
  ROOT,
  Terminal,
  World,
  collectBody,
  listenUnix,
  serveHttp,
  sink,
  source,
} from '../../src/sim/index.ts';

addLaterCommands(laterCommands);

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly tookMs: number;
}

/** A machine with a docker client, and an engine that answers as the test says. */
export class CliMachine {
  readonly world = new World('cli', 1_790_000_000_000);
  readonly machine: Machine;
  readonly requests: ApiRequest[] = [];
  apiVersion = '1.41';
  swarm: string | undefined;
  answer: (request: ApiRequest) => ApiAnswer = () => ({
    status: 404,
    json: { message: 'page not found' },
  });

  constructor() {
    this.machine = new Machine({
      world: this.world,
      name: 'manager1',
      cards: [],
      cpus: 2,
      memoryBytes: 2 ** 31,
      diskBytes: 2 ** 31,
      programs: new Map(),
    });
  }

  startEngine(): void {
    listenUnix(this.machine.files, '/var/run/docker.sock', (wire) =>
      serveHttp(wire, '', (request, respond) => {
        const [target = '', query = ''] = request.target.split('?');
        collectBody(request.body, (body) => {
          const headers = {
            'api-version': this.apiVersion,
            ostype: 'linux',
            'content-type': 'application/json',
            ...(this.swarm === undefined ? {} : { swarm: this.swarm }),
          };
          if (target === '/_ping') return respond.send(200, headers, 'OK');
          const parsed: ApiRequest = {
            method: request.method,
            path: target.replace(/^\/v[\d.]+/, ''),
            query: new Map(new URLSearchParams(query)),
            body,
          };
          this.requests.push(parsed);
          const { status = 200, json, text } = this.answer(parsed);
          respond.send(status, headers, text ?? (json === undefined ? '' : JSON.stringify(json)));
        });
      }),
    );
  }

  /** Runs a command line (`docker …`, with shell quotes) to its end. */
  run(line: string, options: { stdin?: string; tty?: boolean } = {}): Ran {
    let stdout = '';
    let stderr = '';
    let exit: number | undefined;
    const { kernel } = this.machine;
    const terminal = options.tty
      ? new Terminal(kernel, 120, 40, (text) => void (stdout += text))
      : undefined;
    const startMs = this.world.nowMs;
    const child = kernel.spawn({
      program: docker,
      argv: shlex(line),
      namespace: this.machine.namespace,
      env: new Map([['HOME', '/root']]),
      cwd: '/root',
      user: ROOT,
      stdin: terminal?.input ?? source(options.stdin ?? ''),
      stdout: terminal?.output ?? sink((text) => void (stdout += text)),
      stderr: terminal?.output ?? sink((text) => void (stderr += text)),
      terminal,
    });
    kernel.whenExited(child, (status) => void (exit = status.code));
    for (let i = 0; exit === undefined && i < 1_000_000; i += 1) if (!this.world.step()) break;
    if (exit === undefined) throw new Error(`${line} does not end; waits for ${child.waitingFor}`);
    return { stdout, stderr, exit, tookMs: this.world.nowMs - startMs };
  }
}
