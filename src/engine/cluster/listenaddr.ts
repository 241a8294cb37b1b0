/**
 * Which addresses a node listens on and tells others.
 *
 * Real:     moby daemon/cluster/listen_addr.go
 * Left out: IPv6.
 */
import { parseIP, type NetStack } from '../../sim/index.ts';
import { EngineError } from './errors.ts';

const DEFAULT_PORT = '2377';
const BAD_LISTEN =
  'listen address must be an IP address or network interface (with optional port number)';
const BAD_ADVERTISE =
  'advertise address must be a non-zero IP address or network interface (with optional port number)';
const BAD_DATA_PATH =
  'data path address must be a non-zero IP address or network interface (without a port number)';
const MUST_SPECIFY_LISTEN =
  "must specify a listening address because the address to advertise is not recognized as a system address, and a system's IP address to use could not be uniquely identified";

export interface HostPort {
  readonly host: string;
  readonly port: string;
}

function split(addr: string, problem: string): HostPort {
  const parts = addr.split(':');
  if (parts.length > 2) throw new EngineError(400, problem);
  const [host = '', port = DEFAULT_PORT] = parts;
  if (!/^\d+$/.test(port) || Number(port) > 65_535) throw new EngineError(400, problem);
  return { host, port };
}

export function resolveListenAddr(net: NetStack, addr: string): HostPort {
  const { host, port } = split(addr, BAD_LISTEN);
  if (host === '') return { host: '0.0.0.0', port };
  const address = addressOf(net, host);
  if (address === undefined) throw new EngineError(400, BAD_LISTEN);
  return { host: address, port };
}

export function resolveAdvertiseAddr(net: NetStack, addr: string, listen: HostPort): HostPort {
  if (addr === '')
    return {
      host: listen.host === '0.0.0.0' ? systemAddress(net) : listen.host,
      port: listen.port,
    };
  const { host, port } = split(addr.includes(':') ? addr : `${addr}:${listen.port}`, BAD_ADVERTISE);
  const address = addressOf(net, host);
  if (address === undefined || address === '0.0.0.0') throw new EngineError(400, BAD_ADVERTISE);
  return { host: address, port };
}

export function resolveDataPathAddr(net: NetStack, addr: string): string {
  if (addr === '') return '';
  const address = addressOf(net, addr);
  if (address === undefined || address === '0.0.0.0') throw new EngineError(400, BAD_DATA_PATH);
  return address;
}

/** The address by which this machine itself is in the swarm. */
export function resolveLocalAddr(net: NetStack, listen: HostPort, advertise: HostPort): string {
  if (listen.host !== '0.0.0.0') return listen.host;
  if (physical(net).some((port) => port.address === advertise.host)) return advertise.host;
  try {
    return systemAddress(net);
  } catch {
    throw new EngineError(400, MUST_SPECIFY_LISTEN);
  }
}

function addressOf(net: NetStack, host: string): string | undefined {
  if (parseIP(host) !== undefined) return host;
  return net.interfaces.find((port) => port.name === host)?.address;
}

/** The machine's only address, or a refusal to choose. */
function systemAddress(net: NetStack): string {
  const [first, second] = physical(net);
  if (!first) throw new EngineError(400, "could not find the system's IP address");
  if (!second) return first.address;
  const where =
    first.name === second.name
      ? `interface ${first.name} (${first.address} and ${second.address})`
      : `different interfaces (${first.address} on ${first.name} and ${second.address} on ${second.name})`;
  throw new EngineError(
    400,
    `could not choose an IP address to advertise since this system has multiple addresses on ${where}`,
  );
}

/** Interfaces that Docker did not make. */
function physical(net: NetStack): readonly { readonly name: string; readonly address: string }[] {
  return net.interfaces.filter(
    (port) => port.isUp && port.address !== '0.0.0.0' && !/^(lo|docker|br-|veth)/.test(port.name),
  );
}
