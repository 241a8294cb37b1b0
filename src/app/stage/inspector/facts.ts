/** What the inspector says of a thing: facts, and the command that shows the same in the terminal. */
import type { LabView, MachineView, ServiceView, TaskView } from '../../../lab/index.ts';
import { webAddress } from '../../browser/address.ts';
import type { Selection } from '../../selection.ts';
import { capitalised } from '../layout/blocks.ts';
import { faceOf, nodeOf } from '../layout/face.ts';
import { overlaysOf } from '../layout/scene.ts';
import { INSPECTOR } from '../strings.ts';

export interface Fact {
  readonly term: string;
  readonly value: string;
  readonly isCode?: boolean;
  readonly isBad?: boolean;
}

export interface Facts {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** Where to run what. */
  readonly shownBy: { readonly machine: string; readonly command: string } | undefined;
  /** What to ask the lab "왜?" about. */
  readonly subject:
    { readonly kind: 'task' | 'node' | 'service' | 'raft'; readonly id: string } | undefined;
}

const { fact } = INSPECTOR;

export function factsOf(selected: Selection, view: LabView): Facts | undefined {
  if (selected.kind === 'machine') {
    const machine = view.machines.find(({ name }) => name === selected.name);
    return machine && factsOfMachine(machine, view);
  }
  if (selected.kind === 'task') {
    const task = view.cluster?.tasks.find(({ id }) => id === selected.id);
    return task && factsOfTask(task, view);
  }
  const service = view.cluster?.services.find(({ id }) => id === selected.id);
  return service && factsOfService(service, view);
}

function factsOfMachine(machine: MachineView, view: LabView): Facts {
  const node = nodeOf(machine, view);
  const face = faceOf(machine, view);
  const asks = machine.swarm.isManager && machine.isOn ? machine.name : askable(view);
  const command = node && asks ? `docker node inspect --pretty ${node.hostname}` : 'docker info';
  const where = node && asks ? asks : machine.isOn ? machine.name : undefined;
  return {
    title: machine.name,
    facts: kept([
      face.condition && { term: fact.machine, value: face.condition, isBad: true },
      { term: fact.role, value: face.raft?.[0] ?? face.role },
      node && { term: fact.state, value: capitalised(node.state), isBad: node.state === 'down' },
      node && { term: fact.availability, value: capitalised(node.availability) },
      machine.raft && { term: fact.raft, value: face.raft?.[1] ?? '' },
      machine.raft && { term: fact.leader, value: machine.raft.leader ?? INSPECTOR.noNode },
      { term: fact.address, value: machine.address, isCode: true },
      { term: fact.engine, value: machine.engineVersion, isCode: true },
      { term: fact.size, value: INSPECTOR.size(machine.cpus, gib(machine.memoryBytes)) },
      node && labelsFact(node.labels),
      list(fact.networks, overlaysOf(machine, view)),
      machine.swarm.error && { term: fact.error, value: machine.swarm.error, isBad: true },
    ]),
    shownBy: where === undefined ? undefined : { machine: where, command },
    subject: node && { kind: 'node', id: node.id },
  };
}

function factsOfTask(task: TaskView, view: LabView): Facts {
  const node = view.cluster?.nodes.find(({ id }) => id === task.nodeID);
  const isDeaf = node?.state === 'down';
  const state = capitalised(task.state);
  return {
    title: task.slot > 0 ? task.name : task.service,
    facts: kept([
      { term: fact.node, value: node?.hostname ?? task.machine ?? INSPECTOR.noNode },
      { term: fact.state, value: isDeaf ? `${state} (마지막 보고)` : state },
      { term: fact.desired, value: capitalised(task.desiredState) },
      task.error && { term: fact.error, value: task.error, isBad: true },
      task.message && { term: fact.message, value: task.message },
      { term: fact.image, value: task.image, isCode: true },
      task.slot > 0 && { term: fact.slot, value: String(task.slot) },
      list(fact.address, task.addresses, true),
    ]),
    shownBy: shownOnManager(view, `docker service ps ${task.service}`),
    subject: { kind: 'task', id: task.id },
  };
}

function factsOfService(service: ServiceView, view: LabView): Facts {
  return {
    title: service.name,
    facts: kept([
      { term: fact.mode, value: INSPECTOR.mode[service.mode] },
      { term: fact.replicas, value: `${service.running}/${service.desired}` },
      { term: fact.image, value: service.image, isCode: true },
      list(fact.ports, service.ports.map(portText), true),
      list(
        fact.vips,
        service.vips.map(({ network, address }) => `${address} (${network})`),
        true,
      ),
      service.update && {
        term: fact.update,
        value: `${service.update.state} ${service.update.message}`.trim(),
      },
    ]),
    shownBy: shownOnManager(view, `docker service inspect --pretty ${service.name}`),
    subject: { kind: 'service', id: service.id },
  };
}

/** Addresses of a service's published ports, and a machine where they mean what they say. */
export function doorsOf(
  service: string,
  view: LabView,
): readonly { readonly url: string; readonly machine: string }[] {
  const ports = view.cluster?.services.find(({ id }) => id === service)?.ports ?? [];
  const answers = view.machines.find(
    ({ swarm, isOn, isCableIn }) => swarm.state === 'active' && isOn && isCableIn,
  );
  return ports.flatMap(({ published, protocol, mode }) =>
    answers && protocol === 'tcp' && mode === 'ingress' && published > 0
      ? [{ url: webAddress(answers.address, published), machine: answers.name }]
      : [],
  );
}

function portText(port: ServiceView['ports'][number]): string {
  return `${port.published}:${port.target}/${port.protocol}${port.mode === 'host' ? ' (host)' : ''}`;
}

function shownOnManager(view: LabView, command: string): Facts['shownBy'] {
  const machine = askable(view);
  return machine === undefined ? undefined : { machine, command };
}

/** A manager that can be asked: the leader if there is one. */
export function askable({ machines, cluster }: LabView): string | undefined {
  return (
    cluster?.leader ?? machines.find(({ swarm, isDockerOn }) => swarm.isManager && isDockerOn)?.name
  );
}

function labelsFact(labels: Readonly<Record<string, string>>): Fact | undefined {
  return list(
    fact.labels,
    Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    true,
  );
}

function list(term: string, values: readonly string[], isCode = false): Fact | undefined {
  return values.length > 0 ? { term, value: values.join(', '), isCode } : undefined;
}

function kept(facts: readonly (Fact | undefined | false | '')[]): readonly Fact[] {
  return facts.filter((one) => one !== undefined && one !== false && one !== '');
}

function gib(bytes: number): string {
  return String(Math.round((bytes / 1024 ** 3) * 10) / 10);
}
