/**
 * Waits until a service has converged and stayed so, and shows how it gets there.
 *
 * Real: docker/cli cli/command/service/{helpers.go,progress/progress.go} (WaitOnService, ServiceProgress)
 */
import type { Node, Service, Task } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { filtersQuery } from '../../client.ts';
import { StatusError } from '../../errors.ts';
import { SystemError, sleep } from '../../process.ts';
import type { Sys } from '../../process.ts';
import { ProgressDisplay } from '../../progress.ts';
import type { ProgressMessage } from '../../progress.ts';
import { getService } from './api.ts';
import { line } from './progress/states.ts';
import type { Updater } from './progress/updater.ts';
import { newUpdater } from './progress/updater.ts';

const POLL_MS = 200;
const MONITOR_DEFAULT_MS = 5000;

/** `ref` is what the user typed, or the new ID: the last line names it. */
export function* waitOnService(cli: DockerCli, ref: string, isQuiet: boolean): Sys<void> {
  const display = new ProgressDisplay((text) => cli.out(text), cli.outTerminal);
  const show = function* (messages: readonly ProgressMessage[]): Sys<void> {
    if (isQuiet) return;
    for (const message of messages) yield* display.show(message);
  };
  const watch: Watch = {
    ref,
    updater: undefined,
    isConverged: false,
    convergedAtMs: undefined,
    isRollback: false,
    lastMessage: undefined,
    monitorMs: MONITOR_DEFAULT_MS,
  };
  cli.process.trap('SIGINT', () => 'interrupt');
  try {
    while (!(yield* poll(cli, watch, show))) yield* sleep(POLL_MS);
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'EINTR') throw error;
    if (watch.isConverged) return;
    yield* show([
      { status: 'Operation continuing in background.' },
      { status: `Use \`docker service ps ${ref}\` to check progress.` },
    ]);
  } finally {
    cli.process.trap('SIGINT', undefined);
  }
}

interface Watch {
  readonly ref: string;
  updater: Updater | undefined;
  isConverged: boolean;
  convergedAtMs: number | undefined;
  isRollback: boolean;
  /** What is still to be said at the end of a rollback. */
  lastMessage: ProgressMessage | undefined;
  monitorMs: number;
}

type Show = (messages: readonly ProgressMessage[]) => Sys<void>;

/** One look at the service; true when there is nothing left to wait for. */
function* poll(cli: DockerCli, watch: Watch, show: Show): Sys<boolean> {
  const service = yield* getService(cli, watch.ref);
  const monitor = service.Spec.UpdateConfig?.Monitor ?? 0;
  if (monitor !== 0) watch.monitorMs = monitor / 1e6;
  watch.updater ??= newUpdater(service);
  if (yield* followUpdate(watch, service, show)) return true;
  const { isConverged, convergedAtMs, monitorMs } = watch;
  if (isConverged && cli.nowMs - (convergedAtMs ?? 0) >= monitorMs) {
    yield* show([line('verify', `Service ${watch.ref} converged`)]);
    if (watch.lastMessage !== undefined) yield* show([watch.lastMessage]);
    return true;
  }
  const update = watch.updater({
    service,
    tasks: yield* upToDateTasks(cli, service),
    activeNodes: yield* activeNodes(cli),
    isRollback: watch.isRollback,
  });
  watch.isConverged = update.isConverged;
  yield* show(update.messages);
  return yield* verify(cli, watch, service, show);
}

/** Follows the state of an update; true when it has ended by itself. */
function* followUpdate(watch: Watch, service: Service, show: Show): Sys<boolean> {
  const status = service.UpdateStatus;
  const message = status?.Message ?? '';
  switch (status?.State) {
    case 'updating':
      watch.isRollback = false;
      return false;
    case 'completed':
      return !watch.isConverged;
    case 'paused':
      throw new StatusError(`service update paused: ${message}`);
    case 'rollback_started':
      if (!watch.isRollback && message !== '') yield* show([line('rollback', message)]);
      watch.isRollback = true;
      return false;
    case 'rollback_paused':
      throw new StatusError(`service rollback paused: ${message}`);
    case 'rollback_completed':
      if (!watch.isConverged) watch.lastMessage = { id: 'rollback', status: message };
      watch.isRollback = true;
      return false;
    default:
      return false;
  }
}

function* verify(cli: DockerCli, watch: Watch, service: Service, show: Show): Sys<boolean> {
  if (!watch.isConverged) {
    if (watch.convergedAtMs !== undefined) {
      yield* show([line('verify', 'Detected task failure')]);
    }
    watch.convergedAtMs = undefined;
    return false;
  }
  if (service.JobStatus) {
    // A job that is done stays done.
    yield* show([{ status: 'job complete' }]);
    return true;
  }
  watch.convergedAtMs ??= cli.nowMs;
  const leftMs = watch.monitorMs - (cli.nowMs - watch.convergedAtMs);
  if (leftMs >= 0) {
    const seconds = Math.max(1, Math.ceil(leftMs / 1000));
    yield* show([line('verify', `Waiting ${seconds} seconds to verify that tasks are stable...`)]);
  }
  return false;
}

function upToDateTasks(cli: DockerCli, service: Service): Sys<Task[]> {
  const filters = filtersQuery(
    new Map([
      ['service', [service.ID]],
      ['_up-to-date', ['true']],
    ]),
  );
  return cli.client.json<Task[]>('GET', '/tasks', { query: { filters } });
}

export function* activeNodes(cli: DockerCli): Sys<Set<string>> {
  const nodes = yield* cli.client.json<Node[]>('GET', '/nodes');
  return new Set(nodes.filter((node) => node.Status.State !== 'down').map((node) => node.ID));
}
