/** Containers without an engine: namespaces with an image's files, side by side on one bridge. */
import {
  Bridge,
  directory,
  device,
  emptyInput,
  FileSystem,
  httpRequest,
  Kernel,
  makeTree,
  NetStack,
  nullOutput,
  readAll,
  sink,
  symlink,
  World,
  type Namespace,
  type Process,
  type Program,
  type Signal,
} from '../../src/sim/index.ts';
import { catalogue, programs } from '../../src/programs/index.ts';
import { shellPrograms } from '../../src/shell/rest.ts';
import type { CatalogueImage } from '../../src/engine/index.ts';

export const TABLE: ReadonlyMap<string, Program> = new Map([...shellPrograms, ...programs]);

export function imageOf(reference: string): CatalogueImage {
  const colon = reference.lastIndexOf(':');
  const image = catalogue.find(reference.slice(0, colon), reference.slice(colon + 1));
  if (!image) throw new Error(`${reference} is not in the catalogue`);
  return image;
}

/** A running container: what it printed, and its files. */
export class Container {
  readonly namespace: Namespace;
  readonly lab: Lab;
  readonly image: CatalogueImage;
  out = '';
  err = '';
  main: Process | undefined;

  constructor(lab: Lab, reference: string, address: string, hostname: string) {
    this.lab = lab;
    this.image = imageOf(reference);
    const net = new NetStack(lab.world, hostname);
    net.addInterface({ name: 'lo', cidr: '127.0.0.1/8', segment: new Bridge('lo') });
    net.addInterface({ name: 'eth0', cidr: `${address}/24`, segment: lab.bridge });
    const tree = makeTree({ freeBytes: 1_000_000_000 }, this.image.root());
    const files = new FileSystem(tree, () => lab.world.nowMs);
    const dev = directory();
    dev.children.set(
      'null',
      device(
        () => emptyInput,
        () => nullOutput,
      ),
    );
    for (const [name, fd] of [
      ['stdout', 1],
      ['stderr', 2],
    ] as const)
      dev.children.set(name, symlink(`/proc/self/fd/${fd}`));
    files.mount({
      target: '/dev',
      tree: makeTree({ freeBytes: 1_000 }, dev),
      source: '/',
      isReadOnly: false,
      type: 'tmpfs',
      device: 'tmpfs',
    });
    this.namespace = {
      id: hostname.padEnd(64, '0'),
      hostname,
      files,
      net,
      extra: new Map<string, unknown>([
        ['programs', TABLE],
        ['cpus', 2],
      ]),
    };
  }

  /** Starts what the image starts, or `argv` behind its entry point. */
  start(argv?: readonly string[], env: readonly string[] = []): this {
    const { config } = this.image;
    const line = [...(config.Entrypoint ?? []), ...(argv ?? config.Cmd ?? [])];
    this.main = this.#spawn(line, [...(config.Env ?? []), ...env], true);
    return this;
  }

  exec(...argv: readonly string[]): Process {
    return this.#spawn(argv, this.image.config.Env ?? [], false);
  }

  signal(signal: Signal): void {
    if (this.main) this.lab.kernel.signal(this.main, signal);
  }

  #spawn(line: readonly string[], env: readonly string[], isInit: boolean): Process {
    const name = line[0] ?? '';
    const folders =
      env
        .find((one) => one.startsWith('PATH='))
        ?.slice(5)
        .split(':') ?? [];
    const path = name.startsWith('/')
      ? name
      : folders
          .map((folder) => `${folder}/${name}`)
          .find((one) => this.namespace.files.exists(one));
    const node = path === undefined ? undefined : this.namespace.files.lookup(path);
    const program =
      node?.type === 'file' && typeof node.content !== 'string'
        ? TABLE.get(node.content.program ?? '')
        : undefined;
    if (!program) throw new Error(`no program for ${name} (${path})`);
    return this.lab.kernel.spawn({
      program,
      argv: line,
      namespace: this.namespace,
      isInit,
      cwd: this.image.config.WorkingDir || '/',
      env: new Map(
        env.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
      ),
      stdout: sink((text) => void (this.out += text)),
      stderr: sink((text) => void (this.err += text)),
    });
  }
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class Lab {
  readonly world = new World('programs');
  readonly kernel = new Kernel(this.world, { cpus: 4 });
  readonly bridge = new Bridge('br0');
  #client: Namespace | undefined;

  container(
    reference: string,
    address: string,
    hostname = `host${address.replace(/.*\./, '')}`,
  ): Container {
    return new Container(this, reference, address, hostname);
  }

  run(ms: number): void {
    this.world.runUntil(this.world.nowMs + ms);
  }

  /** Runs a program of the test's own on a machine beside the containers. */
  client(program: Program): Process {
    if (!this.#client) {
      const net = new NetStack(this.world, 'client');
      net.addInterface({ name: 'eth0', cidr: '10.0.0.99/24', segment: this.bridge });
      const files = new FileSystem(makeTree({ freeBytes: 1_000_000 }), () => this.world.nowMs);
      this.#client = { id: 'host', hostname: 'client', files, net, extra: new Map() };
    }
    return this.kernel.spawn({ program, argv: ['client'], namespace: this.#client });
  }

  /** One request, run to its end. A string is the error's code. */
  request(
    address: string,
    target: string,
    options: {
      readonly port?: number;
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    } = {},
  ): Got {
    let got: Got | undefined;
    const process = this.client(function* (self) {
      const response = yield* httpRequest(self, {
        to: { address, port: options.port ?? 80 },
        method: options.method ?? 'GET',
        target,
        headers: { host: address, ...options.headers },
        ...(options.body === undefined ? {} : { body: options.body }),
      });
      const body = yield* readAll(response.body);
      got = { status: response.status, headers: response.headers, body };
      return 0;
    });
    for (let i = 0; i < 200 && !process.exit; i++) this.run(50);
    if (!got) throw new Error(`no answer from ${address}${target}`);
    return got;
  }
}
