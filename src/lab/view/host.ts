/** What is inside one machine, as its own engine lists it. */
import { localObjects } from '../../engine/index.ts';
import type { Host } from '../lab.ts';
import { shortImage } from './names.ts';
import type { HostContainerView, HostNetworkView, HostView } from './types.ts';

type Objects = ReturnType<typeof localObjects>;

/** Networks that are there on every machine and say nothing until somebody uses them. */
const QUIET = new Set(['host', 'none']);

export function hostView({ machine, engine }: Host): HostView | undefined {
  if (!machine.isOn || !engine.isRunning) return undefined;
  const objects = localObjects(engine);
  const containers = objects.containers.map(containerView);
  const used = new Set(containers.flatMap(({ networks }) => networks.map(({ name }) => name)));
  return {
    machine: machine.name,
    containers,
    networks: objects.networks
      .filter(({ Name }) => !QUIET.has(Name) || used.has(Name))
      .map(networkView),
    volumes: objects.volumes.map(({ Name, Labels }) => ({
      name: Name,
      isAnonymous: Labels !== null && 'com.docker.volume.anonymous' in Labels,
      usedBy: containers
        .filter(({ mounts }) =>
          mounts.some(({ type, source }) => type === 'volume' && source === Name),
        )
        .map(({ name }) => name),
    })),
  };
}

function containerView(one: Objects['containers'][number]): HostContainerView {
  const ended = /^Exited \((\d+)\)/.exec(one.Status)?.[1];
  return {
    id: one.Id,
    name: one.Names[0]?.slice(1) ?? '',
    image: shortImage(one.Image),
    state: one.State,
    exitCode: ended === undefined ? undefined : Number(ended),
    networks: Object.entries(one.NetworkSettings.Networks).map(([name, { IPAddress = '' }]) => ({
      name,
      address: IPAddress,
    })),
    // The same port on IPv6 is no other way in.
    ports: one.Ports.flatMap(({ IP = '', PublicPort, PrivatePort, Type }) =>
      PublicPort === undefined || IP.includes(':')
        ? []
        : [{ address: IP, published: PublicPort, target: PrivatePort, protocol: Type }],
    ),
    mounts: one.Mounts.map(({ Type, Name = '', Source, Destination, RW }) => ({
      type: Type,
      source: Type === 'volume' ? Name : Type === 'bind' ? Source : '',
      target: Destination,
      isReadOnly: !RW,
    })),
  };
}

function networkView({ Name, Driver, IPAM }: Objects['networks'][number]): HostNetworkView {
  const config = IPAM.Config[0];
  return {
    name: Name,
    driver: Driver,
    subnet: config?.Subnet ?? '',
    gateway: config?.Gateway ?? '',
  };
}
