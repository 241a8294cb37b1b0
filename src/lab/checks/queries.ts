/**
 * Questions about a scope that lessons ask again and again, in the words of the lessons. `language.ts` makes each of
 * them a function of the check language. None throws: what is not there is '', null, 0 or an empty list.
 */
import type { ApiObject, CheckScope } from './scope.ts';

/** Walks into an API object; undefined when a part of the way is missing. */
function at(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function text(object: unknown, ...path: readonly string[]): string {
  const value = at(object, ...path);
  return typeof value === 'string' ? value : '';
}

function count(object: unknown, ...path: readonly string[]): number {
  const value = at(object, ...path);
  return typeof value === 'number' ? value : 0;
}

function isUp(node: ApiObject): boolean {
  return text(node, 'Status', 'State') === 'ready';
}

/** A machine that left and joined again stands twice in the list: the node that is up speaks for the name. */
export function node(scope: CheckScope, name: string): ApiObject | null {
  const found = scope.nodes.filter((one) => text(one, 'Description', 'Hostname') === name);
  return found.find(isUp) ?? found[found.length - 1] ?? null;
}

export function service(scope: CheckScope, name: string): ApiObject | null {
  return scope.services.find((one) => text(one, 'Spec', 'Name') === name) ?? null;
}

export function network(scope: CheckScope, name: string): ApiObject | null {
  return scope.networks.find((one) => text(one, 'Name') === name) ?? null;
}

/** `ready`, `down`, `unknown`, `disconnected`, or '' without such a node. */
export function nodeState(scope: CheckScope, name: string): string {
  return text(node(scope, name), 'Status', 'State');
}

/** For a message: the state as `docker node ls` writes it, to be followed by 상태예요. */
export function nodeStatus(scope: CheckScope, name: string): string {
  const state = nodeState(scope, name);
  return state === '' ? '노드 목록에 없는' : state.slice(0, 1).toUpperCase() + state.slice(1);
}

export function availability(scope: CheckScope, name: string): string {
  return text(node(scope, name), 'Spec', 'Availability');
}

/** `manager` from the moment the node is a raft member (not when it is only wanted to be one). */
export function role(scope: CheckScope, name: string): string {
  const found = node(scope, name);
  if (found === null) return '';
  return at(found, 'ManagerStatus') === undefined ? 'worker' : 'manager';
}

/** `leader`, `reachable`, `unreachable`, or '' for a node that is no manager. */
export function managerState(scope: CheckScope, name: string): string {
  const found = node(scope, name);
  if (at(found, 'ManagerStatus', 'Leader') === true) return 'leader';
  return text(found, 'ManagerStatus', 'Reachability');
}

/** Host names of the nodes of a role that are Ready. */
export function ready(scope: CheckScope, wantedRole: string): string[] {
  const names = scope.nodes.filter(isUp).map((one) => text(one, 'Description', 'Hostname'));
  return names.filter((name) => role(scope, name) === wantedRole);
}

export function nodeName(scope: CheckScope, task: ApiObject): string {
  const found = scope.nodes.find((one) => text(one, 'ID') === text(task, 'NodeID'));
  return text(found, 'Description', 'Hostname');
}

/** `web.3`; for a task of a global service `agent.worker1`. */
export function taskName(scope: CheckScope, task: ApiObject): string {
  const owner = scope.services.find((one) => text(one, 'ID') === text(task, 'ServiceID'));
  const slot = count(task, 'Slot');
  return `${text(owner, 'Spec', 'Name')}.${slot > 0 ? String(slot) : nodeName(scope, task)}`;
}

export function tasksOf(scope: CheckScope, name: string): ApiObject[] {
  const id = text(service(scope, name), 'ID');
  if (id === '') return [];
  return scope.tasks.filter((task) => text(task, 'ServiceID') === id);
}

/** Tasks that are wanted, report Running, and whose node is up: a lost node's last report does not count. */
export function running(scope: CheckScope, name: string): ApiObject[] {
  return tasksOf(scope, name).filter((task) => {
    const owner = scope.nodes.find((one) => text(one, 'ID') === text(task, 'NodeID'));
    const wanted = text(task, 'DesiredState') === 'running';
    return (
      wanted &&
      text(task, 'Status', 'State') === 'running' &&
      owner !== undefined &&
      text(owner, 'Status', 'State') !== 'down'
    );
  });
}

export function runningOn(scope: CheckScope, name: string, host: string): ApiObject[] {
  return running(scope, name).filter((task) => nodeName(scope, task) === host);
}

/** Running tasks whose slot was lost by a node: where the replacements came up. */
export function replacements(scope: CheckScope, name: string, host: string): string[] {
  const lost = tasksOf(scope, name).filter(
    (task) => nodeName(scope, task) === host && text(task, 'DesiredState') === 'shutdown',
  );
  const slots = lost.map((task) => count(task, 'Slot'));
  const born = running(scope, name).filter((task) => slots.includes(count(task, 'Slot')));
  return born.map((task) => nodeName(scope, task));
}

/** How many replicas are wanted; -1 without such a replicated service. */
export function replicas(scope: CheckScope, name: string): number {
  const wanted = at(service(scope, name), 'Spec', 'Mode', 'Replicated', 'Replicas');
  return typeof wanted === 'number' ? wanted : -1;
}

function withoutDigest(image: string): string {
  const digest = image.indexOf('@');
  return digest < 0 ? image : image.slice(0, digest);
}

/** The image a service asks for, without its digest. */
export function image(scope: CheckScope, name: string): string {
  return withoutDigest(
    text(service(scope, name), 'Spec', 'TaskTemplate', 'ContainerSpec', 'Image'),
  );
}

/** Running tasks of a service that run this image. */
export function runningImage(scope: CheckScope, name: string, wanted: string): ApiObject[] {
  return running(scope, name).filter(
    (task) => withoutDigest(text(task, 'Spec', 'ContainerSpec', 'Image')) === wanted,
  );
}

export function updateState(scope: CheckScope, name: string): string {
  return text(service(scope, name), 'UpdateStatus', 'State');
}

/** `stop-first` where nothing else is said. */
export function updateOrder(scope: CheckScope, name: string): string {
  const found = service(scope, name);
  if (found === null) return '';
  return text(found, 'Spec', 'UpdateConfig', 'Order') || 'stop-first';
}

/** `vip` where nothing else is said. */
export function endpointMode(scope: CheckScope, name: string): string {
  const found = service(scope, name);
  if (found === null) return '';
  return text(found, 'Spec', 'EndpointSpec', 'Mode') || 'vip';
}

/** The virtual addresses of a service, one a network, without the mask. */
export function vips(scope: CheckScope, name: string): string[] {
  const list = at(service(scope, name), 'Endpoint', 'VirtualIPs');
  const addresses = Array.isArray(list) ? list.map((one) => text(one, 'Addr')) : [];
  return addresses
    .map((address) => address.split('/')[0] ?? '')
    .filter((address) => address !== '');
}

/** Published ports as the swarm opened them: `Endpoint.Ports`. */
export function ports(scope: CheckScope, name: string): ApiObject[] {
  const list = at(service(scope, name), 'Endpoint', 'Ports');
  return Array.isArray(list) ? (list as ApiObject[]) : [];
}

export function swarmState(scope: CheckScope, machine: string): string {
  return Object.hasOwn(scope.machines, machine) ? (scope.machines[machine]?.swarm.state ?? '') : '';
}

export function power(scope: CheckScope, machine: string): string {
  return Object.hasOwn(scope.machines, machine) ? (scope.machines[machine]?.power ?? '') : '';
}

export function containers(scope: CheckScope, machine: string): readonly ApiObject[] {
  return Object.hasOwn(scope.machines, machine) ? (scope.machines[machine]?.containers ?? []) : [];
}

/** Running containers of a machine that no service made. */
export function ownContainers(scope: CheckScope, machine: string): ApiObject[] {
  return containers(scope, machine).filter(
    (one) =>
      text(one, 'State') === 'running' &&
      at(one, 'Labels', 'com.docker.swarm.service.id') === undefined,
  );
}

export function hasNetwork(scope: CheckScope, machine: string, name: string): boolean {
  if (!Object.hasOwn(scope.machines, machine)) return false;
  return scope.machines[machine]?.networks.some((one) => text(one, 'Name') === name) ?? false;
}

/** A container of a machine by its name, running or not; null when there is none. */
export function container(scope: CheckScope, machine: string, name: string): ApiObject | null {
  return containers(scope, machine).find((one) => containerName(one) === name) ?? null;
}

export function containerName(found: ApiObject | null): string {
  const names = at(found, 'Names');
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  return typeof first === 'string' ? first.replace('/', '') : '';
}

/** `running`, `exited`, `created` …; '' without such a container. */
export function containerState(scope: CheckScope, machine: string, name: string): string {
  return text(container(scope, machine, name), 'State');
}

/** A number of a container's HostConfig (`Memory`, `CpuShares`, `NanoCpus`); 0 where nothing is said. */
export function limit(found: ApiObject | null, name: string): number {
  return count(found, 'Inspect', 'HostConfig', name);
}

/** A text of a container's HostConfig (`CpusetCpus`, `NetworkMode`). */
export function setting(found: ApiObject | null, name: string): string {
  return text(found, 'Inspect', 'HostConfig', name);
}

/** Rate limits of a container's devices (`BlkioDeviceWriteBps`, …): the rate, 0 for none. */
export function deviceRate(found: ApiObject | null, name: string): number {
  const list = at(found, 'Inspect', 'HostConfig', name);
  return Array.isArray(list) ? count(list[0], 'Rate') : 0;
}

export function restartPolicy(found: ApiObject | null): string {
  return text(found, 'Inspect', 'HostConfig', 'RestartPolicy', 'Name');
}

/** With which status it ended; -1 for one that has not. */
export function exitCode(found: ApiObject | null): number {
  return text(found, 'State') === 'exited' ? count(found, 'Inspect', 'State', 'ExitCode') : -1;
}

/** Whether the kernel killed it for its memory. */
export function oomKilled(found: ApiObject | null): boolean {
  return at(found, 'Inspect', 'State', 'OOMKilled') === true;
}

/** How often its restart policy has started it again. */
export function restarts(found: ApiObject | null): number {
  return count(found, 'Inspect', 'RestartCount');
}

/** Names of the networks that a container is joined to, whether it runs or not. */
export function networksOf(found: ApiObject | null): string[] {
  return Object.keys((at(found, 'NetworkSettings', 'Networks') as object | undefined) ?? {});
}

/** The container's address on a network, '' when it has none there. */
export function addressOn(found: ApiObject | null, name: string): string {
  return text(found, 'NetworkSettings', 'Networks', name, 'IPAddress');
}

/** `bind`, `volume` or `tmpfs` at a path inside the container, '' for none. */
export function mountType(found: ApiObject | null, path: string): string {
  return text(mountAt(found, path), 'Type');
}

/** The volume's name, or the directory of the host, that is mounted at a path inside the container. */
export function mountFrom(found: ApiObject | null, path: string): string {
  return text(mountAt(found, path), 'Name') || text(mountAt(found, path), 'Source');
}

export function mountReadOnly(found: ApiObject | null, path: string): boolean {
  return at(mountAt(found, path), 'RW') === false;
}

function mountAt(found: ApiObject | null, path: string): unknown {
  const list = at(found, 'Mounts');
  const mounts: unknown[] = Array.isArray(list) ? list : [];
  if (at(found, 'Inspect', 'HostConfig', 'Tmpfs', path) !== undefined)
    return { Type: 'tmpfs', RW: true };
  return mounts.find((one) => text(one, 'Destination') === path);
}

/** Ports of the host that lead into a container. */
export function hostPorts(found: ApiObject | null): number[] {
  const list = at(found, 'Ports');
  const published = Array.isArray(list) ? list.map((one) => count(one, 'PublicPort')) : [];
  return [...new Set(published)].filter((port) => port > 0);
}

/** Names of the running containers that are joined to a network of a machine. */
export function members(scope: CheckScope, machine: string, network: string): string[] {
  return containers(scope, machine)
    .filter((one) => text(one, 'State') === 'running' && networksOf(one).includes(network))
    .map(containerName);
}

export function hasVolume(scope: CheckScope, machine: string, name: string): boolean {
  if (!Object.hasOwn(scope.machines, machine)) return false;
  return scope.machines[machine]?.volumes.some((one) => text(one, 'Name') === name) ?? false;
}

/** `nginx:latest` and such, by the whole name. */
export function hasImage(scope: CheckScope, machine: string, name: string): boolean {
  if (!Object.hasOwn(scope.machines, machine)) return false;
  return (
    scope.machines[machine]?.images.some((one) => {
      const tags = at(one, 'RepoTags');
      return Array.isArray(tags) && tags.includes(name);
    }) ?? false
  );
}

/** The text of a machine's file, '' when it is not there. */
export function fileText(scope: CheckScope, machine: string, path: string): string {
  if (!Object.hasOwn(scope.machines, machine)) return '';
  return scope.machines[machine]?.file(path) ?? '';
}

export function hasFile(scope: CheckScope, machine: string, path: string): boolean {
  if (!Object.hasOwn(scope.machines, machine)) return false;
  return (scope.machines[machine]?.file(path) ?? null) !== null;
}

/** The lines of a machine's file. */
export function fileLines(scope: CheckScope, machine: string, path: string): string[] {
  return fileText(scope, machine, path)
    .split('\n')
    .filter((line) => line !== '');
}

/** Did a terminal show this in the step, in the output of a command? */
export function shown(scope: CheckScope, words: string): boolean {
  return scope.seen.output.some((line) => line.includes(words));
}

/** Did this machine's engine answer such a question in this step? */
export function asked(scope: CheckScope, machine: string, path: string): boolean {
  return scope.seen.api.some(
    (one) => one.machine === machine && one.path === path && one.status < 400,
  );
}

/** Did this machine's engine refuse such a request in this step? */
export function refused(scope: CheckScope, machine: string, path: string): boolean {
  return scope.seen.api.some(
    (one) => one.machine === machine && one.path === path && one.status >= 400,
  );
}

/** Containers that answered requests to a port of a machine, each once. */
export function servers(scope: CheckScope, port: number): string[] {
  const answered = scope.seen.requests.filter((one) => one.status === 200 && one.port === port);
  return [...new Set(answered.map((one) => one.server))];
}

/** The last answer to a name in this step; empty when it was not asked or not known. */
export function lookup(scope: CheckScope, name: string): readonly string[] {
  const asked = scope.seen.lookups.filter((one) => one.name === name);
  return asked[asked.length - 1]?.answers ?? [];
}

/** Task names in a row for a message: `web.1, web.3`. */
export function names(scope: CheckScope, tasks: readonly ApiObject[]): string {
  if (tasks.length === 0) return '없음';
  return tasks.map((task) => taskName(scope, task)).join(', ');
}

/** Where tasks run, for a message: `web.1(worker2), web.2(worker1)`. */
export function places(scope: CheckScope, tasks: readonly ApiObject[]): string {
  if (tasks.length === 0) return '없음';
  return tasks.map((task) => `${taskName(scope, task)}(${nodeName(scope, task)})`).join(', ');
}
