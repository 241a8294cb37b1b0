/**
 * Tables of tasks: `service ps`, `node ps` and `stack ps`.
 *
 * Real: docker/cli cli/command/task/{print,formatter}.go
 */
import type { Task } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { ellipsis, prettyPrint, truncateID } from '../../formatter/displayutils.ts';
import type { Row } from '../../formatter/formatter.ts';
import { columns, formatList, isTable } from '../../formatter/formatter.ts';
import { timeMs } from '../../formatter/govalue.ts';
import { naturalLess } from '../../formatter/natural.ts';
import { displayImage } from '../../formatter/reference.ts';
import { humanDuration } from '../../formatter/units.ts';
import type { Sys } from '../../process.ts';
import type { IDResolver } from './idresolver.ts';

const ERROR_COLUMNS = 30;

export interface PrintOptions {
  readonly trunc: boolean;
  readonly quiet: boolean;
  readonly format: string;
}

export function* printTasks(
  cli: DockerCli,
  tasks: readonly Task[],
  resolver: IDResolver,
  options: PrintOptions,
): Sys<void> {
  const named: { task: Task; name: string; node: string }[] = [];
  for (const task of tasks) {
    const service = yield* resolver.resolve('service', task.ServiceID ?? '');
    const slot =
      task.Slot !== undefined && task.Slot !== 0 ? String(task.Slot) : (task.NodeID ?? '');
    named.push({ task, name: `${service}.${slot}`, node: '' });
  }
  // Tasks of one slot stand together, the newest first.
  named.sort((a, b) => {
    if (a.name !== b.name) return naturalLess(a.name, b.name) ? -1 : 1;
    return a.task.CreatedAt > b.task.CreatedAt ? -1 : a.task.CreatedAt < b.task.CreatedAt ? 1 : 0;
  });
  for (const entry of named) entry.node = yield* resolver.resolve('node', entry.task.NodeID ?? '');
  const format = formatOf(options);
  const indent = isTable(format) ? ' \\_ ' : '';
  // By task: one that is listed twice is indented twice.
  const names = new Map(
    named.map(({ task, name }, i) => [task.ID, named[i - 1]?.name === name ? indent + name : name]),
  );
  const rows = named.map(({ task, name, node }) =>
    taskRow(task, {
      name: names.get(task.ID) ?? name,
      node,
      trunc: options.trunc,
      nowMs: cli.nowMs,
    }),
  );
  yield* cli.out(formatList({ format, typeName: '*task.taskContext', headers: HEADERS, rows }));
}

const HEADERS = {
  ID: 'ID',
  Name: 'NAME',
  Image: 'IMAGE',
  Node: 'NODE',
  DesiredState: 'DESIRED STATE',
  CurrentState: 'CURRENT STATE',
  Error: 'ERROR',
  Ports: 'PORTS',
};

function formatOf({ format, quiet }: PrintOptions): string {
  if (format === '' || format === 'table') {
    return quiet
      ? '{{.ID}}'
      : columns('ID', 'Name', 'Image', 'Node', 'DesiredState', 'CurrentState', 'Error', 'Ports');
  }
  if (format !== 'raw') return format;
  return quiet
    ? 'id: {{.ID}}'
    : 'id: {{.ID}}\\nname: {{.Name}}\\nimage: {{.Image}}\\nnode: {{.Node}}\\ndesired_state: {{.DesiredState}}\\ncurrent_state: {{.CurrentState}}\\nerror: {{.Error}}\\nports: {{.Ports}}\\n';
}

interface Shown {
  readonly name: string;
  readonly node: string;
  readonly trunc: boolean;
  readonly nowMs: number;
}

function taskRow(task: Task, { name, node, trunc, nowMs }: Shown): Row {
  return {
    ID: () => (trunc ? truncateID(task.ID) : task.ID),
    Name: () => name,
    Image: () => {
      const image = task.Spec.ContainerSpec?.Image ?? '';
      return trunc ? displayImage(image) : image;
    },
    Node: () => node,
    DesiredState: () => prettyPrint(task.DesiredState),
    CurrentState: () => {
      const age = humanDuration(nowMs - timeMs(task.Status.Timestamp)).toLowerCase();
      return `${prettyPrint(task.Status.State)} ${age} ago`;
    },
    Error: () => {
      const text = task.Status.Err ?? '';
      const shown = trunc ? ellipsis(text, ERROR_COLUMNS) : text;
      return shown === '' ? '' : `"${shown}"`;
    },
    Ports: () =>
      (task.Status.PortStatus?.Ports ?? [])
        .map(
          (port) => `*:${port.PublishedPort ?? 0}->${port.TargetPort ?? 0}/${port.Protocol ?? ''}`,
        )
        .join(','),
  };
}
