import { Engine, type ImageCatalogue } from '../engine/index.ts';
import { installTools, spawnLogin } from '../shell/index.ts';
import {
  executable,
  join,
  Machine,
  ROOT,
  Underlay,
  World,
  type Crossing,
  type Program,
  type User,
} from '../sim/index.ts';
import { completeDocker } from './completion.ts';
import { applyFault } from './faults.ts';
import type { Browsers } from './browser/index.ts';
import { hasLaterParts, laterCatalogue, laterParts } from './later.ts';
import { programTable } from './programs.ts';
import type { Input, LabRecord, StampedInput } from './inputs.ts';
import { Routers, tellNameServer } from './router.ts';
import { Screen } from './screen.ts';
import type { MachineTemplate, Template } from './templates.ts';

/** Which lab replays a record to the same bytes. Raised when the simulation changes what it prints. */
export const LAB_VERSION = '1';

export interface LabOptions {
  readonly template: Template;
  readonly seed: string;
  /** When it begins, in ms since 1970; a fixed moment unless told. Who wants to replay must tell the same. */
  readonly epochMs?: number;
  /** The images that its machines can pull; absent: Docker Hub's, as far as the lab has them. */
  readonly catalogue?: ImageCatalogue;
  /** What the networks' name server knows. */
  readonly names?: ReadonlyMap<string, string>;
}

/** A host of the lab: the machine and the Docker daemon on it. */
export interface Host {
  readonly template: MachineTemplate;
  readonly machine: Machine;
  readonly engine: Engine;
  readonly user: User;
}

/** Learner's account of the `local` template. */
export const KEVIN: User = {
  name: 'kevin',
  uid: 1000,
  gid: 1000,
  home: '/home/kevin',
  groups: ['kevin', 'sudo', 'docker'],
};

/**
 * One session: the world, its machines, its terminals, and the log of what the outside did to it.
 *
 * The same template, seed and inputs give the same lab, byte for byte: `input` is the only way in.
 */
export class Lab {
  readonly world: World;
  readonly underlay: Underlay;
  readonly template: Template;
  readonly #catalogue: ImageCatalogue;
  readonly #routers: Routers;
  readonly #hosts = new Map<string, Host>();
  readonly #screens = new Map<string, Screen>();
  readonly #inputs: StampedInput[] = [];
  readonly #crossings = new Set<(crossing: Crossing) => void>();
  readonly #outputs = new Set<(screen: Screen, text: string) => void>();
  #browsers: Browsers | undefined;
  readonly #lessonMarks = new Set<(input: Extract<Input, { kind: 'lesson' }>) => void>();

  constructor(options: LabOptions) {
    this.template = options.template;
    this.world = new World(options.seed, options.epochMs);
    this.underlay = new Underlay(this.world);
    this.#routers = new Routers(this.world, this.underlay, options.names);
    this.#catalogue = options.catalogue ?? laterCatalogue;
    const all = programTable();
    for (const machine of options.template.machines)
      this.#hosts.set(machine.name, this.#makeHost(machine, all));
    this.underlay.observe((crossing) => {
      for (const notify of this.#crossings) notify(crossing);
    });
    for (const image of options.template.preloaded ?? [])
      for (const host of this.#hosts.values()) host.engine.preload(image);
    this.world.runUntil(0);
  }

  get hosts(): readonly Host[] {
    return [...this.#hosts.values()];
  }

  host(name: string): Host | undefined {
    return this.#hosts.get(name);
  }

  get screens(): readonly Screen[] {
    return [...this.#screens.values()];
  }

  screen(name: string): Screen | undefined {
    return this.#screens.get(name);
  }

  /** The browser windows; undefined before the first is used. */
  get browsers(): Browsers | undefined {
    return this.#browsers;
  }

  get nowMs(): number {
    return this.world.nowMs;
  }

  onCrossing(notify: (crossing: Crossing) => void): () => void {
    this.#crossings.add(notify);
    return () => void this.#crossings.delete(notify);
  }

  onOutput(notify: (screen: Screen, text: string) => void): () => void {
    this.#outputs.add(notify);
    return () => void this.#outputs.delete(notify);
  }

  onLessonMark(notify: (input: Extract<Input, { kind: 'lesson' }>) => void): () => void {
    this.#lessonMarks.add(notify);
    return () => void this.#lessonMarks.delete(notify);
  }

  /** Does something to the lab, now, and writes it into the log. `ready`: when a fault that takes time is over. */
  input(input: Input, ready: () => void = () => {}): void {
    // What is due at this very moment comes first, so that a replay meets the same order.
    this.world.runUntil(this.world.nowMs);
    this.#inputs.push({ atMs: this.world.nowMs, input });
    const cause = this.world.emit(`input.${input.kind}`, summary(input));
    this.world.because(cause, () => this.#apply(input, ready));
  }

  /** Everything that makes this lab again. */
  record(): LabRecord {
    return {
      version: LAB_VERSION,
      template: this.template.name,
      seed: this.world.seed,
      inputs: [...this.#inputs],
      nowMs: this.world.nowMs,
    };
  }

  get inputs(): readonly StampedInput[] {
    return this.#inputs;
  }

  /** Runs to a moment; false when `eventsMax` events were not enough (go on by calling it again). */
  runUntil(atMs: number, eventsMax?: number): boolean {
    return this.world.runUntil(atMs, eventsMax);
  }

  /** Replays recorded inputs and stands at `nowMs`. */
  replay(record: Pick<LabRecord, 'inputs' | 'nowMs'>): void {
    for (const { atMs, input } of record.inputs) {
      this.runUntil(atMs);
      this.input(input);
    }
    this.runUntil(record.nowMs);
  }

  /** A fingerprint of all that was shown and done: equal labs have equal ones. */
  fingerprint(): string {
    const screens = [...this.#screens.values()].map(
      (screen) => `${screen.name}:${screen.total}:${screen.hash.toString(16)}`,
    );
    const windows = this.#browsers?.all.map((browser) => browser.fingerprint) ?? [];
    return `${this.world.nowMs}/${this.world.eventsRun}/${[...screens, ...windows].join(',')}`;
  }

  #makeHost(template: MachineTemplate, all: ReadonlyMap<string, Program>): Host {
    const machine = new Machine({
      world: this.world,
      name: template.name,
      cards: template.cards.map((card) => ({
        ...card,
        segment: this.underlay,
        mac: this.world
          .random(`mac ${template.name}`)
          .hex(10)
          .replace(/../g, ':$&')
          .replace(/^/, '02'),
      })),
      cpus: template.cpus,
      memoryBytes: template.memoryBytes,
      diskBytes: template.diskBytes,
      programs: all,
    });
    machine.namespace.hostname = template.hostname ?? template.name;
    machine.namespace.extra.set('programs', all);
    machine.namespace.extra.set('completers', new Map([['docker', completeDocker]]));
    // The page shows its editor; the command ends at once, and what is saved there is an input like any other.
    machine.namespace.extra.set(
      'editor',
      ({ path, done }: { readonly path: string; readonly done: () => void }) => {
        this.world.emit('editor.open', { machine: machine.name, path });
        done();
      },
    );
    installTools(machine.files, {
      hostname: machine.namespace.hostname,
      machine,
      ...(template.user === 'kevin'
        ? { users: [{ name: 'kevin', uid: 1000, home: '/home/kevin', groups: ['sudo', 'docker'] }] }
        : {}),
    });
    tellNameServer(machine, this.#routers.nameServerOf(template.cards[0]?.cidr ?? ''));
    machine.files.writeFile('/usr/bin/docker', executable('docker', 48_000_000).content);
    machine.files.setAttributes('/usr/bin/docker', { mode: 0o755 });
    const user = template.user === 'kevin' ? KEVIN : ROOT;
    if (!machine.files.exists(user.home))
      machine.files.mkdir(user.home, { parents: true, uid: user.uid, gid: user.gid });
    const engine = new Engine({
      machine,
      version: template.engineVersion,
      catalogue: this.#catalogue,
    });
    machine.addDaemon(engine);
    return { template, machine, engine, user };
  }

  #apply(input: Input, ready: () => void): void {
    switch (input.kind) {
      case 'open':
        return this.#open(input);
      case 'close':
        this.#screens.get(input.terminal)?.terminal.hangUp();
        this.#screens.delete(input.terminal);
        return;
      case 'resize':
        return this.#screens.get(input.terminal)?.terminal.resize(input.columns, input.rows);
      case 'type':
        return this.#screens.get(input.terminal)?.terminal.feed(input.text);
      case 'save':
        return this.#save(input);
      case 'browse':
        return this.#browse(input);
      case 'fault':
        return applyFault(
          { underlay: this.underlay, machine: (name) => this.#hosts.get(name)?.machine },
          input.fault,
          ready,
        );
      case 'lesson':
        for (const notify of this.#lessonMarks) notify(input);
        return;
    }
  }

  #open(input: Extract<Input, { kind: 'open' }>): void {
    const host = this.#hosts.get(input.machine);
    if (!host || this.#screens.has(input.terminal)) return;
    const screen = new Screen(input.terminal, host.machine, input, (from, text) => {
      for (const notify of this.#outputs) notify(from, text);
    });
    this.#screens.set(input.terminal, screen);
    this.#login(screen, host);
    // A machine that comes back asks nobody: its console shows a fresh prompt.
    host.machine.onPower((isOn) => {
      if (this.#screens.get(input.terminal) !== screen) return;
      if (isOn) this.#login(screen, host);
      else screen.loggedOut();
    });
  }

  /** What reads pages comes later: until it is there, virtual time stands still. */
  #browse({ window, action }: Extract<Input, { kind: 'browse' }>): void {
    this.world.schedule(0, 'browse', () => {
      this.#browsers ??= new (laterParts().Browsers)(this);
      this.#browsers.act(window, action);
    });
    this.world.hold(hasLaterParts);
  }

  #login(screen: Screen, host: Host): void {
    screen.shell = host.machine.isOn
      ? spawnLogin(host.machine, screen.terminal, host.user)
      : undefined;
  }

  #save(input: Extract<Input, { kind: 'save' }>): void {
    const host = this.#hosts.get(input.machine);
    if (!host) return;
    const { files } = host.machine;
    const path = input.path.startsWith('/') ? input.path : join(host.user.home, input.path);
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    files.mkdir(folder, { parents: true, uid: host.user.uid, gid: host.user.gid });
    files.writeFile(path, input.text, { uid: host.user.uid, gid: host.user.gid });
  }
}

/** What the trace keeps of an input: enough to say what it was. */
function summary(input: Input): Readonly<Record<string, unknown>> {
  if (input.kind === 'save') return { machine: input.machine, path: input.path };
  if (input.kind === 'browse') return { window: input.window, type: input.action.type };
  if (input.kind === 'fault') return { ...input.fault };
  if (input.kind === 'lesson') return { ...input.mark };
  return { ...input };
}
