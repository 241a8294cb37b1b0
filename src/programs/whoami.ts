/**
 * traefik/whoami: a web server that says who answered and what was asked. The best witness of load balancing.
 *
 * Real:     traefik/whoami app.go.
 * Left out: `/echo` (web sockets), TLS, gRPC, `/upload`.
 */
import {
  collectBody,
  SystemError,
  write,
  type HttpRequest,
  type Process,
  type Program,
} from '../sim/index.ts';
import { BUILDKIT, PATH_ENV, type Recipe } from './image.ts';
import { goDate, httpDate } from './net/dates.ts';
import { listenHttp, type Answer } from './net/http.ts';
import { SignalQueue } from './net/signals.ts';

export const whoamiRecipe: Recipe = {
  repository: 'traefik/whoami',
  tags: ['v1.11.0', 'v1.11', 'v1', 'latest'],
  built: '2025-04-24',
  instructions: [
    {
      by: 'COPY /usr/share/zoneinfo /usr/share/zoneinfo # buildkit',
      comment: BUILDKIT,
      bytes: 1_430_000,
    },
    {
      by: 'COPY /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ # buildkit',
      comment: BUILDKIT,
      bytes: 230_000,
    },
    { by: 'COPY /go/whoami/whoami . # buildkit', comment: BUILDKIT, bytes: 5_200_000 },
    { by: 'ENTRYPOINT ["/whoami"]', comment: BUILDKIT },
    { by: 'EXPOSE map[80/tcp:{}]', comment: BUILDKIT },
  ],
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: [PATH_ENV],
    Cmd: null,
    Entrypoint: ['/whoami'],
    WorkingDir: '/',
    Labels: null,
  },
  build: (tree) => void tree.tools('/', 'whoami=traefik-whoami', 5_200_000),
};

export const whoami: Program = function* (process) {
  const flags = flagsOf(process);
  const server = new Whoami(process, flags.name, flags.isVerbose);
  const say = (text: string): void =>
    void process.stdout.put(`${goDate(process.kernel.world.unixMs)} ${text}\n`);
  try {
    const listener = listenHttp(process, {
      port: flags.port,
      handle: (request, answer) => server.handle(request, answer),
    });
    say(`Starting up on port ${flags.port}`);
    process.memoryBytes = 6_000_000;
    try {
      // Go's runtime raises the signal again without its handler; PID 1 survives that, and the runtime then ends with status 2.
      const signal = yield* new SignalQueue(process, ['SIGTERM', 'SIGINT']).next();
      return process.isInit ? 2 : signal === 'SIGTERM' ? 143 : 130;
    } finally {
      listener.close();
    }
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* write(
      process.stderr,
      `${goDate(process.kernel.world.unixMs)} listen tcp :${flags.port}: bind: ${error.text.toLowerCase()}\n`,
    );
    return 1;
  }
};

function flagsOf({ argv, env }: Process): {
  readonly port: number;
  readonly name: string;
  readonly isVerbose: boolean;
} {
  const value = (name: string): string | undefined => {
    const at = argv.findIndex((word) => word === `-${name}` || word === `--${name}`);
    const glued = argv.find(
      (word) => word.startsWith(`--${name}=`) || word.startsWith(`-${name}=`),
    );
    return glued?.slice(glued.indexOf('=') + 1) ?? (at >= 0 ? argv[at + 1] : undefined);
  };
  const isVerbose =
    argv.some((word) => word === '-verbose' || word === '--verbose') ||
    env.get('WHOAMI_VERBOSE') === 'true';
  return {
    port: Number(value('port') ?? env.get('WHOAMI_PORT_NUMBER') ?? '80'),
    name: value('name') ?? env.get('WHOAMI_NAME') ?? '',
    isVerbose,
  };
}

class Whoami {
  readonly #process: Process;
  readonly #name: string;
  readonly #isVerbose: boolean;
  #health = 200;

  constructor(process: Process, name: string, isVerbose: boolean) {
    this.#process = process;
    this.#name = name;
    this.#isVerbose = isVerbose;
  }

  handle(request: HttpRequest, answer: (answer: Answer) => void): void {
    const { world } = this.#process.kernel;
    const [path = '/', query = ''] = request.target.split('?');
    if (this.#isVerbose)
      this.#process.stdout.put(
        `${goDate(world.unixMs)} ${request.from} - - [${goDate(world.unixMs)}] "${request.method} ${request.target} HTTP/1.1" - -\n`,
      );
    const send = (status: number, type: string, body: string): void =>
      answer({
        status,
        headers: {
          date: httpDate(world.unixMs),
          'content-length': String(body.length),
          'content-type': type,
        },
        body,
      });
    const waitMs = waitOf(query);
    if (path === '/health') {
      if (request.method !== 'POST') return send(this.#health, 'text/plain; charset=utf-8', '');
      return collectBody(request.body, (text) => {
        this.#health = Number(text.trim()) || 200;
        send(200, 'text/plain; charset=utf-8', '');
      });
    }
    if (path === '/bench') return send(200, 'text/plain', '1');
    const isJSON = path === '/api';
    const reply = (): void =>
      send(
        200,
        isJSON ? 'application/json' : 'text/plain; charset=utf-8',
        isJSON ? this.#json(request) : this.#text(request, /(?:^|&)env=true(?:&|$)/.test(query)),
      );
    if (waitMs > 0) world.schedule(waitMs, 'whoami waits', reply);
    else reply();
  }

  #addresses(): readonly string[] {
    return [
      '127.0.0.1',
      ...this.#process.namespace.net.interfaces
        .filter(({ name }) => name !== 'lo')
        .map(({ address }) => address),
    ];
  }

  /** `GET / HTTP/1.1` with its headers as Go writes a request: Host and User-Agent first, the others by name. */
  #text(request: HttpRequest, showsEnvironment: boolean): string {
    const { hostname } = this.#process.namespace;
    const lines = [
      ...(this.#name === '' ? [] : [`Name: ${this.#name}`]),
      `Hostname: ${hostname}`,
      ...this.#addresses().map((address) => `IP: ${address}`),
      `RemoteAddr: ${request.from}:${remotePort(request)}`,
      `${request.method} ${request.target} HTTP/1.1`,
      `Host: ${request.headers['host'] ?? ''}`,
    ];
    const { 'user-agent': agent, host: _, ...rest } = request.headers;
    if (agent !== undefined) lines.push(`User-Agent: ${agent}`);
    for (const name of Object.keys(rest).sort((a, b) => (a < b ? -1 : 1)))
      lines.push(`${canonical(name)}: ${rest[name]}`);
    const environment = showsEnvironment
      ? [...this.#process.env].map(([name, value]) => `${name}=${value}\n`).join('')
      : '';
    return `${lines.join('\n')}\n\n${environment}`;
  }

  #json(request: HttpRequest): string {
    const headers = Object.fromEntries(
      Object.entries(request.headers)
        .filter(([name]) => name !== 'host')
        .map(([name, value]) => [canonical(name), [value]]),
    );
    return `${JSON.stringify({
      hostname: this.#process.namespace.hostname,
      ip: this.#addresses(),
      headers,
      url: request.target,
      host: request.headers['host'] ?? '',
      method: request.method,
      ...(this.#name === '' ? {} : { name: this.#name }),
      remoteAddr: `${request.from}:${remotePort(request)}`,
    })}\n`;
  }
}

function remotePort({ connection }: HttpRequest): number {
  return 'remote' in connection ? (connection.remote as { readonly port: number }).port : 0;
}

function canonical(name: string): string {
  return name.replace(
    /(^|-)([a-z])/g,
    (_, dash: string, letter: string) => dash + letter.toUpperCase(),
  );
}

/** `wait=5s` in ms. */
function waitOf(query: string): number {
  const m = /(?:^|&)wait=(\d+)(ms|s|m)(?:&|$)/.exec(query);
  return m ? Number(m[1]) * ({ ms: 1, s: 1_000, m: 60_000 }[m[2] as 'ms'] ?? 0) : 0;
}
