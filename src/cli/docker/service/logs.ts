/**
 * `docker service logs`.
 *
 * Real: docker/cli cli/command/service/logs.go
 */
import type { Service, Task } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { isNotFound, segment } from '../../client.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { truncateID } from '../../formatter/displayutils.ts';
import { cut } from '../../opts/csv.ts';
import { read } from '../../process.ts';
import type { Sys } from '../../process.ts';
import { stdCopy } from '../../stdcopy.ts';
import { IDResolver } from '../task/idresolver.ts';
import { logTimestamp } from '../timestamps.ts';
import { getService } from './api.ts';

export const runLogs: Run = function* (cli, { flags, args }) {
  const target = args[0] ?? '';
  const { path, hasTTY, digits } = yield* findTarget(cli, target);
  const isRaw = flags.bool('raw');
  if (hasTTY && !isRaw) throw new StatusError('tty service logs only supported with --raw');
  const response = yield* cli.client.request('GET', `${path}/logs`, {
    query: {
      stdout: '1',
      stderr: '1',
      since: logTimestamp(cli, 'since', flags.string('since')),
      ...(flags.bool('timestamps') ? { timestamps: '1' } : {}),
      ...(flags.bool('follow') ? { follow: '1' } : {}),
      // The line's origin stands in its details: pretty lines need them.
      ...(flags.bool('details') || !isRaw ? { details: '1' } : {}),
      tail: flags.string('tail'),
    },
  });
  try {
    if (hasTTY) {
      for (let text = yield* read(response.body); text !== ''; text = yield* read(response.body)) {
        yield* cli.out(text);
      }
      return;
    }
    const writer = new LogWriter(cli, flags, digits);
    const line = (out: (text: string) => Sys<void>) => {
      // A long line comes in several frames.
      let begun = '';
      return function* (text: string): Sys<void> {
        begun += text;
        if (!begun.endsWith('\n')) return;
        const whole = begun;
        begun = '';
        yield* out(isRaw ? whole : yield* writer.pretty(whole));
      };
    };
    yield* stdCopy(response.body, {
      stdout: line((text) => cli.out(text)),
      stderr: line((text) => cli.err(text)),
    });
  } finally {
    response.close();
  }
};

interface Target {
  readonly path: string;
  readonly hasTTY: boolean;
  /** How many digits the slot numbers may have. */
  readonly digits: number;
}

function* findTarget(cli: DockerCli, target: string): Sys<Target> {
  let service: Service | undefined;
  try {
    service = yield* getService(cli, target);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (service !== undefined) {
    const replicas = service.Spec.Mode?.Replicated?.Replicas;
    return {
      path: `/services/${segment(target)}`,
      hasTTY: service.Spec.TaskTemplate.ContainerSpec?.TTY ?? false,
      digits: replicas === undefined ? 1 : String(replicas).length,
    };
  }
  try {
    const task = yield* cli.client.json<Task>('GET', `/tasks/${segment(target)}`);
    return {
      path: `/tasks/${segment(target)}`,
      hasTTY: task.Spec.ContainerSpec?.TTY ?? false,
      digits: String(task.Slot ?? 0).length,
    };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new StatusError(`no such task or service: ${target}`);
  }
}

const CONTEXT = ['node.id', 'service.id', 'task.id'].map((name) => `com.docker.swarm.${name}`);

/** Puts `service.slot.task@node    | ` before each line. */
class LogWriter {
  private readonly cli: DockerCli;
  private readonly flags: FlagSet;
  private readonly digits: number;
  private readonly resolver: IDResolver;
  private readonly names = new Map<string, string>();

  constructor(cli: DockerCli, flags: FlagSet, digits: number) {
    this.cli = cli;
    this.flags = flags;
    this.digits = digits;
    this.resolver = new IDResolver(cli, flags.bool('no-resolve'));
  }

  *pretty(line: string): Sys<string> {
    const hasTime = this.flags.bool('timestamps');
    const [time, afterTime] = hasTime ? cut(line, ' ') : ['', line];
    const [detailsText, message, isWhole] = cut(afterTime, ' ');
    if (!isWhole) throw new StatusError(`invalid context in log message: ${line}`);
    const details = new Map(
      detailsText
        .split(',')
        .map((pair) => cut(pair))
        .map(([key, value]) => [decode(key), decode(value)]),
    );
    const [node = '', service = '', task = ''] = CONTEXT.map((name) => details.get(name) ?? '');
    for (const name of CONTEXT) {
      if (!details.delete(name)) {
        throw new StatusError(
          `missing ${name.slice('com.docker.swarm.'.length).replace('.', ' ')} in details: ${detailsText}`,
        );
      }
    }
    const name = yield* this.nameOf({ node, service, task });
    const extra = [...details]
      .map(([key, value]) => `${key}=${value}`)
      .sort((a, b) => (a < b ? -1 : 1));
    const shownDetails = this.flags.bool('details') ? `${extra.join(',')} ` : '';
    return `${hasTime ? `${time} ` : ''}${name}    | ${shownDetails}${message}`;
  }

  private *nameOf(origin: { node: string; service: string; task: string }): Sys<string> {
    const known = this.names.get(origin.task);
    if (known !== undefined) return known;
    const node = yield* this.resolver.resolve('node', origin.node);
    const service = yield* this.resolver.resolve('service', origin.service);
    const task = yield* this.cli.client.json<Task>('GET', `/tasks/${segment(origin.task)}`);
    const slot = task.Slot ?? 0;
    const id = this.flags.bool('no-trunc') ? task.ID : truncateID(task.ID);
    const suffix = this.flags.bool('no-task-ids') ? '' : `.${id}`;
    const padding = ' '.repeat(Math.max(0, this.digits - String(slot).length));
    const name = `${service}.${slot}${suffix}@${node}${padding}`;
    this.names.set(origin.task, name);
    return name;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
