import { formatIP, formatSubnet, parseIP, sizeOf, write } from '../../sys.ts';
import type { Interface, NetStack, Process, Program, Route, Sys } from '../../sys.ts';
import { fail, isBusybox, withOptions } from '../options.ts';
import {
  addAddress,
  addLink,
  denied,
  hasAddress,
  mayChangeLinks,
  removeAddress,
  removeLink,
  setLink,
} from './links.ts';

/** An interface with the number that `ip` shows. */
interface Numbered {
  readonly port: Interface;
  readonly index: number;
  /** `eth0@if23` in a container: its other end lies outside. */
  readonly shown: string;
  readonly isPaired: boolean;
}

/** Numbers as a kernel would give them: `lo` is 1; a container's ends of pairs are even, the outer ends odd. */
function numbered(process: Process): Numbered[] {
  const isContainer = process.namespace.id !== 'host';
  const own = [...process.namespace.net.interfaces].sort((a, b) =>
    a.name === 'lo' ? -1 : b.name === 'lo' ? 1 : 0,
  );
  return own.map((port, i) => {
    const index = port.name === 'lo' ? 1 : isContainer ? 2 * i + 2 : i + 1;
    const isPaired = isContainer && port.name !== 'lo';
    return { port, index, shown: isPaired ? `${port.name}@if${index + 1}` : port.name, isPaired };
  });
}

function broadcastOf(port: Interface): string {
  return formatIP(port.subnet.base + sizeOf(port.subnet) - 1);
}

function maskOf(prefix: number): string {
  return formatIP(2 ** 32 - sizeOf({ base: 0, prefix }));
}

function flagsOf({ port, isPaired }: Numbered, isBusybox: boolean): string {
  if (port.name === 'lo') return 'LOOPBACK,UP,LOWER_UP';
  if (!port.isUp) return 'NO-CARRIER,BROADCAST,MULTICAST,UP';
  return `BROADCAST,MULTICAST,UP,LOWER_UP${isBusybox && isPaired ? ',M-DOWN' : ''}`;
}

/** iproute2's `ip`. */
export const ip: Program = (process) => runIp(process, false);
/** Busybox's `ip`, which leaves some words out. */
export const busyboxIp: Program = (process) => runIp(process, true);

function* runIp(process: Process, isBusybox: boolean): Sys<number> {
  const args = process.argv.slice(1);
  let isBrief = false;
  let only4 = false;
  let only6 = false;
  while (args[0]?.startsWith('-')) {
    const option = args.shift() as string;
    if (/^-br(?:ief)?$/.test(option)) isBrief = true;
    else if (option === '-4') only4 = true;
    else if (option === '-6') only6 = true;
    else if (!/^-(?:c|color|d|s|o|h|details|stats|oneline)$/.test(option))
      return yield* fail(process, `Option "${option}" is unknown, try "ip -help".`, 255);
  }
  const [object = '', verb = 'show', ...rest] = args;
  if (object !== '' && 'address'.startsWith(object))
    return yield* address(process, { verb, rest, isBrief, only4, only6, isBusybox });
  if (object !== '' && 'link'.startsWith(object))
    return yield* link(process, { verb, rest, isBrief, isBusybox });
  if (object !== '' && 'route'.startsWith(object))
    return yield* routes(process, verb, rest, isBusybox);
  if (object !== '' && 'neighbour'.startsWith(object)) return 0;
  yield* write(
    process.stderr,
    object === ''
      ? 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | route | neighbour }\n'
      : `Object "${object}" is unknown, try "ip help".\n`,
  );
  return object === '' ? 255 : 1;
}

interface Asked {
  readonly verb: string;
  readonly rest: readonly string[];
  readonly isBrief: boolean;
  readonly isBusybox: boolean;
  readonly only4?: boolean;
  readonly only6?: boolean;
}

function* chosen(process: Process, asked: Asked): Sys<readonly Numbered[] | number> {
  const { verb, rest } = asked;
  const all = numbered(process);
  const words = ['show', 'list', 'ls', 'sh', 's', 'l'].includes(verb) ? rest : [verb, ...rest];
  const name = words.filter((word) => word !== 'dev' && word !== 'up').at(-1);
  if (name === undefined) return all;
  const found = all.filter(({ port }) => port.name === name);
  if (found.length > 0) return found;
  yield* write(
    process.stderr,
    asked.isBusybox ? `ip: can't find device '${name}'\n` : `Device "${name}" does not exist.\n`,
  );
  return 1;
}

function* address(process: Process, asked: Asked): Sys<number> {
  if (['add', 'a', 'del', 'delete', 'flush', 'change', 'replace'].includes(asked.verb))
    return yield* change(process, `ip addr ${asked.verb}`, ADDRESS_CHANGES[asked.verb], asked.rest);
  const ports = yield* chosen(process, asked);
  if (typeof ports === 'number') return ports;
  if (asked.only6) return 0;
  for (const one of ports) {
    const { port } = one;
    const cidr = hasAddress(port) ? `${port.address}/${port.subnet.prefix}` : '';
    if (asked.isBrief) {
      yield* write(
        process.stdout,
        `${one.shown.padEnd(16)} ${(port.name === 'lo' ? 'UNKNOWN' : port.isUp ? 'UP' : 'DOWN').padEnd(14)} ${cidr} \n`,
      );
      continue;
    }
    const scope =
      port.name === 'lo' ? 'scope host lo' : `brd ${broadcastOf(port)} scope global ${port.name}`;
    const hardware = asked.only4 ? '' : linkLine(one, asked.isBusybox);
    const inet =
      cidr === ''
        ? ''
        : `    inet ${cidr} ${scope}\n       valid_lft forever preferred_lft forever\n`;
    yield* write(process.stdout, `${headLine(one, asked.isBusybox)}${hardware}${inet}`);
  }
  return 0;
}

type Change = (process: Process, words: readonly string[]) => Sys<number> | undefined;

const ADDRESS_CHANGES: Readonly<Record<string, Change>> = {
  add: addAddress,
  a: addAddress,
  del: removeAddress,
  delete: removeAddress,
};
const LINK_CHANGES: Readonly<Record<string, Change>> = {
  add: addLink,
  a: addLink,
  del: removeLink,
  delete: removeLink,
  set: setLink,
};

function* change(
  process: Process,
  what: string,
  run: Change | undefined,
  words: readonly string[],
): Sys<number> {
  if (!mayChangeLinks(process)) return yield* denied(process);
  return yield* run?.(process, words) ?? refuse(process, what);
}

function headLine(one: Numbered, isBusybox: boolean): string {
  const { port } = one;
  const isLoopback = port.name === 'lo';
  const queue =
    isLoopback || one.isPaired || port.name.startsWith('docker') || port.name.startsWith('br-')
      ? 'noqueue'
      : 'fq_codel';
  const length = isLoopback || queue === 'fq_codel' ? 'qlen 1000' : '';
  if (isBusybox)
    return `${one.index}: ${one.shown}: <${flagsOf(one, true)}> mtu ${port.mtu} qdisc ${queue} ${length}\n`;
  const state = isLoopback ? 'UNKNOWN' : port.isUp ? 'UP' : 'DOWN';
  return `${one.index}: ${one.shown}: <${flagsOf(one, false)}> mtu ${port.mtu} qdisc ${queue} state ${state} group default${length === '' ? '' : ` ${length}`}${length === '' ? ' ' : ''}\n`;
}

function linkLine({ port, isPaired }: Numbered, isBusybox: boolean): string {
  if (port.name === 'lo') return '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n';
  return `    link/ether ${port.mac} brd ff:ff:ff:ff:ff:ff${isPaired && !isBusybox ? ' link-netnsid 0' : ''}\n`;
}

function* link(process: Process, asked: Asked): Sys<number> {
  if (['set', 'add', 'a', 'del', 'delete'].includes(asked.verb))
    return yield* change(process, `ip link ${asked.verb}`, LINK_CHANGES[asked.verb], asked.rest);
  const ports = yield* chosen(process, asked);
  if (typeof ports === 'number') return ports;
  for (const one of ports)
    yield* write(
      process.stdout,
      asked.isBrief
        ? `${one.shown.padEnd(16)} ${(one.port.name === 'lo' ? 'UNKNOWN' : 'UP').padEnd(14)} ${one.port.mac} <${flagsOf(one, false)}> \n`
        : headLine(one, asked.isBusybox).replace('group default', 'mode DEFAULT group default') +
            linkLine(one, asked.isBusybox),
    );
  return 0;
}

function* refuse(process: Process, what: string): Sys<number> {
  yield* write(
    process.stderr,
    process.user.uid === 0
      ? `이 실습실에서는 지원하지 않습니다: ${what}\n`
      : 'RTNETLINK answers: Operation not permitted\n',
  );
  return 2;
}

/** Routes in the order in which the kernel lists them: the default ones first, then by network. */
function sortedRoutes(net: NetStack): Route[] {
  return [...net.routes]
    .filter(({ device }) => device !== 'lo')
    .sort((a, b) =>
      a.subnet.prefix === 0
        ? b.subnet.prefix === 0
          ? 0
          : -1
        : b.subnet.prefix === 0
          ? 1
          : a.subnet.base - b.subnet.base,
    );
}

function* routes(
  process: Process,
  verb: string,
  rest: readonly string[],
  isBusybox: boolean,
): Sys<number> {
  const { net } = process.namespace;
  if (verb === 'get') return yield* routeGet(process, rest[0] ?? '');
  if (['add', 'del', 'delete', 'change', 'replace', 'flush'].includes(verb))
    return yield* refuse(process, `ip route ${verb}`);
  for (const { subnet, gateway, device } of sortedRoutes(net)) {
    const source = net.interfaces.find((port) => port.name === device)?.address ?? '';
    const to = subnet.prefix === 0 ? 'default' : formatSubnet(subnet);
    const link = isBusybox
      ? ` scope link  src ${source}`
      : ` proto kernel scope link src ${source}`;
    yield* write(
      process.stdout,
      `${to}${gateway === undefined ? '' : ` via ${gateway}`} dev ${device}${gateway === undefined ? link : ''} \n`,
    );
  }
  return 0;
}

function* routeGet(process: Process, destination: string): Sys<number> {
  const { net } = process.namespace;
  if (parseIP(destination) === undefined)
    return yield* fail(
      process,
      `Error: any valid prefix is expected rather than "${destination}".`,
    );
  const route = net.routeTo(destination);
  const source = net.sourceFor(destination);
  if (!route || source === undefined) {
    yield* write(process.stderr, 'RTNETLINK answers: Network is unreachable\n');
    return 2;
  }
  const local = net.owns(destination);
  yield* write(
    process.stdout,
    `${local ? 'local ' : ''}${destination}${route.gateway === undefined ? '' : ` via ${route.gateway}`} dev ${local ? 'lo' : route.device} src ${source} uid ${process.user.uid} \n    cache \n`,
  );
  return 0;
}

/** net-tools' `ifconfig`; busybox's, and that of old net-tools (Ubuntu 14.04, 16.04), prints as it always did. */
export const ifconfig: Program = (process) =>
  runIfconfig(process, isBusybox(process) || isOldUbuntu(process) ? old : modern);

function isOldUbuntu(process: Process): boolean {
  const { files } = process.namespace;
  return (
    files.lookup('/etc/os-release')?.type === 'file' &&
    /VERSION_ID="1[46]\.04"/.test(files.readFile('/etc/os-release'))
  );
}

function* runIfconfig(process: Process, show: (one: Numbered) => string): Sys<number> {
  const names = process.argv.slice(1).filter((arg) => arg !== '-a');
  const all = numbered(process).sort((a, b) => (a.port.name < b.port.name ? -1 : 1));
  const [name, verb] = names;
  if (verb !== undefined) return yield* refuse(process, `ifconfig ${names.join(' ')}`);
  const wanted = name === undefined ? all : all.filter(({ port }) => port.name === name);
  if (wanted.length === 0) {
    yield* write(
      process.stderr,
      show === modern
        ? `${name ?? ''}: error fetching interface information: Device not found\n`
        : `ifconfig: ${name ?? ''}: error fetching interface information: Device not found\n`,
    );
    return 1;
  }
  for (const one of wanted) yield* write(process.stdout, show(one));
  return 0;
}

function modern({ port }: Numbered): string {
  const isLoopback = port.name === 'lo';
  const flags = isLoopback
    ? 'flags=73<UP,LOOPBACK,RUNNING>'
    : port.isUp
      ? 'flags=4163<UP,BROADCAST,RUNNING,MULTICAST>'
      : 'flags=4099<UP,BROADCAST,MULTICAST>';
  const inet = `        inet ${port.address}  netmask ${maskOf(port.subnet.prefix)}${isLoopback ? '' : `  broadcast ${broadcastOf(port)}`}\n`;
  const ether = isLoopback
    ? '        loop  txqueuelen 1000  (Local Loopback)\n'
    : `        ether ${port.mac}  txqueuelen ${port.name.startsWith('eth') ? 1000 : 0}  (Ethernet)\n`;
  const count = (packets: number, bytes: number): string =>
    `packets ${packets}  bytes ${bytes} (${amount(bytes)})`;
  return `${port.name}: ${flags}  mtu ${port.mtu}\n${inet}${ether}        RX ${count(port.received.packets, port.received.bytes)}\n        RX errors 0  dropped 0  overruns 0  frame 0\n        TX ${count(port.sent.packets, port.sent.bytes)}\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n`;
}

function old({ port, isPaired }: Numbered): string {
  const isLoopback = port.name === 'lo';
  const hardware = isLoopback
    ? 'Link encap:Local Loopback  '
    : `Link encap:Ethernet  HWaddr ${port.mac.toUpperCase()}  `;
  const broadcast = isLoopback ? '' : `  Bcast:${broadcastOf(port)}`;
  return `${port.name.padEnd(10)}${hardware}
          inet addr:${port.address}${broadcast}  Mask:${maskOf(port.subnet.prefix)}
          ${isLoopback ? 'UP LOOPBACK RUNNING' : 'UP BROADCAST RUNNING MULTICAST'}  MTU:${port.mtu}  Metric:1
          RX packets:${port.received.packets} errors:0 dropped:0 overruns:0 frame:0
          TX packets:${port.sent.packets} errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:${isLoopback || !isPaired ? 1000 : 0} 
          RX bytes:${port.received.bytes} (${oldAmount(port.received.bytes)})  TX bytes:${port.sent.bytes} (${oldAmount(port.sent.bytes)})

`;
}

function amount(bytes: number): string {
  if (bytes < 1000) return `${bytes.toFixed(1)} B`;
  return bytes < 1_000_000
    ? `${(bytes / 1000).toFixed(1)} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function oldAmount(bytes: number): string {
  if (bytes < 1024) return `${bytes.toFixed(1)} B`;
  return bytes < 1_048_576
    ? `${(bytes / 1024).toFixed(1)} KiB`
    : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

export const route: Program = (process) =>
  withOptions(process, 'n e', function* (options) {
    if (options.operands.length > 0)
      return yield* refuse(process, `route ${options.operands.join(' ')}`);
    const isNumeric = options.has('n');
    yield* write(
      process.stdout,
      'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n',
    );
    for (const { subnet, gateway, device } of sortedRoutes(process.namespace.net)) {
      const isDefault = subnet.prefix === 0;
      const to = isDefault ? (isNumeric ? '0.0.0.0' : 'default') : formatIP(subnet.base);
      const via = gateway ?? (isNumeric ? '0.0.0.0' : '*');
      yield* write(
        process.stdout,
        `${to.padEnd(15)} ${via.padEnd(15)} ${maskOf(subnet.prefix).padEnd(15)} ${(gateway === undefined ? 'U' : 'UG').padEnd(5)} 0      0        0 ${device}\n`,
      );
    }
    return 0;
  });

export const hostname: Program = (process) =>
  withOptions(
    process,
    'i:ip-address I:all-ip-addresses f:fqdn s:short d:domain',
    function* (options) {
      const { namespace } = process;
      const own = namespace.net.interfaces
        .filter((port) => port.name !== 'lo')
        .map((port) => port.address);
      const [wanted] = options.operands;
      if (wanted !== undefined) {
        if (process.user.uid !== 0)
          return yield* fail(process, 'you must be root to change the host name');
        namespace.hostname = wanted;
        return 0;
      }
      const text = options.has('I')
        ? `${own.join(' ')} `
        : options.has('i')
          ? (own[0] ?? '127.0.1.1')
          : options.has('s')
            ? (namespace.hostname.split('.')[0] ?? '')
            : options.has('d')
              ? namespace.hostname.split('.').slice(1).join('.')
              : namespace.hostname;
      yield* write(process.stdout, `${text}\n`);
      return 0;
    },
  );
