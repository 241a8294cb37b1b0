/** Random docker commands, and what is known of the writes among them. */
import type { Random } from '../../src/sim/index.ts';

export type WrittenTable = 'config' | 'network' | 'secret' | 'service';

/** A write whose success is remembered. */
export interface Written {
  readonly table: WrittenTable;
  readonly name: string;
  readonly action: 'create' | 'remove';
}

interface Known {
  readonly table: WrittenTable;
  readonly name: string;
  isCreated: boolean;
  /** A removal was asked for: nobody can say that it did not happen. */
  isDoomed: boolean;
  isRemoved: boolean;
  /** It was created more than once, as a stack is: its removal proves nothing any more. */
  isRemade: boolean;
}

/** What clients were told: an acknowledged write must not be lost. */
export class Acknowledged {
  readonly #known = new Map<string, Known>();
  #names = 0;

  /** A name that was never used. */
  newName(): string {
    return `x${++this.#names}`;
  }

  begin({ table, name, action }: Written): void {
    const isKnown = this.#known.has(keyOf(table, name));
    const known = this.#of(table, name);
    if (action === 'remove') known.isDoomed = true;
    else if (isKnown) known.isRemade = true;
  }

  /** A disaster: what the survivor does not have, nobody has to have; what it has must stay. */
  forgive(isThere: (table: WrittenTable, name: string) => boolean): void {
    for (const known of this.#known.values()) {
      known.isRemoved = false;
      if (!isThere(known.table, known.name)) known.isDoomed = true;
    }
  }

  answered({ table, name, action }: Written, isDone: boolean): void {
    if (!isDone) return;
    const known = this.#of(table, name);
    if (action === 'create') known.isCreated = true;
    else known.isRemoved = true;
  }

  names(table: WrittenTable): string[] {
    return [...this.#known.values()]
      .filter((known) => known.table === table)
      .map(({ name }) => name);
  }

  /** What was acknowledged and is not so. */
  lost(isThere: (table: WrittenTable, name: string) => boolean): string[] {
    return [...this.#known.values()].flatMap((known) => {
      const { table, name, isCreated, isDoomed, isRemoved, isRemade } = known;
      const is = isThere(table, name);
      if (isCreated && !isDoomed && !is) return [`the acknowledged ${table} ${name} is lost`];
      return isRemoved && !isRemade && is
        ? [`the ${table} ${name} is there, though its removal was acknowledged`]
        : [];
    });
  }

  #of(table: WrittenTable, name: string): Known {
    const key = keyOf(table, name);
    const known = this.#known.get(key) ?? {
      table,
      name,
      isCreated: false,
      isDoomed: false,
      isRemoved: false,
      isRemade: false,
    };
    this.#known.set(key, known);
    return known;
  }
}

function keyOf(table: WrittenTable, name: string): string {
  return `${table} ${name}`;
}

export interface RandomCommand {
  readonly command: string;
  readonly written?: Written;
}

/** One command, of those that people type and tools send. */
export function randomCommand(
  random: Random,
  nodes: readonly string[],
  acknowledged: Acknowledged,
): RandomCommand {
  const anyNode = random.pick(nodes);
  const service = random.pick([...acknowledged.names('service'), 'nosuch']);
  switch (random.below(24)) {
    case 0:
    case 1:
      return create('config', '/etc/hostname', acknowledged);
    case 2:
      return remove('config', random, acknowledged);
    case 3:
      return create('network', '', acknowledged, '-d overlay');
    case 4:
      return remove('network', random, acknowledged);
    case 5:
    case 6:
      return create(
        'service',
        random.pick(['nginx', 'redis', 'nginx:latest']),
        acknowledged,
        `-d ${serviceFlags(random)} --name`,
      );
    case 7:
      return { command: `docker service scale -d ${service}=${random.below(7)}` };
    case 8:
      return { command: `docker service update -d ${updateFlags(random)} ${service}` };
    case 9:
      return random.chance(1, 2)
        ? { command: `docker service rollback -d ${service}` }
        : remove('service', random, acknowledged);
    case 10:
      return {
        command: `docker node update --availability ${random.pick(['active', 'pause', 'drain'])} ${anyNode}`,
      };
    case 11:
      return { command: `docker node ${random.pick(['promote', 'demote'])} ${anyNode}` };
    case 12:
      return { command: `docker swarm ${random.pick(SWARM_COMMANDS)}` };
    case 13:
      return create('secret', '/etc/hostname', acknowledged);
    case 14:
      return random.chance(1, 2)
        ? remove('secret', random, acknowledged)
        : { command: `docker node rm ${random.chance(1, 3) ? '--force ' : ''}${anyNode}` };
    case 15:
      return {
        command: `docker service update -d ${dependencyFlags(random, acknowledged)} ${service}`,
      };
    case 16:
      return deployStack(random, acknowledged);
    case 17: {
      const name = random.pick(stacks(acknowledged));
      for (const table of ['service', 'network'] as const)
        acknowledged.begin({ table, name: `${name}_web`, action: 'remove' });
      return { command: `docker stack rm ${name}` };
    }
    default:
      return {
        command: random.pick([
          'docker node ls',
          'docker service ls',
          `docker service ps ${service}`,
          'docker info',
          `docker node ps ${anyNode}`,
          'docker ps',
          `docker service inspect ${service}`,
        ]),
      };
  }
}

const SWARM_COMMANDS = [
  'join-token --rotate worker',
  'join-token --rotate manager',
  'update --task-history-limit 2',
  'update --snapshot-interval 20',
  'update --cert-expiry 1h0m0s',
  'update --autolock=true',
  'update --autolock=false',
  'unlock-key --rotate',
  'unlock-key -q',
  'ca',
  'ca --rotate --detach',
  'ca --rotate --detach',
  'leave',
];

/** The stacks that were ever deployed. */
function stacks(acknowledged: Acknowledged): string[] {
  const names = acknowledged.names('service').filter((name) => name.endsWith('_web'));
  return [...names.map((name) => name.slice(0, -'_web'.length)), 'nosuch'];
}

/** A stack that is new, or an old one in another edition. */
function deployStack(random: Random, acknowledged: Acknowledged): RandomCommand {
  const known = stacks(acknowledged).filter((name) => name !== 'nosuch');
  const name =
    known.length > 0 && random.chance(1, 2) ? random.pick(known) : acknowledged.newName();
  const image = random.pick(['nginx', 'redis']);
  const file = `services:\\n  web:\\n    image: ${image}\\n    networks: [web]\\n    deploy: {replicas: ${random.between(1, 3)}}\\nnetworks:\\n  web:\\n`;
  const written: Written = { table: 'service', name: `${name}_web`, action: 'create' };
  acknowledged.begin(written);
  acknowledged.begin({ ...written, table: 'network' });
  return { command: `printf '${file}' | docker stack deploy -c - ${name}`, written };
}

/** A service comes to depend on something that may be removed, or no longer does. */
function dependencyFlags(random: Random, acknowledged: Acknowledged): string {
  const table = random.pick(['config', 'secret', 'network'] as const);
  const name = random.pick([...acknowledged.names(table), 'nosuch']);
  return `--${table}-${random.pick(['add', 'add', 'rm'])} ${name}`;
}

function create(
  table: WrittenTable,
  after: string,
  acknowledged: Acknowledged,
  before = '',
): RandomCommand {
  const written: Written = { table, name: acknowledged.newName(), action: 'create' };
  acknowledged.begin(written);
  return {
    command: `docker ${table} create ${before} ${written.name} ${after}`.replace(/ +/g, ' ').trim(),
    written,
  };
}

function remove(table: WrittenTable, random: Random, acknowledged: Acknowledged): RandomCommand {
  const names = acknowledged.names(table);
  if (names.length === 0) return { command: `docker ${table} rm nosuch` };
  const written: Written = { table, name: random.pick(names), action: 'remove' };
  acknowledged.begin(written);
  return { command: `docker ${table} rm ${written.name}`, written };
}

function serviceFlags(random: Random): string {
  return random.pick([
    '--replicas 1',
    '--replicas 3',
    '--replicas 5',
    '--mode global',
    '--replicas 2 --update-delay 1s',
    '--replicas 4 --update-order start-first',
    '--replicas 3 --restart-delay 1s --update-parallelism 2',
  ]);
}

function updateFlags(random: Random): string {
  return random.pick([
    '--image redis',
    '--image nginx',
    '--force',
    '--env-add A=1',
    '--label-add a=b',
    '--update-parallelism 0',
    '--limit-memory 64m',
  ]);
}
