/** A machine with an engine, and a client of its socket that runs as a process of the machine. */
import {
  directory,
  executable,
  file,
  httpRequest,
  Machine,
  read,
  readAll,
  sleep,
  Underlay,
  World,
  write,
  type DirectoryNode,
  type HttpResponse,
  type Process,
  type Program,
  type Sys,
} from '../../src/sim/index.ts';
import {
  catalogueOf,
  Engine,
  type CatalogueImage,
  type ImageConfig,
} from '../../src/engine/index.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read into JSON as they like
  readonly json: any;
}

/** Programs of the test images: `exit N`, `sleep`, `echo ...`, `serve` (HTTP on port 80, answers its hostname), `trapless`, `cat`. */
export const testPrograms: ReadonlyMap<string, Program> = new Map<string, Program>([
  [
    'exit',
    function* (process) {
      yield* sleep(1);
      return Number(process.argv[1] ?? '0');
    },
  ],
  [
    'echo',
    function* (process) {
      yield* write(process.stdout, `${process.argv.slice(1).join(' ')}\n`);
      return 0;
    },
  ],
  [
    'oops',
    function* (process) {
      yield* write(process.stdout, 'fine\n');
      yield* write(process.stderr, 'bad\n');
      return 3;
    },
  ],
  [
    'sleep',
    function* (process) {
      process.trap('SIGTERM', () => 'interrupt');
      try {
        yield* sleep(Number(process.argv[1] ?? '1') * 1000);
      } catch {
        return 0;
      }
      return 0;
    },
  ],
  [
    'stubborn',
    function* () {
      yield* sleep(3_600_000);
      return 0;
    },
  ],
  [
    'cat',
    function* (process) {
      if (process.argv[1] !== undefined) {
        yield* write(process.stdout, process.namespace.files.readFile(process.argv[1]));
        return 0;
      }
      for (;;) {
        const text = yield* read(process.stdin);
        if (text === '') return 0;
        yield* write(process.stdout, text);
      }
    },
  ],
  [
    'put',
    function* (process) {
      process.namespace.files.writeFile(process.argv[1] as string, process.argv[2] as string);
      yield* sleep(0);
      return 0;
    },
  ],
  ['serve', serve],
  [
    'get',
    function* (process) {
      const response = yield* httpRequest(process, {
        to: { address: process.argv[1] as string, port: Number(process.argv[2] ?? '80') },
        method: 'GET',
        target: '/',
        connectTimeoutMs: 3000,
      });
      yield* write(process.stdout, yield* readAll(response.body));
      return 0;
    },
  ],
  [
    'client',
    function* (process) {
      const run = process.namespace.extra.get('client') as (process: Process) => Sys<void>;
      yield* run(process);
      return 0;
    },
  ],
]);

function* serve(process: Process): Sys<number> {
  process.trap('SIGTERM', () => 'interrupt');
  const { net } = process.namespace;
  const listener = net.tcp.listen('0.0.0.0', 80, (connection) => {
    connection.reader.retain();
    connection.writer.retain();
    const answer = (): void => {
      const text = connection.reader.take();
      if (text === undefined) return void connection.reader.whenReadable(answer);
      if (text === '') return connection.close();
      const body = `${process.namespace.hostname} from ${connection.remote.address}\n`;
      connection.writer.put(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      connection.close();
    };
    answer();
  });
  try {
    yield* sleep(100_000_000);
  } catch {
    return 0;
  } finally {
    listener.close();
  }
  return 0;
}

export function testRoot(): DirectoryNode {
  const root = directory();
  const bin = directory();
  root.children.set('bin', bin);
  for (const name of testPrograms.keys()) bin.children.set(name, executable(name));
  const etc = directory();
  etc.children.set(
    'passwd',
    file('root:x:0:0:root:/root:/bin/sh\nweb:x:101:101:web:/srv:/bin/sh\n'),
  );
  root.children.set('etc', etc);
  root.children.set('tmp', directory(0o1777));
  return root;
}

export function testImage(repository: string, config: ImageConfig, tag = 'latest'): CatalogueImage {
  const hex = (seed: string): string =>
    [...seed]
      .map((c) => c.charCodeAt(0).toString(16))
      .join('')
      .padEnd(64, '0')
      .slice(0, 64);
  const shared = testRoot();
  return {
    repository,
    tag,
    digest: `sha256:${hex(`m${repository}${tag}`)}`,
    id: `sha256:${hex(`i${repository}${tag}`)}`,
    createdUnixMs: 1_772_400_000_000,
    layers: [
      { digest: hex('base'), bytes: 2_000_000 },
      { digest: hex(`l${repository}${tag}`), bytes: 1000 },
    ],
    config,
    root: () => shared,
  };
}

export const testCatalogue = catalogueOf([
  testImage('box', { Cmd: ['sleep', '1000'] }),
  testImage('web', { Cmd: ['serve'], ExposedPorts: { '80/tcp': {} } }),
  testImage(
    'web',
    { Cmd: ['serve'], ExposedPorts: { '80/tcp': {} }, Labels: { version: '2' } },
    '2',
  ),
]);

export class TestCluster {
  readonly world: World;
  readonly underlay: Underlay;
  readonly hosts = new Map<string, { readonly machine: Machine; readonly engine: Engine }>();

  constructor(names: readonly string[], version = '28.2.2', seed = 'test') {
    this.world = new World(seed);
    this.underlay = new Underlay(this.world);
    names.forEach((name, i) => {
      const machine = new Machine({
        world: this.world,
        name,
        cards: [
          {
            name: 'eth0',
            cidr: `192.168.99.${100 + i}/24`,
            segment: this.underlay,
            mac: '02:00:00:00:00:01',
          },
        ],
        cpus: 2,
        memoryBytes: 2 * 1024 ** 3,
        diskBytes: 20 * 1024 ** 3,
        programs: testPrograms,
      });
      const engine = new Engine({ machine, version, catalogue: testCatalogue });
      machine.addDaemon(engine);
      this.hosts.set(name, { machine, engine });
    });
    this.run(10);
  }

  run(ms: number): void {
    if (!this.world.runUntil(this.world.nowMs + ms, 500_000))
      throw new Error('the world never rests');
  }

  machine(name: string): Machine {
    return (this.hosts.get(name) as { machine: Machine }).machine;
  }

  engine(name: string): Engine {
    return (this.hosts.get(name) as { engine: Engine }).engine;
  }

  /** Runs a process on the machine until it has ended (or `limitMs` have passed) and gives what it computed. */
  process<T>(name: string, run: (process: Process) => Sys<T>, limitMs = 60_000): T {
    const machine = this.machine(name);
    let result: { readonly value: T } | undefined;
    machine.kernel.spawn({
      program: function* (process) {
        result = { value: yield* run(process) };
        return 0;
      },
      argv: ['client'],
      namespace: machine.namespace,
    });
    const endMs = this.world.nowMs + limitMs;
    for (let steps = 0; !result && this.world.nowMs < endMs && this.world.step(endMs); steps++)
      if (steps > 500_000) throw new Error('the world never rests');
    if (!result) throw new Error('the client did not end');
    return result.value;
  }

  /** One request to the machine's engine. */
  api(name: string, method: string, target: string, body?: unknown): Answer {
    return this.request(name, method, target, body === undefined ? '' : JSON.stringify(body));
  }

  /** The same with a body that is no JSON. */
  request(name: string, method: string, target: string, body: string): Answer {
    return this.process(name, function* (process) {
      const response: HttpResponse = yield* httpRequest(process, {
        to: { socketPath: '/var/run/docker.sock' },
        method,
        target,
        headers: { host: 'docker' },
        body,
      });
      const text = yield* readAll(response.body);
      return { status: response.status, text, json: parse(text) };
    });
  }

  /** `docker run -d`: pulls nothing. */
  container(
    name: string,
    options: {
      readonly image?: string;
      readonly name: string;
      readonly cmd?: readonly string[];
      readonly host?: unknown;
      readonly extra?: Readonly<Record<string, unknown>>;
    },
  ): string {
    const created = this.api(name, 'POST', `/containers/create?name=${options.name}`, {
      Image: options.image ?? 'box',
      ...(options.cmd ? { Cmd: options.cmd } : {}),
      HostConfig: options.host ?? {},
      ...options.extra,
    });
    if (created.status !== 201) throw new Error(created.text);
    const started = this.api(name, 'POST', `/containers/${options.name}/start`);
    if (started.status !== 204) throw new Error(started.text);
    return created.json.Id as string;
  }

  /** `docker exec`: what it printed. */
  exec(name: string, container: string, cmd: readonly string[]): string {
    const created = this.api(name, 'POST', `/containers/${container}/exec`, {
      Cmd: cmd,
      AttachStdout: true,
      AttachStderr: true,
    });
    return this.process(name, function* (process) {
      const response = yield* httpRequest(process, {
        to: { socketPath: '/var/run/docker.sock' },
        method: 'POST',
        target: `/exec/${created.json.Id}/start`,
        headers: { upgrade: 'tcp', connection: 'Upgrade' },
        body: '{"Tty":true}',
      });
      return unframe(yield* readAll(response.body));
    });
  }
}

/** The text of multiplexed frames. */
export function unframe(text: string): string {
  let out = '';
  for (let at = 0; at + 8 <= text.length;) {
    const length = text.charCodeAt(at + 6) * 256 + text.charCodeAt(at + 7);
    out += text.slice(at + 8, at + 8 + length);
    at += 8 + length;
  }
  return out;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
