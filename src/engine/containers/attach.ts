/**
 * A client on the standard streams of a container or an exec, both ways, until one of them goes away.
 *
 * Real: moby daemon/attach.go, container/stream/attach.go.
 */
import type { HttpWire } from '../../sim/index.ts';
import type { Engine } from '../engine.ts';
import type { Container } from './container.ts';
import { DetachWatcher, detachSequence, type ContainerIO, type WireWriter } from './io.ts';
import type { LogRecord } from './logs.ts';

export interface AttachOptions {
  readonly engine: Engine;
  readonly container: Container;
  readonly io: ContainerIO;
  readonly wire: HttpWire;
  readonly writer: WireWriter;
  readonly wants: {
    readonly stdin: boolean;
    readonly stdout: boolean;
    readonly stderr: boolean;
    readonly stream: boolean;
  };
  /** Old output that comes first. */
  readonly replay: readonly LogRecord[];
  readonly detachKeys: string;
  /** The end of the client's input is the end of the container's. */
  readonly closesStdin: boolean;
}

export function attachClient(options: AttachOptions): void {
  const { io, wire, writer, wants } = options;
  for (const record of options.replay)
    if (wants[record.stream]) writer.write(record.stream, record.text);
  if (!wants.stream) return writer.close();
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    leave();
    writer.close();
  };
  const leave = io.attach({
    data: (stream, text) => {
      if (wire.writer.isBroken) end();
      else if (wants[stream]) writer.write(stream, text);
    },
    end,
    isFull: () => writer.isFull && !wire.writer.isBroken,
  });
  pumpInput(options, end);
}

/** What the client types goes in; the detach keys end the connection and not the container. */
function pumpInput(options: AttachOptions, end: () => void): void {
  const { io, wire, wants } = options;
  const watcher = new DetachWatcher(io.terminal ? detachSequence(options.detachKeys) : '');
  const pull = (): void => {
    for (;;) {
      const text = wire.reader.take();
      if (text === undefined) return void wire.reader.whenReadable(pull);
      if (text === '') {
        if (wants.stdin && options.closesStdin) io.endInput();
        return;
      }
      if (!wants.stdin) continue;
      const { text: passed, isDetached } = watcher.feed(text);
      if (passed !== '') io.input(passed);
      if (!isDetached) continue;
      options.engine.containers.emit(options.container, 'detach');
      return end();
    }
  };
  pull();
}
