/**
 * cAdvisor: what each container of the machine uses, as pages, as JSON and for Prometheus.
 *
 * Real:     google/cadvisor cmd/cadvisor.go, cmd/internal/http/handlers.go, cmd/internal/api.
 * Left out: storage drivers, collectors, events, `/validate`, authentication.
 */
import {
  callbackCall,
  civil,
  race,
  sleepCall,
  SystemError,
  write,
  type HttpRequest,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { httpDate } from '../net/dates.ts';
import { listenHttp, type Answer } from '../net/http.ts';
import { Docker, type Watched } from './docker.ts';
import { metricsText } from './metrics.ts';
import { containerPage, dockerPage, rootPage } from './pages.ts';

/** How often it looks at every container. */
const HOUSEKEEPING_MS = 10_000;

interface Asked {
  readonly request: HttpRequest;
  readonly answer: (answer: Answer) => void;
}

export function cadvisorProgram(version: string): Program {
  return function* (process) {
    const port = portOf(process);
    if (process.argv.some((word) => /^--?version$/.test(word))) {
      yield* write(process.stdout, `cAdvisor version ${version} (lab)\n`);
      return 0;
    }
    return yield* new Cadvisor(process, version, port).run();
  };
}

function portOf({ argv }: Process): number {
  for (const [i, word] of argv.entries()) {
    const found = /^--?port(?:=(.*))?$/.exec(word);
    if (found) return Number(found[1] ?? argv[i + 1]) || 8080;
  }
  return 8080;
}

class Cadvisor {
  readonly #process: Process;
  readonly #version: string;
  readonly #port: number;
  readonly #docker: Docker;
  readonly #asked: Asked[] = [];
  #wake: (() => void) | undefined;
  #lookedAtMs = -HOUSEKEEPING_MS;

  constructor(process: Process, version: string, port: number) {
    this.#process = process;
    this.#version = version;
    this.#port = port;
    this.#docker = new Docker(process);
  }

  *run(): Sys<number> {
    const process = this.#process;
    process.memoryBytes = 24_000_000;
    yield* this.#log('storagedriver.go:50', 'Caching stats in memory for 2m0s');
    const isThere = yield* this.#look();
    if (!isThere)
      yield* this.#log(
        'factory.go:340',
        'Registration of the docker container factory failed: failed to validate Docker info: failed to detect Docker info: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      );
    else yield* this.#log('factory.go:356', 'Registering Docker factory');
    try {
      const listener = listenHttp(process, {
        port: this.#port,
        handle: (request, answer) => {
          this.#asked.push({ request, answer });
          this.#wake?.();
        },
      });
      yield* this.#log(
        'cadvisor.go:205',
        `Starting cAdvisor version: ${this.#version} on port ${this.#port}`,
      );
      try {
        return yield* this.#serve();
      } finally {
        listener.close();
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* this.#log(
        'cadvisor.go:209',
        `listen tcp :${this.#port}: bind: ${error.text.toLowerCase()}`,
        'F',
      );
      return 255;
    }
  }

  *#serve(): Sys<number> {
    let isEnding = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      this.#process.trap(signal, () => {
        isEnding = true;
        this.#wake?.();
      });
    for (;;) {
      const { nowMs } = this.#process.kernel.world;
      const leftMs = Math.max(0, this.#lookedAtMs + HOUSEKEEPING_MS - nowMs);
      if (this.#asked.length === 0 && !isEnding)
        yield* race({ request: this.#waitCall(), housekeeping: sleepCall(leftMs) });
      if (isEnding) return 0;
      const next = this.#asked.shift();
      if (!next) {
        yield* this.#look();
        continue;
      }
      next.answer(yield* this.#answer(next.request));
    }
  }

  #waitCall(): ReturnType<typeof callbackCall<void>> {
    return callbackCall<void>('accept', (done) => {
      this.#wake = () => done(undefined);
      return () => (this.#wake = undefined);
    });
  }

  *#look(): Sys<boolean> {
    this.#lookedAtMs = this.#process.kernel.world.nowMs;
    return yield* this.#docker.refresh();
  }

  *#answer(request: HttpRequest): Sys<Answer> {
    const path = decodeURI(request.target.split('?')[0] ?? '/').replace(/\/+$/, '') || '/';
    if (path === '/') return this.#redirect('/containers/');
    if (path === '/healthz') return this.#send('text/plain; charset=utf-8', 'ok');
    yield* this.#look();
    if (path === '/metrics')
      return this.#send(
        'text/plain; version=0.0.4; charset=utf-8',
        metricsText(this.#docker, this.#version),
      );
    if (path === '/containers') return this.#html(rootPage(this.#docker));
    if (path === '/docker') return this.#html(dockerPage(this.#docker));
    const named = /^\/(?:containers\/)?docker(?:\/(.+))?$/.exec(path);
    if (named) {
      if (named[1] === undefined) return this.#html(dockerPage(this.#docker));
      const one = this.#docker.find(named[1]);
      return one
        ? this.#html(containerPage(this.#docker, one))
        : this.#send(
            'text/plain; charset=utf-8',
            `failed to get docker container "${named[1]}": unable to find Docker container "${named[1]}"\n`,
            404,
          );
    }
    if (path.startsWith('/api/')) return this.#api(path);
    return this.#send('text/plain; charset=utf-8', '404 page not found\n', 404);
  }

  /** `/api/v1.3/machine`, `/api/v1.3/docker`, `/api/v1.3/docker/web`, `/api/v2.0/version`. */
  #api(path: string): Answer {
    const [, version = '', kind = '', name = ''] =
      /^\/api\/(v[\d.]+)\/?([^/]*)\/?(.*)$/.exec(path) ?? [];
    const { machine } = this.#docker;
    if (version === '' || !machine)
      return this.#send(
        'text/plain; charset=utf-8',
        'Supported API versions: v1.0,v1.1,v1.2,v1.3,v2.0,v2.1\n',
        400,
      );
    if (kind === 'machine')
      return this.#json({
        num_cores: machine.NCPU,
        memory_capacity: machine.MemTotal,
        machine_id: machine.Name,
      });
    if (kind === 'version') return this.#json(this.#version);
    if (kind === 'docker' || kind === 'containers' || kind === 'stats') {
      const wanted = name.replace(/^docker\/?/, '');
      const list = this.#docker.containers.filter(
        (one) => wanted === '' || one.name === wanted || one.id.startsWith(wanted),
      );
      return this.#json(
        Object.fromEntries(list.map((one) => [`/docker/${one.id}`, this.#described(one)])),
      );
    }
    return this.#send('text/plain; charset=utf-8', `unknown request type "${kind}"\n`, 400);
  }

  #described(one: Watched): unknown {
    const startMs = this.#process.kernel.world.unixMs - this.#process.kernel.world.nowMs;
    return {
      id: one.id,
      name: `/docker/${one.id}`,
      aliases: [one.name, one.id],
      namespace: 'docker',
      labels: one.labels,
      spec: {
        creation_time: isoDate(one.createdUnix * 1000),
        has_cpu: true,
        cpu: { limit: one.cpuShares, max_limit: 0, mask: one.cpuset },
        has_memory: true,
        memory: { limit: one.memoryLimit },
        image: one.image,
      },
      stats: one.samples.map((sample) => ({
        timestamp: isoDate(startMs + sample.atMs),
        cpu: { usage: { total: sample.cpuNs } },
        memory: { usage: sample.memoryBytes },
        network: { rx_bytes: sample.receivedBytes, tx_bytes: sample.sentBytes },
        processes: { process_count: sample.pids },
      })),
    };
  }

  #html(body: string): Answer {
    return this.#send('text/html; charset=utf-8', body);
  }

  #json(value: unknown): Answer {
    return this.#send('application/json', JSON.stringify(value));
  }

  #redirect(location: string): Answer {
    const date = httpDate(this.#process.kernel.world.unixMs);
    return {
      status: 307,
      headers: { 'content-type': 'text/html; charset=utf-8', location, date },
      body: `<a href="${location}">Temporary Redirect</a>.\n\n`,
    };
  }

  #send(type: string, body: string, status = 200): Answer {
    const date = httpDate(this.#process.kernel.world.unixMs);
    return { status, headers: { 'content-type': type, date }, body };
  }

  /** A line of glog: `I0302 00:00:00.000000       1 file.go:1] text`. */
  *#log(where: string, text: string, level = 'I'): Sys<void> {
    const { month, day, hour, minute, second, ms } = civil(this.#process.kernel.world.unixMs);
    const two = (n: number): string => String(n).padStart(2, '0');
    const clock = `${two(hour)}:${two(minute)}:${two(second)}.${String(ms).padStart(3, '0')}000`;
    yield* write(
      this.#process.stderr,
      `${level}${two(month)}${two(day)} ${clock}       1 ${where}] ${text}\n`,
    );
  }
}

function isoDate(unixMs: number): string {
  const { year, month, day, hour, minute, second } = civil(unixMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`;
}
