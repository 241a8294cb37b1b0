/**
 * The questions that can be asked of a table, and the indexes that answer them.
 *
 * Real: swarmkit manager/state/store/{by,tasks,services,nodes,...}.go
 */
import type {
  NodeRoleObserved,
  ServiceSpec,
  StoreObject,
  TableName,
  Tables,
  TaskSpec,
  TaskState,
} from '../api/index.ts';

export type By =
  | { readonly serviceID: string }
  | { readonly nodeID: string }
  | { readonly slot: { readonly serviceID: string; readonly slot: number } }
  /** Case-insensitive. A node's name is its hostname. */
  | { readonly name: string }
  | { readonly namePrefix: string }
  | { readonly idPrefix: string }
  | { readonly desiredState: TaskState }
  | { readonly taskState: TaskState }
  /** A node's desired role. */
  | { readonly role: NodeRoleObserved }
  /** Services and tasks whose spec refers to the network, secret or config. */
  | { readonly networkID: string }
  | { readonly secretID: string }
  | { readonly configID: string };

export interface Index {
  readonly name: string;
  /** The keys under which an object is found. Most have one. */
  keys(object: StoreObject): readonly string[];
}

/** How a question is answered: by one key of an index, or by looking at everything in the table. */
export type Lookup =
  | { readonly index: string; readonly key: string }
  | { readonly matches: (object: StoreObject) => boolean };

const NONE: readonly string[] = [];
const one = (key: string | undefined): readonly string[] =>
  key === undefined || key === '' ? NONE : [key];
const index = <T extends TableName>(
  name: string,
  keys: (object: Tables[T]) => readonly string[],
): Index => ({ name, keys: keys });

const slotKey = (serviceID: string, slot: number): string => `${serviceID}/${slot}`;
const networksOf = (spec: TaskSpec): readonly string[] =>
  spec.Networks?.map((n) => n.Target) ?? NONE;
const secretsOf = (spec: TaskSpec): readonly string[] =>
  spec.ContainerSpec?.Secrets?.map((s) => s.SecretID) ?? NONE;
const configsOf = (spec: TaskSpec): readonly string[] =>
  spec.ContainerSpec?.Configs?.map((c) => c.ConfigID) ?? NONE;
const templateOf = (spec: ServiceSpec): TaskSpec => spec.TaskTemplate;

const TASK_INDEXES: readonly Index[] = [
  index<'task'>('serviceID', (t) => one(t.ServiceID)),
  index<'task'>('nodeID', (t) => one(t.NodeID)),
  index<'task'>('slot', (t) => [slotKey(t.ServiceID, t.Slot)]),
  index<'task'>('desiredState', (t) => [t.DesiredState]),
  index<'task'>('taskState', (t) => [t.Status.State]),
  index<'task'>('networkID', (t) => networksOf(t.Spec)),
  index<'task'>('secretID', (t) => secretsOf(t.Spec)),
  index<'task'>('configID', (t) => configsOf(t.Spec)),
];

const NAME: Index = { name: 'name', keys: (object) => one(nameOf(object)) };

export const INDEXES: Readonly<Record<TableName, readonly Index[]>> = {
  cluster: [NAME],
  node: [NAME, index<'node'>('role', (n) => [n.Spec.Role])],
  network: [NAME],
  service: [
    NAME,
    index<'service'>('networkID', (s) => networksOf(templateOf(s.Spec))),
    index<'service'>('secretID', (s) => secretsOf(templateOf(s.Spec))),
    index<'service'>('configID', (s) => configsOf(templateOf(s.Spec))),
  ],
  task: TASK_INDEXES,
  secret: [NAME],
  config: [NAME],
};

/** Tables in which a name may be there once only. */
export const UNIQUE_NAMES: ReadonlySet<TableName> = new Set([
  'cluster',
  'network',
  'service',
  'secret',
  'config',
]);

/** The lower-case name that an object is found by, or undefined when it has none. */
export function nameOf(object: StoreObject): string | undefined {
  if ('Description' in object) return object.Description?.Hostname.toLowerCase();
  if ('ServiceAnnotations' in object) return undefined;
  return object.Spec.Name?.toLowerCase();
}

export function lookupOf(by: By): Lookup {
  if ('serviceID' in by) return { index: 'serviceID', key: by.serviceID };
  if ('nodeID' in by) return { index: 'nodeID', key: by.nodeID };
  if ('slot' in by) return { index: 'slot', key: slotKey(by.slot.serviceID, by.slot.slot) };
  if ('name' in by) return { index: 'name', key: by.name.toLowerCase() };
  if ('desiredState' in by) return { index: 'desiredState', key: by.desiredState };
  if ('taskState' in by) return { index: 'taskState', key: by.taskState };
  if ('role' in by) return { index: 'role', key: by.role };
  if ('networkID' in by) return { index: 'networkID', key: by.networkID };
  if ('secretID' in by) return { index: 'secretID', key: by.secretID };
  if ('configID' in by) return { index: 'configID', key: by.configID };
  if ('idPrefix' in by) return { matches: (object) => object.ID.startsWith(by.idPrefix) };
  const prefix = by.namePrefix.toLowerCase();
  return { matches: (object) => nameOf(object)?.startsWith(prefix) ?? false };
}
