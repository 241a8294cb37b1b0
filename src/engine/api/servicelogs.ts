/**
 * Streams the logs of services and tasks: each line with its node, service and task in front when details are asked for.
 *
 * Real: moby api/server/httputils/write_log_stream.go
 */
import { parseRFC3339 } from '../../sim/index.ts';
import type { LogSelector } from '../../swarm/api/index.ts';
import { readLogs, type Cluster, type ServiceLogLine } from '../cluster/index.ts';
import { frames } from '../containers/io.ts';
import type { ApiContext } from './router.ts';

export function sendLogs(
  context: ApiContext,
  cluster: Cluster,
  selector: LogSelector,
  isTTY: boolean,
): void {
  const stdout = context.flag('stdout');
  const stderr = context.flag('stderr');
  if (!stdout && !stderr)
    return context.fail(400, 'Bad parameters: you must choose at least one stream');
  const tail = context.query.get('tail') ?? 'all';
  const options = {
    follow: context.flag('follow'),
    stdout,
    stderr,
    tail: /^\d+$/.test(tail) ? Number(tail) : -1,
    sinceMs: timeOf(context.query.get('since') ?? ''),
  };
  const begin = (): ReturnType<ApiContext['stream']> =>
    context.stream(
      isTTY ? 'application/vnd.docker.raw-stream' : 'application/vnd.docker.multiplexed-stream',
    );
  let stream: ReturnType<ApiContext['stream']> | undefined;
  let stop: (() => void) | undefined;
  const write = (source: 'stdout' | 'stderr', text: string): void =>
    stream?.write(isTTY ? text : frames(source, text));
  readLogs(
    cluster,
    selector,
    options,
    {
      line: (line) => {
        write(line.Stream, lineText(context, line));
        if (stream?.isBroken) stop?.();
      },
      end: (warning) => {
        if (warning !== '') write('stderr', `${warning}\n`);
        stream?.end();
      },
    },
    (started) => {
      if (!started.ok) return context.fail(started.error.status, started.error.message);
      stop = started.value;
      stream = begin();
    },
  );
}

function lineText(context: ApiContext, line: ServiceLogLine): string {
  const { NodeID: node, ServiceID: service, TaskID: task } = line.Context;
  const details = context.flag('details')
    ? `com.docker.swarm.node.id=${node},com.docker.swarm.service.id=${service},com.docker.swarm.task.id=${task} `
    : '';
  return `${context.flag('timestamps') ? `${fixed(line.Timestamp)} ` : ''}${details}${line.Data}`;
}

/** With all nine digits of a second's fraction. */
function fixed(timestamp: string): string {
  const match = /^(.*?)(?:\.(\d+))?Z$/.exec(timestamp);
  return match ? `${match[1]}.${(match[2] ?? '').padEnd(9, '0')}Z` : timestamp;
}

/** `since` is seconds since 1970, with a fraction or none, or a date. */
function timeOf(text: string): number {
  if (text === '') return 0;
  const seconds = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (seconds)
    return Number(seconds[1]) * 1000 + Number((seconds[2] ?? '').padEnd(3, '0').slice(0, 3));
  return parseRFC3339(text) ?? 0;
}
