/** What machines a lab begins with. */
export interface Template {
  readonly name: string;
  readonly machines: readonly MachineTemplate[];
  /** Images that every machine has from the beginning. */
  readonly preloaded?: readonly string[];
}

export interface MachineTemplate {
  readonly name: string;
  /** Differs from `name` only for `local`, which is called docker-host. */
  readonly hostname?: string;
  readonly cards: readonly { readonly name: string; readonly cidr: string }[];
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** `28.2.2`, `20.10.24+dfsg1`, ... */
  readonly engineVersion: string;
  /** Who sits at its terminals. */
  readonly user: 'root' | 'kevin';
}

const GIB = 1024 * 1024 * 1024;
export const ENGINE_VERSION = '28.2.2';

/** A machine of the `vms` template: root, two CPUs, one card. */
export function vm(
  name: string,
  ip: string,
  engineVersion: string = ENGINE_VERSION,
): MachineTemplate {
  return {
    name,
    cards: [{ name: 'eth0', cidr: `${ip}/24` }],
    cpus: 2,
    memoryBytes: 2 * GIB,
    diskBytes: 20 * GIB,
    engineVersion,
    user: 'root',
  };
}

/** The addresses of the notes' machines: managers .100, .111, .112, ..., workers .101 to .110, then .121 onwards. */
export function addressOf(role: 'manager' | 'worker', number: number): string {
  if (role === 'manager') return `192.168.99.${number === 1 ? 100 : 109 + number}`;
  return `192.168.99.${number <= 10 ? 100 + number : 110 + number}`;
}

/** `managers` and `workers` fresh machines, not in a swarm. */
export function vms(managers: number, workers: number): Template {
  const machines: MachineTemplate[] = [];
  for (let i = 1; i <= managers; i++) machines.push(vm(`manager${i}`, addressOf('manager', i)));
  for (let i = 1; i <= workers; i++) machines.push(vm(`worker${i}`, addressOf('worker', i)));
  return { name: `vms-${managers}-${workers}`, machines };
}

/** Fresh machines by name (`manager1`, `worker2`, ...), in the order given. */
export function vmsNamed(names: readonly string[]): Template {
  const machines = names.map((name) => {
    const m = /^(manager|worker)(\d+)$/.exec(name);
    return vm(
      name,
      m
        ? addressOf(m[1] as 'manager' | 'worker', Number(m[2]))
        : `192.168.99.${200 + names.indexOf(name)}`,
    );
  });
  return { name: `vms-${names.join('-')}`, machines };
}

/** The learner's own machine of the notes. */
export const LOCAL: MachineTemplate = {
  name: 'local',
  hostname: 'docker-host',
  cards: [
    { name: 'enp0s3', cidr: '10.0.2.15/24' },
    { name: 'enp0s8', cidr: '192.168.56.101/24' },
  ],
  cpus: 4,
  memoryBytes: 8 * GIB,
  diskBytes: 40 * GIB,
  engineVersion: ENGINE_VERSION,
  user: 'kevin',
};

export function local(): Template {
  return { name: 'local', machines: [LOCAL] };
}

/** What a lesson's lab begins with. */
export function templateOf(lesson: {
  readonly template: string;
  readonly machines: readonly string[];
}): Template {
  return lesson.template === 'local' ? local() : vmsNamed(lesson.machines);
}

/** The template of a saved lab's record. */
export function templateByName(name: string): Template {
  if (name === 'local') return local();
  const counts = /^vms-(\d+)-(\d+)$/.exec(name);
  if (counts) return vms(Number(counts[1]), Number(counts[2]));
  return vmsNamed(name.replace(/^vms-/, '').split('-'));
}
