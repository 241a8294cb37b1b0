/**
 * Logs of services and tasks, as they come in from the nodes.
 *
 * Real: moby daemon/cluster/services.go (ServiceLogs)
 */
import type { LogMessage, LogSelector } from '../../swarm/api/index.ts';
import type { LogReadResponse } from '../../swarm/index.ts';
import type { Cluster } from './cluster.ts';
import { fine, type Done } from './errors.ts';
import { onValue } from './objects.ts';

const READ_TIMEOUT_MS = 600_000;

export interface ServiceLogOptions {
  readonly follow: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** -1: all. */
  readonly tail: number;
  readonly sinceMs: number;
}

export type ServiceLogLine = LogMessage;

export interface LogReader {
  readonly line: (line: ServiceLogLine) => void;
  /** `warning` is what could not be read. */
  readonly end: (warning: string) => void;
}

/** Begins to read; the answer is how to stop. */
export function readLogs(
  cluster: Cluster,
  selector: LogSelector,
  options: ServiceLogOptions,
  reader: LogReader,
  done: Done<() => void>,
): void {
  const streams = [
    ...(options.stdout ? (['stdout'] as const) : []),
    ...(options.stderr ? (['stderr'] as const) : []),
  ];
  const args = {
    Selector: selector,
    Options: {
      Follow: options.follow,
      Streams: streams,
      Tail: options.tail,
      SinceMs: options.sinceMs,
    },
  };
  cluster.call<{ readonly ID: string }>(
    'logs.subscribe',
    args,
    undefined,
    onValue(done, ({ ID: id }) => {
      let isOver = false;
      const stop = (): void => {
        if (isOver) return;
        isOver = true;
        cluster.call('logs.unsubscribe', { ID: id }, undefined, () => undefined);
      };
      const read = (): void =>
        cluster.call<LogReadResponse>('logs.read', { ID: id }, READ_TIMEOUT_MS, (result) => {
          if (isOver) return;
          if (!result.ok) {
            isOver = true;
            return reader.end(result.error.message);
          }
          for (const message of result.value.Messages) reader.line(message);
          if (!result.value.IsEnd) return read();
          isOver = true;
          reader.end(result.value.Error ?? '');
        });
      done(fine(stop));
      read();
    }),
  );
}
