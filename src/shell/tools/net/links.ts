/**
 * `ip link add|del|set` and `ip addr add|del`: interfaces that root makes on a machine.
 *
 * Real:     iproute2 ip/{iplink,ipaddress}.c
 * Left out: all kinds of links but `veth` and `dummy`, more than one address on an interface, other settings than up and down.
 */
import { Bridge, parseCIDR, write } from '../../sys.ts';
import type { Interface, Process, Sys } from '../../sys.ts';

/** A link that has no address yet carries this one. */
const NO_ADDRESS = '0.0.0.0';

export const hasAddress = (port: Interface): boolean => port.address !== NO_ADDRESS;

/** What the kernel refuses; the answer is the exit status. */
function* answer(process: Process, text: string, status = 2): Sys<number> {
  yield* write(process.stderr, `${text}\n`);
  return status;
}

export function mayChangeLinks(process: Process): boolean {
  return process.user.uid === 0 && process.namespace.id === 'host';
}

export const denied = (process: Process): Sys<number> =>
  answer(process, 'RTNETLINK answers: Operation not permitted');

/** `[link] add NAME type veth peer name PEER`, `... type dummy`; undefined when it is something else. */
export function addLink(process: Process, words: readonly string[]): Sys<number> | undefined {
  const match = /^(?:(?:dev|name) )?(\S+) type (?:dummy|veth(?: peer (?:name )?(\S+))?)$/.exec(
    words.join(' '),
  );
  const name = match?.[1];
  if (name === undefined) return undefined;
  const { net } = process.namespace;
  const peer = words.includes('veth') ? (match?.[2] ?? `${name}p`) : undefined;
  const names = peer === undefined ? [name] : [name, peer];
  if (names.some((one) => net.interfaces.some((port) => port.name === one)))
    return answer(process, 'RTNETLINK answers: File exists');
  const segment = new Bridge(names.join(' '));
  for (const one of names)
    put(process, { name: one, cidr: `${NO_ADDRESS}/32`, segment, mac: newMac(process) }, false);
  return succeed();
}

export function removeLink(process: Process, words: readonly string[]): Sys<number> | undefined {
  const port = find(process, words.filter((word) => word !== 'dev')[0]);
  if (!port) return missing(process, words);
  if (!(port.segment instanceof Bridge) || !isOwn(port))
    return answer(process, 'RTNETLINK answers: Operation not supported');
  const { net } = process.namespace;
  for (const end of net.interfaces.filter(({ segment }) => segment === port.segment))
    net.removeInterface(end.name);
  return succeed();
}

/** `set [dev] NAME up|down`. */
export function setLink(process: Process, words: readonly string[]): Sys<number> | undefined {
  const [name, state, ...rest] = words.filter((word) => word !== 'dev');
  if ((state !== 'up' && state !== 'down') || rest.length > 0) return undefined;
  const port = find(process, name);
  if (!port) return missing(process, words);
  port.isUp = state === 'up';
  return succeed();
}

/** `add CIDR dev NAME`, to a link that has no address. */
export function addAddress(process: Process, words: readonly string[]): Sys<number> | undefined {
  const match = /^(\S+)(?: br[oadcst]* \S+)? dev (\S+)$/.exec(words.join(' '));
  if (!match) return undefined;
  const [, given = '', name = ''] = match;
  const cidr = given.includes('/') ? given : `${given}/32`;
  if (!parseCIDR(cidr))
    return answer(process, `Error: any valid prefix is expected rather than "${given}".`, 1);
  const port = find(process, name);
  if (!port) return missing(process, [name]);
  if (`${port.address}/${port.subnet.prefix}` === cidr)
    return answer(process, 'RTNETLINK answers: File exists');
  if (hasAddress(port) || !isOwn(port)) return undefined;
  replace(process, port, cidr);
  return succeed();
}

export function removeAddress(process: Process, words: readonly string[]): Sys<number> | undefined {
  const [cidr = '', name = ''] = words.filter((word) => word !== 'dev');
  const port = find(process, name);
  if (!port) return missing(process, [name]);
  if (`${port.address}/${port.subnet.prefix}` !== cidr)
    return answer(process, 'RTNETLINK answers: Cannot assign requested address');
  if (!isOwn(port)) return undefined;
  replace(process, port, `${NO_ADDRESS}/32`);
  return succeed();
}

function* succeed(): Sys<number> {
  return 0;
}

function find(process: Process, name: string | undefined): Interface | undefined {
  return process.namespace.net.interfaces.find((port) => port.name === name);
}

const missing = (process: Process, words: readonly string[]): Sys<number> =>
  answer(process, `Cannot find device "${words.filter((word) => word !== 'dev')[0] ?? ''}"`, 1);

/** Made by `ip link add`: the segment is called after its ends. The machine's cable and the bridges of Docker stay as they are. */
const isOwn = (port: Interface): boolean => port.segment.name.split(' ').includes(port.name);

function replace(process: Process, port: Interface, cidr: string): void {
  const { name, segment, mac, isUp } = port;
  process.namespace.net.removeInterface(name);
  put(process, { name, cidr, segment, mac }, isUp);
}

function put(
  process: Process,
  options: Parameters<Process['namespace']['net']['addInterface']>[0],
  isUp: boolean,
): void {
  const { net } = process.namespace;
  const port = net.addInterface(options);
  port.isUp = isUp;
  if (!hasAddress(port)) net.removeRoute((route) => route.device === port.name);
}

function newMac(process: Process): string {
  const hex = process.kernel.world.random(`links/${process.namespace.net.name}`).hex(10);
  return ['0a', ...(hex.match(/../g) ?? [])].join(':');
}
