/**
 * POST /build: the classic builder. Each instruction makes an image from the one before; what was made before from the same is taken from the cache.
 *
 * Real:     moby builder/dockerfile/{builder,dispatchers,evaluator,internals,imagecontext}.go, api/server/router/build.
 * Left out: BuildKit, remote contexts, ONBUILD triggers, --squash, limits of build containers.
 */
import {
  collectBody,
  directory,
  FileSystem,
  makeTree,
  normalize,
  readTar,
  sourceName,
  treeOf,
  type DirectoryNode,
} from '../../../sim/index.ts';
import type { ApiContext } from '../../api/router.ts';
import { ProgressStream, refuse } from '../../api/respond.ts';
import { layerBytes } from '../../containers/changes.ts';
import { createContainer } from '../../containers/create.ts';
import { resolveUser } from '../../containers/process.ts';
import type { Engine } from '../../engine.ts';
import { attempt, badRequest, EngineError, failed, fine, type Outcome } from '../../errors.ts';
import type { ImageConfig } from '../catalogue.ts';
import { applyChange, commandForm, jsonForm, keyValues } from '../changeinstruction.ts';
import { disown } from '../commit.ts';
import { digestOf } from '../digest.ts';
import type { Image, ImageHistory, ImageLayer } from '../image.ts';
import { parseReference } from '../reference.ts';
import { copyInto, findSources, type CopyRequest } from './copy.ts';
import {
  expandVariables,
  parseDockerfile,
  takeFlags,
  words,
  type Instruction,
} from './dockerfile.ts';

export function buildImage(engine: Engine, context: ApiContext): void {
  const progress = new ProgressStream(context);
  collectBody(context.request.body, (text) => {
    const prepared = attempt(() => new Build(engine, context, progress, text));
    if (!prepared.ok) return refuse(context, prepared.error);
    prepared.value.run();
  });
}

/** A stage while it is built: the image so far. */
interface Stage {
  readonly name: string;
  /** Undefined after FROM scratch, until something is made. */
  image: Image | undefined;
  config: ImageConfig;
  root: DirectoryNode;
  layers: readonly ImageLayer[];
  history: readonly ImageHistory[];
  args: Map<string, string>;
  hasOwnCmd: boolean;
}

/** A step that ended otherwise than well: what the client prints, and the code of a RUN. */
class BuildError extends EngineError {
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(500, message);
    this.code = code;
  }
}

type Next = (result: Outcome<unknown>) => void;

const STEP_MS = 40;

class Build {
  readonly #engine: Engine;
  readonly #progress: ProgressStream;
  readonly #context: DirectoryNode;
  readonly #steps: readonly Instruction[];
  readonly #buildArgs: ReadonlyMap<string, string>;
  readonly #tags: readonly string[];
  readonly #isQuiet: boolean;
  readonly #usesCache: boolean;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #target: string;
  readonly #stages: Stage[] = [];
  readonly #globalArgs = new Map<string, string>();
  /** Once one step was not in the cache, none after it is. */
  #isCacheBroken = false;

  constructor(engine: Engine, context: ApiContext, progress: ProgressStream, body: string) {
    const { query } = context;
    this.#engine = engine;
    this.#progress = progress;
    const { unixMs, nowMs } = engine.machine.world;
    const entries = readTar(body, unixMs - nowMs);
    if (!entries) throw badRequest('archive/tar: invalid tar header');
    this.#context = treeOf(entries);
    const path = query.get('dockerfile') || 'Dockerfile';
    const files = new FileSystem(makeTree({ freeBytes: 0 }, this.#context), () => 0);
    if (files.lookup(`/${path}`)?.type !== 'file')
      throw badRequest(`Cannot locate specified Dockerfile: ${path}`);
    this.#steps = parseDockerfile(files.readFile(`/${path}`));
    this.#buildArgs = new Map(Object.entries(jsonMap(query.get('buildargs'))));
    this.#labels = jsonMap(query.get('labels'));
    this.#tags = [...context.request.target.matchAll(/[?&]t=([^&]*)/g)].map((m) =>
      decodeURIComponent((m[1] as string).replace(/\+/g, ' ')),
    );
    for (const tag of this.#tags) {
      const parsed = parseReference(tag);
      if (!parsed.ok) throw badRequest(parsed.error);
    }
    this.#isQuiet = context.flag('q');
    this.#usesCache = !context.flag('nocache');
    this.#target = query.get('target') ?? '';
  }

  run(): void {
    const all = [...this.#steps, ...this.#labelStep()];
    const last = this.#target === '' ? all.length : this.#endOfTarget(all);
    const step = (i: number): void => {
      const instruction = all[i];
      if (!instruction || i >= last) return this.#finish();
      this.#say(`Step ${i + 1}/${last} : ${instruction.original}\n`);
      this.#engine.machine.world.schedule(0, 'build step', () =>
        this.#guard(instruction, (result) => {
          if (!result.ok) return this.#fail(result.error);
          step(i + 1);
        }),
      );
    };
    step(0);
  }

  #labelStep(): readonly Instruction[] {
    const pairs = Object.entries(this.#labels);
    if (pairs.length === 0) return [];
    const rest = pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ');
    return [
      {
        name: 'LABEL',
        rest,
        original: `LABEL ${pairs.map(([name, value]) => `${name}=${value}`).join(' ')}`,
        line: 0,
      },
    ];
  }

  #endOfTarget(all: readonly Instruction[]): number {
    let isIn = false;
    for (const [i, { name, rest }] of all.entries()) {
      if (name !== 'FROM') continue;
      if (isIn) return i;
      isIn = /\sAS\s+(\S+)$/i.exec(rest)?.[1]?.toLowerCase() === this.#target.toLowerCase();
    }
    if (!isIn) throw badRequest(`failed to reach build target ${this.#target} in Dockerfile`);
    return all.length;
  }

  #guard(instruction: Instruction, next: Next): void {
    try {
      this.#dispatch(instruction, next);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      next(failed(error));
    }
  }

  #fail(error: EngineError): void {
    const code = error instanceof BuildError ? error.code : undefined;
    this.#progress.tell({
      errorDetail: { ...(code === undefined ? {} : { code }), message: error.message },
      error: error.message,
    });
    this.#progress.end(fine(undefined));
  }

  #finish(): void {
    const { images } = this.#engine;
    const image = this.#stage.image;
    if (!image) return this.#fail(badRequest('No image was generated. Is your Dockerfile empty?'));
    this.#progress.tell({ aux: { ID: image.id } });
    if (this.#isQuiet) this.#progress.tell({ stream: `${image.id}\n` });
    else this.#say(`Successfully built ${short(image.id)}\n`);
    for (const tag of this.#tags) {
      const parsed = parseReference(tag);
      if (!parsed.ok) continue;
      images.name(image, parsed.value);
      this.#say(
        `Successfully tagged ${tag.includes(':', tag.lastIndexOf('/') + 1) ? tag : `${tag}:latest`}\n`,
      );
    }
    this.#progress.end(fine(undefined));
  }

  #say(stream: string): void {
    if (!this.#isQuiet) this.#progress.tell({ stream });
  }

  get #stage(): Stage {
    return this.#stages[this.#stages.length - 1] as Stage;
  }

  #dispatch(instruction: Instruction, next: Next): void {
    switch (instruction.name) {
      case 'FROM':
        return this.#from(instruction, next);
      case 'ARG':
        return this.#arg(instruction, next);
      case 'RUN':
        return this.#run(instruction, next);
      case 'COPY':
      case 'ADD':
        return this.#copy(instruction, next);
      case 'ONBUILD':
        throw badRequest('이 실습실에서는 지원하지 않습니다: ONBUILD');
      default:
        return this.#configure(instruction, next);
    }
  }

  // FROM

  #from(instruction: Instruction, next: Next): void {
    const m = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(
      takeFlags(instruction.rest, ['platform'], instruction.line).rest,
    );
    if (!m)
      throw badRequest(
        `dockerfile parse error line ${instruction.line}: FROM requires either one or three arguments`,
      );
    const name = expandVariables(m[1] as string, this.#globalArgs);
    const alias = (m[2] ?? '').toLowerCase();
    this.#isCacheBroken = false;
    const begin = (image: Image | undefined): void => {
      this.#stages.push({
        name: alias,
        image,
        config: image?.config ?? {},
        root: image?.root ?? directory(),
        layers: image?.layers ?? [],
        history: image?.history ?? [],
        args: new Map(),
        hasOwnCmd: false,
      });
      this.#say(` ---> ${image ? short(image.id) : ''}\n`);
      next(fine(undefined));
    };
    if (name === 'scratch') return begin(undefined);
    const stage = this.#stages.find((one) => one.name !== '' && one.name === name.toLowerCase());
    const known = stage?.image ?? this.#engine.images.store.find(name);
    if (known) return begin(known);
    this.#engine.images.pull(
      name,
      undefined,
      (message) => {
        if (!this.#isQuiet) this.#progress.tell(message);
      },
      (result) =>
        result.ok ? begin(result.value) : next(failed(new BuildError(result.error.message))),
    );
  }

  // Configuration

  #arg(instruction: Instruction, next: Next): void {
    const isGlobal = this.#stages.length === 0;
    const scope = isGlobal ? this.#globalArgs : this.#stage.args;
    const [name = '', value] = splitArg(instruction.rest);
    const given = this.#buildArgs.get(name);
    const inherited = isGlobal ? undefined : this.#globalArgs.get(name);
    const chosen =
      given ?? (value === undefined ? inherited : expandVariables(value, this.#variables()));
    if (chosen !== undefined) scope.set(name, chosen);
    if (isGlobal) return next(fine(undefined));
    this.#commitConfig(
      `ARG ${name}${chosen === undefined ? '' : `=${chosen}`}`,
      this.#stage.config,
      next,
    );
  }

  /** ENV over ARG. */
  #variables(): ReadonlyMap<string, string> {
    const stage = this.#stages.length > 0 ? this.#stage : undefined;
    const env = (stage?.config.Env ?? []).map(
      (entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const,
    );
    return new Map([...(stage?.args ?? this.#globalArgs), ...env]);
  }

  #configure(instruction: Instruction, next: Next): void {
    const { name } = instruction;
    const expands = [
      'ENV',
      'LABEL',
      'EXPOSE',
      'USER',
      'VOLUME',
      'WORKDIR',
      'STOPSIGNAL',
      'MAINTAINER',
    ].includes(name);
    const rest = expands ? expandVariables(instruction.rest, this.#variables()) : instruction.rest;
    const stage = this.#stage;
    if (name === 'MAINTAINER') return this.#commitConfig(`MAINTAINER ${rest}`, stage.config, next);
    let config = applyChange(stage.config, `${name} ${rest}`);
    if (name === 'CMD') stage.hasOwnCmd = true;
    // A new entry point makes the base image's arguments meaningless.
    if (name === 'ENTRYPOINT' && !stage.hasOwnCmd) config = { ...config, Cmd: null };
    if (name === 'WORKDIR') this.#makeWorkingDir(config.WorkingDir ?? '/');
    this.#commitConfig(historyLine(name, rest, config), config, next);
  }

  #makeWorkingDir(path: string): void {
    const tree = makeTree({ freeBytes: Number.MAX_SAFE_INTEGER }, this.#stage.root);
    const files = new FileSystem(tree, () => this.#engine.machine.world.nowMs);
    if (!files.exists(path)) files.mkdir(normalize(path), { parents: true });
    disown(tree.root);
    this.#stage.root = tree.root;
  }

  #commitConfig(comment: string, config: ImageConfig, next: Next): void {
    // WORKDIR and COPY have one blank after (nop), all others two: so do moby's.
    const createdBy = `/bin/sh -c #(nop) ${comment.startsWith('WORKDIR') ? '' : ' '}${comment}`;
    if (this.#fromCache(createdBy)) return next(fine(undefined));
    const container = this.#containerID();
    this.#say(` ---> Running in ${container}\n`);
    this.#engine.machine.world.schedule(STEP_MS, 'build commit', () => {
      this.#say(`Removing intermediate container ${container}\n`);
      this.#make({
        createdBy,
        config,
        root: this.#stage.root,
        bytes: 0,
        hasLayer: false,
        container,
      });
      next(fine(undefined));
    });
  }

  #containerID(): string {
    return this.#engine.machine.world.random(`build/${this.#engine.machine.name}`).hex(12);
  }

  // The cache

  /** Takes the image that the same instruction made from the same parent, if there is one. */
  #fromCache(key: string): boolean {
    const stage = this.#stage;
    const parent = stage.image?.id ?? '';
    const hit =
      this.#usesCache && !this.#isCacheBroken
        ? this.#engine.images.store
            .all()
            .find((image) => image.parent === parent && image.cacheKey === key)
        : undefined;
    if (!hit) {
      this.#isCacheBroken = true;
      return false;
    }
    Object.assign(stage, {
      image: hit,
      config: hit.config,
      root: hit.root,
      layers: hit.layers,
      history: hit.history,
    });
    this.#say(' ---> Using cache\n');
    this.#say(` ---> ${short(hit.id)}\n`);
    return true;
  }

  #make(made: {
    readonly createdBy: string;
    readonly config: ImageConfig;
    readonly root: DirectoryNode;
    readonly bytes: number;
    readonly hasLayer: boolean;
    readonly container: string;
  }): void {
    const stage = this.#stage;
    const parent = stage.image;
    const unixMs = this.#engine.machine.world.unixMs;
    const id = `sha256:${digestOf(`build ${parent?.id ?? ''} ${made.createdBy} ${unixMs} ${made.container}`)}`;
    const layer: ImageLayer = {
      diffID: `sha256:${digestOf(`layer ${id}`)}`,
      bytes: made.bytes,
      digest: '',
      compressedBytes: Math.ceil((made.bytes * 2) / 5),
    };
    const before = stage.history.map((line, i) =>
      i === stage.history.length - 1 && parent ? { ...line, imageID: parent.id } : line,
    );
    const image: Image = {
      id,
      parent: parent?.id ?? '',
      createdUnixMs: unixMs,
      author: '',
      comment: '',
      architecture: 'amd64',
      config: made.config,
      layers: made.hasLayer ? [...stage.layers, layer] : stage.layers,
      history: [
        ...before,
        { createdUnixMs: unixMs, createdBy: made.createdBy, comment: '', bytes: made.bytes },
      ],
      root: made.root,
      container: made.container,
      cacheKey: made.createdBy,
    };
    this.#engine.images.store.add(image);
    Object.assign(stage, {
      image,
      config: image.config,
      root: image.root,
      layers: image.layers,
      history: image.history,
    });
    this.#say(` ---> ${short(id)}\n`);
  }

  // COPY, ADD

  #copy(instruction: Instruction, next: Next): void {
    const { flags, rest } = takeFlags(
      instruction.rest,
      ['from', 'chown', 'chmod', 'link'],
      instruction.line,
    );
    const expanded = expandVariables(rest, this.#variables());
    const list = jsonForm(expanded) ?? words(expanded);
    if (list.length < 2)
      throw badRequest(
        `dockerfile parse error line ${instruction.line}: ${instruction.name} requires at least two arguments`,
      );
    const from = flags.get('from');
    const request: CopyRequest = {
      instruction: instruction.name as 'COPY' | 'ADD',
      sources: list.slice(0, -1),
      destination: list[list.length - 1] as string,
      workingDir: this.#stage.config.WorkingDir ?? '/',
      owner: this.#owner(flags.get('chown')),
      isContext: from === undefined,
      from: from === undefined ? this.#context : this.#stageRoot(from),
      nowMs: this.#engine.machine.world.nowMs,
    };
    if (request.sources.some((source) => /^https?:\/\//.test(source)))
      throw new BuildError('이 실습실에서는 지원하지 않습니다: ADD URL');
    const found = findSources(request);
    const createdBy = `/bin/sh -c #(nop) ${instruction.name} ${sourceName(found)} in ${request.destination} `;
    if (this.#fromCache(createdBy)) return next(fine(undefined));
    const copied = copyInto(this.#stage.root, request, found);
    disown(copied.root);
    this.#engine.machine.world.schedule(STEP_MS, 'build copy', () => {
      this.#make({
        createdBy,
        config: this.#stage.config,
        root: copied.root,
        bytes: copied.bytes,
        hasLayer: true,
        container: this.#containerID(),
      });
      next(fine(undefined));
    });
  }

  #stageRoot(name: string): DirectoryNode {
    const stage = /^\d+$/.test(name)
      ? this.#stages[Number(name)]
      : this.#stages.find((one) => one.name === name.toLowerCase());
    const root = stage?.root ?? this.#engine.images.store.find(name)?.root;
    if (!root)
      throw badRequest(
        `invalid from flag value ${name}: pull access denied for ${name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
      );
    return root;
  }

  #owner(text: string | undefined): CopyRequest['owner'] {
    if (text === undefined) return undefined;
    const files = new FileSystem(makeTree({ freeBytes: 0 }, this.#stage.root), () => 0);
    const { uid, gid } = resolveUser(files, text);
    return { uid, gid };
  }

  // RUN

  #run(instruction: Instruction, next: Next): void {
    const { flags, rest } = takeFlags(
      instruction.rest,
      ['mount', 'network', 'security'],
      instruction.line,
    );
    if (flags.size > 0)
      throw badRequest(
        `the --${[...flags.keys()][0] ?? ''} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
      );
    const stage = this.#stage;
    const argv = commandForm(rest, stage.config.Shell);
    const args = [...stage.args]
      .filter(([name]) => !(stage.config.Env ?? []).some((entry) => entry.startsWith(`${name}=`)))
      .map(([name, value]) => `${name}=${value}`);
    const createdBy = `${args.length > 0 ? `|${args.length} ${args.join(' ')} ` : ''}${argv.join(' ')}`;
    if (this.#fromCache(createdBy)) return next(fine(undefined));
    const { containers } = this.#engine;
    const base = this.#baseImage();
    const created = createContainer(
      containers,
      {
        Image: base.id,
        Cmd: argv,
        Entrypoint: [''],
        Env: args,
        ...(stage.config.Healthcheck ? { Healthcheck: { Test: ['NONE'] } } : {}),
      },
      { name: '' },
    );
    const container = containers.get(created.Id);
    this.#say(` ---> Running in ${container.shortID}\n`);
    const leave = containers.ioOf(container).attach({
      data: (stream, text) => this.#say(stream === 'stderr' ? `\u001b[91m${text}\u001b[0m` : text),
      end: () => undefined,
    });
    const remove = (then: () => void): void =>
      containers.remove(container, { isForced: true, removesVolumes: true }, then);
    container.exitWatchers.add((code) => {
      if (!container.record.hasBeenStartedBefore) return;
      leave();
      if (code !== 0)
        return remove(() =>
          next(
            failed(
              new BuildError(
                `The command '${argv.join(' ')}' returned a non-zero code: ${code}`,
                code,
              ),
            ),
          ),
        );
      const bytes = layerBytes(container);
      const { root } = container.record.tree;
      remove(() => {
        disown(root);
        this.#say(`Removing intermediate container ${container.shortID}\n`);
        this.#make({
          createdBy,
          config: stage.config,
          root,
          bytes,
          hasLayer: true,
          container: container.id,
        });
        next(fine(undefined));
      });
    });
    containers.start(container, (result) => {
      if (!result.ok) remove(() => next(failed(new BuildError(result.error.message))));
    });
  }

  /** A RUN needs an image to run in, also right after FROM scratch. */
  #baseImage(): Image {
    if (this.#stage.image) return { ...this.#stage.image };
    throw new BuildError('No such image: scratch');
  }
}

function jsonMap(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined || text === '') return {};
  try {
    const parsed = JSON.parse(text) as Record<string, string | null> | null;
    return Object.fromEntries(
      Object.entries(parsed ?? {}).filter((pair): pair is [string, string] => pair[1] !== null),
    );
  } catch {
    throw badRequest('invalid JSON');
  }
}

function splitArg(text: string): readonly [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals < 0
    ? [text, undefined]
    : [text.slice(0, equals), text.slice(equals + 1).replace(/^(["'])([\s\S]*)\1$/, '$2')];
}

/** How the history and the cache name an instruction. */
function historyLine(name: string, rest: string, config: ImageConfig): string {
  const list = (values: readonly string[] | null | undefined): string =>
    `[${(values ?? []).map((one) => JSON.stringify(one)).join(' ')}]`;
  switch (name) {
    case 'CMD':
      return `CMD ${list(config.Cmd)}`;
    case 'ENTRYPOINT':
      return `ENTRYPOINT ${list(config.Entrypoint)}`;
    case 'ENV':
    case 'LABEL':
      return `${name} ${keyValues(rest)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')}`;
    case 'VOLUME':
      return `VOLUME [${(jsonForm(rest) ?? rest.split(/\s+/)).join(' ')}]`;
    case 'WORKDIR':
      return `WORKDIR ${config.WorkingDir ?? ''}`;
    default:
      return `${name} ${rest}`;
  }
}

function short(id: string): string {
  return id.replace('sha256:', '').slice(0, 12);
}
