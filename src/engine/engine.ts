/**
 * The Docker daemon of one machine: its parts, its life, and the socket on which it serves the Engine API.
 *
 * What must survive a power cut lies on the machine's disk; everything else is made anew by `start`.
 *
 * Real:     moby cmd/dockerd/daemon.go, daemon/daemon.go.
 * Left out: TLS and TCP listeners, plugins, live restore, the daemon's configuration file.
 */
import { listenUnix, serveHttp, type Daemon, type Machine } from '../sim/index.ts';
import { configRoutes } from './api/configs.ts';
import { containerRoutes } from './api/containers.ts';
import { imageRoutes } from './api/images.ts';
import { networkRoutes } from './api/networks.ts';
import { nodeRoutes } from './api/nodes.ts';
import { Router } from './api/index.ts';
import { secretRoutes } from './api/secrets.ts';
import { serviceRoutes } from './api/services.ts';
import { swarmRoutes } from './api/swarm.ts';
import { systemRoutes } from './api/system.ts';
import { taskRoutes } from './api/tasks.ts';
import type { SwarmInfo } from './api/types.ts';
import { volumeRoutes } from './api/volumes.ts';
import { Cluster } from './cluster/index.ts';
import { Containers } from './containers/containers.ts';
import { Execs } from './containers/exec.ts';
import { generateName } from './containers/names.ts';
import { Events } from './events.ts';
import { EngineExecutor } from './executor/executor.ts';
import type { ImageCatalogue } from './images/catalogue.ts';
import { Images } from './images/images.ts';
import { familiarString, parseReference } from './images/reference.ts';
import { Networks } from './networks/networks.ts';
import { Overlays } from './networks/overlays.ts';
import { Prune } from './prune.ts';
import { engineVersion, type EngineVersion } from './versions.ts';
import { Volumes } from './volumes/volumes.ts';

export interface EngineOptions {
  readonly machine: Machine;
  /** `28.2.2`, `20.10.24+dfsg1`, ... */
  readonly version: string;
  /** What Docker Hub has. */
  readonly catalogue: ImageCatalogue;
}

export const SOCKET_PATH = '/var/run/docker.sock';
/** How long dockerd takes to come up. */
const BOOT_MS = 400;

export class Engine implements Daemon {
  readonly name = 'docker';
  readonly machine: Machine;
  readonly version: EngineVersion;
  readonly events: Events;
  readonly images: Images;
  readonly volumes: Volumes;
  readonly networks: Networks;
  readonly containers: Containers;
  readonly execs: Execs;
  readonly prune: Prune;
  readonly executor: EngineExecutor;
  readonly overlays: Overlays;
  readonly cluster: Cluster;
  readonly #router: Router;
  #closeSocket: (() => void) | undefined;
  #isRunning = false;
  #hasBooted = false;
  /** Counts starts: one that was overtaken by a stop or a crash boots nothing. */
  #starts = 0;
  /** Who waits for the stop that is under way. */
  #stopping: (() => void)[] | undefined;

  constructor(options: EngineOptions) {
    const { machine } = options;
    this.machine = machine;
    this.version = engineVersion(options.version);
    const { version } = this;
    this.events = new Events(machine);
    this.images = new Images({
      machine,
      version,
      events: this.events,
      catalogue: options.catalogue,
      users: () => this.#imageUsers(),
    });
    this.volumes = new Volumes({
      machine,
      events: this.events,
      usersOf: (name) => this.containers.usersOfVolume(name),
      labelsAnonymous: version.traits.prunesAnonymousOnly,
    });
    this.networks = new Networks({
      machine,
      version,
      events: this.events,
      container: (name) => this.containers.find(name),
    });
    this.containers = new Containers({
      machine,
      version,
      events: this.events,
      images: this.images,
      volumes: this.volumes,
      networks: this.networks,
    });
    this.execs = new Execs(this.containers);
    this.prune = new Prune(this);
    this.overlays = new Overlays(this);
    this.networks.overlays = this.overlays;
    this.executor = new EngineExecutor(this);
    this.cluster = new Cluster({
      machine,
      executor: this.executor,
      images: { resolveDigest: (image, done) => this.#pin(image, done) },
      engineVersion: version.text,
      randomName: () => generateName(machine.world.random(`names/${machine.name}`), () => false),
      localNetwork: (name) => this.networks.find(name)?.name,
      event: (event) => {
        // The swarm's own copies of `bridge` and `host` are nobody's news.
        if (event.Type === 'network' && ['bridge', 'host'].includes(event.Attributes['name'] ?? ''))
          return;
        this.events.emit({
          type: event.Type,
          action: event.Action,
          id: event.ID,
          attributes: event.Attributes,
          scope: 'swarm',
        });
      },
      changed: () => this.overlays.membershipChanged(),
    });
    this.#router = this.#makeRouter();
  }

  // Life

  start(): void {
    if (this.#isRunning || !this.machine.isOn) return;
    this.#isRunning = true;
    const starts = ++this.#starts;
    // The first start belongs to the making of the machine; later ones take their time.
    const delayMs = this.#hasBooted ? BOOT_MS : 0;
    this.#hasBooted = true;
    this.machine.world.schedule(delayMs, 'dockerd starts', () => {
      if (this.#isRunning && starts === this.#starts) this.#boot();
    });
  }

  #boot(): void {
    const { files } = this.machine;
    files.mkdir('/var/lib/docker/containers', { parents: true, mode: 0o710 });
    files.mkdir('/var/lib/docker/volumes', { parents: true, mode: 0o701 });
    this.images.store.load();
    this.volumes.load();
    this.networks.start();
    this.containers.restore();
    const serve = (): void => {
      if (!this.#isRunning || this.#closeSocket) return;
      this.#closeSocket = listenUnix(files, SOCKET_PATH, (wire, process) =>
        serveHttp(wire, process ? '@' : '', (request, respond) =>
          this.#router.handle(request, respond),
        ),
      );
      this.machine.world.emit('engine.started', { machine: this.machine.name });
    };
    this.cluster.start(serve);
  }

  stop(done: () => void): void {
    if (this.#stopping) return void this.#stopping.push(done);
    if (!this.#isRunning) return void this.machine.world.schedule(0, 'dockerd is stopped', done);
    const stopping = [done];
    this.#stopping = stopping;
    this.#isRunning = false;
    this.#closeSocket?.();
    this.#closeSocket = undefined;
    // First the swarm's part, which takes its containers with it, then the containers of people.
    this.cluster.stop(() => {
      if (this.#stopping !== stopping) return;
      this.executor.freeze();
      this.containers.shutdown(() => {
        if (this.#stopping !== stopping) return;
        this.#stopping = undefined;
        this.#forget();
        this.machine.world.emit('engine.stopped', { machine: this.machine.name });
        for (const tell of stopping) tell();
      });
    });
  }

  crash(): void {
    const stopping = this.#stopping ?? [];
    this.#stopping = undefined;
    this.#isRunning = false;
    this.#closeSocket?.();
    this.#closeSocket = undefined;
    this.executor.freeze();
    this.cluster.crash();
    this.#forget();
    // It is as stopped as it will ever be.
    for (const tell of stopping) this.machine.world.schedule(0, 'dockerd is gone', tell);
  }

  #forget(): void {
    this.containers.crash();
    this.execs.clear();
    this.overlays.stop();
    this.networks.stop();
    this.events.clear();
  }

  /** An image that the machine has from the beginning. */
  preload(image: string): void {
    this.images.preload(image);
  }

  get isRunning(): boolean {
    return this.#closeSocket !== undefined;
  }

  // The swarm

  get isManager(): boolean {
    return this.cluster.isManager;
  }

  swarmInfo(done: (info: SwarmInfo) => void): void {
    this.cluster.info(done);
  }

  /** Header `Swarm` of a ping: `active/manager`. */
  get swarmHeader(): string {
    const state = this.cluster.localState;
    return state === 'active' ? `active/${this.isManager ? 'manager' : 'worker'}` : state;
  }

  #pin(image: string, done: (pinned: string | undefined) => void): void {
    const parsed = parseReference(image);
    if (!parsed.ok || parsed.value.digest !== undefined)
      return void this.machine.world.schedule(0, 'digest', () =>
        done(parsed.ok ? image : undefined),
      );
    this.images.resolveDigest(image, undefined, (result) =>
      done(
        result.ok
          ? `${familiarString({ ...parsed.value, tag: parsed.value.tag ?? 'latest' })}@${result.value.digest}`
          : undefined,
      ),
    );
  }

  #imageUsers(): ReturnType<ConstructorParameters<typeof Images>[0]['users']> {
    return this.containers.all().map((container) => ({
      id: container.id,
      imageID: container.record.imageID,
      isRunning: container.state.isRunning,
    }));
  }

  #makeRouter(): Router {
    const { version } = this;
    const router = new Router({
      version: version.api,
      oldest: version.minApi,
      answered: ({ from, ...answer }) => {
        if (from === '@')
          this.machine.world.emit('engine.api', { machine: this.machine.name, ...answer });
      },
      headers: {
        'api-version': `${version.api[0]}.${version.api[1]}`,
        'docker-experimental': 'false',
        ostype: 'linux',
        server: `Docker/${version.text} (linux)`,
      },
    });
    systemRoutes(router, this);
    containerRoutes(router, this);
    imageRoutes(router, this);
    networkRoutes(router, this);
    volumeRoutes(router, this);
    for (const routes of [
      swarmRoutes,
      nodeRoutes,
      serviceRoutes,
      taskRoutes,
      secretRoutes,
      configRoutes,
    ])
      routes(router, this.cluster);
    return router;
  }
}
