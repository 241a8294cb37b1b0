/**
 * The `docker` package: a client of the Engine API over the machine's socket.
 *
 * Real:     docker/docker-py docker/client.py, docker/models/{containers,images}.py, docker/errors.py.
 * Left out: build, exec, volumes, networks, the swarm, streams of events and statistics.
 */
import { httpRequest, readAll, SystemError, type Process, type Sys } from '../../sim/index.ts';
import { moduleOf, pure } from './builtins.ts';
import {
  Callable,
  Dict,
  fromJson,
  Instance,
  isTrue,
  iterate,
  List,
  Raised,
  str,
  toJson,
  type Value,
} from './values.ts';

type Named = ReadonlyMap<string, Value>;

const SOCKET = '/var/run/docker.sock';

export function dockerModule(process: Process): Instance {
  const client = new Client(process);
  const connect = new Callable('from_env', function* () {
    yield* client.request('GET', '/version');
    return client.instance();
  });
  const errors = Object.fromEntries(
    ['NotFound', 'APIError', 'DockerException', 'ImageNotFound', 'ContainerError'].map(
      (name) => [name, pure(name, (args) => str(args[0] ?? ''))] as const,
    ),
  );
  return moduleOf('docker', {
    from_env: connect,
    DockerClient: connect,
    errors: moduleOf('docker.errors', errors),
    __version__: '7.1.0',
  });
}

/** An object with named members; functions among them are called when they are asked for. */
function instance(
  type: string,
  shown: string,
  members: Readonly<Record<string, (() => Value) | (() => Sys<Value>) | Callable>>,
): Instance {
  return new Instance(type, shown, function* (name) {
    const member = members[name];
    if (member === undefined || member instanceof Callable) return member;
    const made = member();
    return isRunning(made) ? yield* made : made;
  });
}

function isRunning(made: Value | Sys<Value>): made is Sys<Value> {
  return typeof made === 'object' && made !== null && 'next' in made;
}

class Client {
  readonly #process: Process;

  constructor(process: Process) {
    this.#process = process;
  }

  /** One request. Errors are raised as docker-py does. */
  *request(method: string, target: string, body?: unknown): Sys<string> {
    let status: number;
    let text: string;
    try {
      const response = yield* httpRequest(this.#process, {
        to: { socketPath: SOCKET },
        ...{ method, target },
        headers: { host: 'docker', 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = yield* readAll(response.body);
      status = response.status;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw new Raised(
        'docker.errors.DockerException',
        `Error while fetching server API version: ('Connection aborted.', ${error.code === 'EACCES' ? "PermissionError(13, 'Permission denied')" : "FileNotFoundError(2, 'No such file or directory')"})`,
      );
    }
    if (status < 400) return text;
    const { message = text } = JSON.parse(text) as { readonly message?: string };
    throw new Raised(
      status === 404 ? 'docker.errors.NotFound' : 'docker.errors.APIError',
      `${status} ${status >= 500 ? 'Server' : 'Client'} Error for http+docker://localhost${target}: ${status === 404 ? 'Not Found' : status === 409 ? 'Conflict' : 'Bad Request'} ("${message}")`,
    );
  }

  *json(method: string, target: string, body?: unknown): Sys<unknown> {
    const text = yield* this.request(method, target, body);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  instance(): Instance {
    const get = (path: string): Callable => new Callable(path, this.#getter(path));
    return instance('DockerClient', '<docker.client.DockerClient object>', {
      containers: () => this.#containers(),
      images: () => this.#images(),
      version: get('/version'),
      info: get('/info'),
      ping: pure('ping', () => true),
      close: pure('close', () => null),
    });
  }

  #getter(path: string): Callable['call'] {
    const read = (): Sys<unknown> => this.json('GET', path);
    return function* () {
      return fromJson(yield* read());
    };
  }

  #containers(): Instance {
    const list = this.#list.bind(this);
    const find = this.#find.bind(this);
    const run = this.#run.bind(this);
    return instance(
      'ContainerCollection',
      '<docker.models.containers.ContainerCollection object>',
      {
        list: new Callable('list', function* (args, named) {
          return yield* list(isTrue(args[0] ?? named.get('all') ?? false));
        }),
        get: new Callable('get', function* (args) {
          return yield* find(str(args[0] ?? ''));
        }),
        run: new Callable('run', run),
      },
    );
  }

  *#list(isAll: boolean): Sys<Value> {
    const found = (yield* this.json('GET', `/containers/json?all=${isAll ? 1 : 0}`)) as readonly {
      readonly Id: string;
    }[];
    const items: Value[] = [];
    for (const { Id } of found) items.push(yield* this.#find(Id));
    return new List(items);
  }

  *#find(name: string): Sys<Value> {
    return this.#container(
      (yield* this.json('GET', `/containers/${encodeURIComponent(name)}/json`)) as Inspected,
    );
  }

  *#run(args: readonly Value[], named: Named): Sys<Value> {
    const image = str(args[0] ?? named.get('image') ?? '');
    const command = args[1] ?? named.get('command');
    const name = named.get('name');
    const ports = named.get('ports');
    const published = ports instanceof Dict ? [...ports.entries.values()] : [];
    const environment = named.get('environment');
    const body = {
      Image: image,
      ...(command === undefined || command === null
        ? {}
        : { Cmd: typeof command === 'string' ? command.split(/\s+/) : toJson(command) }),
      Env:
        environment instanceof Dict
          ? [...environment.entries.values()].map(([key, value]) => `${str(key)}=${str(value)}`)
          : environment instanceof List
            ? iterate(environment).map(str)
            : [],
      ExposedPorts: Object.fromEntries(published.map(([key]) => [portOf(key), {}])),
      HostConfig: {
        AutoRemove: isTrue(named.get('remove') ?? false) && isTrue(named.get('detach') ?? false),
        PortBindings: Object.fromEntries(
          published.map(([key, value]) => [portOf(key), [{ HostPort: str(value) }]]),
        ),
      },
    };
    const query = name === undefined ? '' : `?name=${encodeURIComponent(str(name))}`;
    const create = (): Sys<unknown> => this.json('POST', `/containers/create${query}`, body);
    let made: unknown;
    try {
      made = yield* create();
    } catch (error) {
      if (!(error instanceof Raised) || error.type !== 'docker.errors.NotFound') throw error;
      const [repository = '', tag = 'latest'] = image.split(/:(?=[^/]*$)/);
      yield* this.request(
        'POST',
        `/images/create?fromImage=${encodeURIComponent(repository)}&tag=${tag}`,
      );
      made = yield* create();
    }
    const { Id } = made as { readonly Id: string };
    yield* this.request('POST', `/containers/${Id}/start`);
    if (isTrue(named.get('detach') ?? false)) return yield* this.#find(Id);
    yield* this.request('POST', `/containers/${Id}/wait`);
    const logs = yield* this.#logs(Id);
    if (isTrue(named.get('remove') ?? false)) yield* this.request('DELETE', `/containers/${Id}`);
    return logs;
  }

  *#logs(id: string): Sys<Value> {
    const text = yield* this.request('GET', `/containers/${id}/logs?stdout=1&stderr=1`);
    return unframed(text);
  }

  #container(json: Inspected): Instance {
    let now = json;
    const path = `/containers/${json.Id}`;
    const post = (verb: string): Callable => {
      const send = (): Sys<string> => this.request('POST', `${path}/${verb}`);
      return new Callable(verb, function* () {
        yield* send();
        return null;
      });
    };
    const reload = (): Sys<unknown> => this.json('GET', `${path}/json`);
    const remove = (force: boolean): Sys<string> =>
      this.request('DELETE', `${path}?force=${force ? 1 : 0}`);
    const logs = (): Sys<Value> => this.#logs(json.Id);
    const stats = (): Sys<unknown> => this.json('GET', `${path}/stats?stream=false`);
    return instance('Container', `<Container: ${json.Id.slice(0, 12)}>`, {
      id: () => now.Id,
      short_id: () => now.Id.slice(0, 12),
      name: () => now.Name.replace(/^\//, ''),
      status: () => now.State.Status,
      labels: () => fromJson(now.Config.Labels ?? {}),
      attrs: () => fromJson(now),
      image: () => this.#findImage(now.Image),
      ports: () => fromJson((now.NetworkSettings as { readonly Ports?: unknown }).Ports ?? {}),
      ...Object.fromEntries(
        ['start', 'stop', 'restart', 'kill', 'pause', 'unpause'].map((verb) => [verb, post(verb)]),
      ),
      logs: new Callable('logs', function* () {
        return yield* logs();
      }),
      stats: new Callable('stats', function* () {
        return fromJson(yield* stats());
      }),
      remove: new Callable('remove', function* (_, named) {
        yield* remove(isTrue(named.get('force') ?? false));
        return null;
      }),
      reload: new Callable('reload', function* () {
        now = (yield* reload()) as Inspected;
        return null;
      }),
    });
  }

  #images(): Instance {
    const json = (method: string, target: string): Sys<unknown> => this.json(method, target);
    const find = this.#findImage.bind(this);
    const pull = (target: string): Sys<string> => this.request('POST', target);
    return instance('ImageCollection', '<docker.models.images.ImageCollection object>', {
      list: new Callable('list', function* () {
        const found = (yield* json('GET', '/images/json')) as readonly { readonly Id: string }[];
        const items: Value[] = [];
        for (const { Id } of found) items.push(yield* find(Id));
        return new List(items);
      }),
      get: new Callable('get', function* (args) {
        return yield* find(str(args[0] ?? ''));
      }),
      pull: new Callable('pull', function* (args) {
        const [repository = '', tag = 'latest'] = str(args[0] ?? '').split(/:(?=[^/]*$)/);
        yield* pull(`/images/create?fromImage=${encodeURIComponent(repository)}&tag=${tag}`);
        return yield* find(`${repository}:${tag}`);
      }),
    });
  }

  *#findImage(name: string): Sys<Value> {
    const image = (yield* this.json('GET', `/images/${name}/json`)) as {
      readonly Id: string;
      readonly RepoTags: readonly string[];
    };
    const tags = new List([...image.RepoTags]);
    const shown = image.RepoTags.map((tag) => `'${tag}'`).join(', ');
    return instance('Image', `<Image: ${shown}>`, {
      id: () => image.Id,
      short_id: () => image.Id.slice(0, 19),
      tags: () => tags,
      attrs: () => fromJson(image),
    });
  }
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly State: { readonly Status: string };
  readonly Config: { readonly Labels: unknown };
  readonly NetworkSettings: unknown;
}

function portOf(key: Value): string {
  const text = str(key);
  return text.includes('/') ? text : `${text}/tcp`;
}

/** The text in the frames of the log stream. */
function unframed(text: string): string {
  let out = '';
  let rest = text;
  while (/^[\x00-\x02]\0\0\0/.test(rest)) {
    let bytes = 0;
    for (let i = 4; i < 8; i++) bytes = bytes * 256 + rest.charCodeAt(i);
    out += rest.slice(8, 8 + bytes);
    rest = rest.slice(8 + bytes);
  }
  return out + rest;
}
