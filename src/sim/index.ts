/**
 * The deterministic world: one clock, one queue, named streams of chance, machines, the network between them, and processes.
 *
 * It knows nothing of Docker. The same seed and the same inputs give the same events in the same order.
 */
export { AssertionError, assert, unreachable } from './assert.ts';
export * from './clock.ts';
export { Random, hash128, hashHex } from './random.ts';
export { sha256, utf8Bytes } from './sha256.ts';
export { Trace, type TraceEntry } from './trace.ts';
export { World, type Scheduler, type Timer } from './world.ts';
export { SystemError, type Errno } from './kernel/errors.ts';
export * from './kernel/stream.ts';
export * from './kernel/process.ts';
export { limitsOf, usageOf, type Limits, type Usage } from './kernel/cgroup.ts';
export { type Transfer } from './kernel/disk.ts';
export { Kernel } from './kernel/kernel.ts';
export * from './kernel/calls.ts';
export * from './kernel/terminal.ts';
export * from './files/node.ts';
export * from './files/path.ts';
export * from './files/filesystem.ts';
export * from './files/tar.ts';
export { sourceName, type SumSource } from './files/tarsum.ts';
export * from './network/address.ts';
export * from './network/packet.ts';
export { Bridge, type Segment } from './network/segment.ts';
export {
  Underlay,
  LAN,
  type Crossing,
  type LinkConditions,
  type PacketFilter,
} from './network/underlay.ts';
export { Nat, type NatRule, type Rewrite } from './network/nat.ts';
export {
  NetStack,
  Interface,
  type InterfaceOptions,
  type Route,
  type PacketHandler,
} from './network/stack.ts';
export { TcpConnection, TcpLayer, type Listener, type TcpAddress } from './network/tcp.ts';
export * from './network/dns.ts';
export * from './network/rpc.ts';
export * from './network/http.ts';
export { listenUnix, connectUnix, dialUnix } from './network/unix.ts';
export { Machine, Disk, type Daemon, type MachineOptions, type NetworkCard } from './machine.ts';
