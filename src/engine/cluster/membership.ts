/**
 * Beginning a swarm, joining one, leaving it, and opening a locked manager.
 *
 * Real: moby daemon/cluster/swarm.go
 */
import { parseCIDR, parseIP, type Machine, type NetStack } from '../../sim/index.ts';
import type { NodeSpec } from '../../swarm/api/index.ts';
import { newUnlockKey, type NodeWithStatus } from '../../swarm/index.ts';
import type { NodeExit } from '../../swarm/index.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import {
  EngineError,
  JOIN_TIMEOUT,
  NO_SWARM,
  SWARM_EXISTS,
  attempt,
  badRequest,
  componentError,
  failed,
  fine,
  forbidden,
  unavailable,
  type Done,
} from './errors.ts';
import {
  resolveAdvertiseAddr,
  resolveDataPathAddr,
  resolveListenAddr,
  resolveLocalAddr,
} from './listenaddr.ts';
import { readNodeConfig, type NodeConfig } from './noderunner.ts';
import { mergeClusterSpec, withoutNulls } from './parse.ts';

const CONNECT_TIMEOUT_MS = 20_000;
const CLUSTER_POLL_MS = 50;
/** A manager that stops lets the calls under way end, for so long; without a leader they do not. */
const MANAGER_STOP_MS = 8_000;
const LEAVING =
  'You are attempting to leave the swarm on a node that is participating as a manager. ';
const NOT_LOCKED = 'swarm is not locked';

interface InitRequest {
  readonly ListenAddr?: string;
  readonly AdvertiseAddr?: string;
  readonly DataPathAddr?: string;
  readonly DataPathPort?: number;
  readonly DefaultAddrPool?: readonly string[];
  readonly SubnetSize?: number;
  readonly ForceNewCluster?: boolean;
  readonly Spec?: unknown;
  readonly AutoLockManagers?: boolean;
  readonly Availability?: string;
}

interface JoinRequest {
  readonly ListenAddr?: string;
  readonly AdvertiseAddr?: string;
  readonly DataPathAddr?: string;
  readonly RemoteAddrs?: readonly string[];
  readonly JoinToken?: string;
  readonly Availability?: string;
}

export class Membership {
  readonly #cluster: Cluster;
  readonly #options: ClusterOptions;

  constructor(cluster: Cluster, options: ClusterOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  get #machine(): Machine {
    return this.#options.machine;
  }

  init(body: unknown, done: Done<string>): void {
    const request = withoutNulls((body ?? {}) as InitRequest);
    const isForced = request.ForceNewCluster ?? false;
    const before = this.#cluster.runner;
    if (before && !isForced) return this.#cluster.later(done, failed(SWARM_EXISTS));
    const config = attempt(() => this.#initConfig(request, before?.config));
    if (!config.ok) return this.#cluster.later(done, config);
    const begin = (): void => this.#begin(config.value, { isForced, spec: request.Spec }, done);
    if (!before || before.node?.manager?.raft?.leader) return begin();
    this.#machine.world.schedule(MANAGER_STOP_MS, 'manager stops', () => {
      if (this.#cluster.runner === before) begin();
      else done(failed(NO_SWARM));
    });
  }

  #begin(
    config: NodeConfig,
    { isForced, spec }: { readonly isForced: boolean; readonly spec: unknown },
    done: Done<string>,
  ): void {
    this.#cluster.stop(() => {
      this.#cluster.run(config).whenReady((exit) => {
        if (exit) {
          this.#cluster.stop();
          if (!isForced) this.#cluster.forget();
          return done(failed(exitError(exit)));
        }
        const { nodeID } = this.#cluster;
        this.#cluster.emit('swarm.init', { nodeID, forceNewCluster: isForced });
        this.#applySpec(spec, (result) => done(result.ok ? fine(nodeID) : result));
      });
    });
  }

  join(body: unknown, done: Done<void>): void {
    const request = withoutNulls((body ?? {}) as JoinRequest);
    if (this.#cluster.runner) return this.#cluster.later(done, failed(SWARM_EXISTS));
    const config = attempt(() => this.#joinConfig(request));
    if (!config.ok) return this.#cluster.later(done, config);
    const { world } = this.#machine;
    let isAnswered = false;
    const timer = world.schedule(CONNECT_TIMEOUT_MS, 'swarm join timeout', () => {
      isAnswered = true;
      done(failed(JOIN_TIMEOUT));
    });
    const runner = this.#cluster.run(config.value);
    runner.whenReady((exit) => {
      timer.cancel();
      if (isAnswered) return;
      isAnswered = true;
      if (exit) {
        this.#cluster.stop();
        this.#cluster.forget();
        return done(failed(exitError(exit)));
      }
      this.#cluster.emit(this.#cluster.isManager ? 'manager.joined' : 'worker.joined', {
        nodeID: this.#cluster.nodeID,
      });
      done(fine(undefined));
    });
  }

  leave(isForced: boolean, done: Done<void>): void {
    const { runner } = this.#cluster;
    if (!runner) return this.#cluster.later(done, failed(NO_SWARM));
    if (runner.exit?.kind === 'locked' && !isForced)
      return this.#cluster.later(
        done,
        failed(
          unavailable(
            'Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message.',
          ),
        ),
      );
    if (this.#cluster.isManager && !isForced) return this.#refuseToLeave(done);
    const nodeID = this.#cluster.nodeID;
    this.#cluster.stop(() => {
      this.#options.executor.shutdown();
      this.#cluster.forget();
      this.#cluster.emit('swarm.leave', { nodeID });
      this.#cluster.later(done, fine(undefined));
    });
  }

  unlock(key: string, done: Done<void>): void {
    const { runner } = this.#cluster;
    if (!runner) return this.#cluster.later(done, failed(NO_SWARM));
    if (runner.exit?.kind !== 'locked')
      return this.#cluster.later(done, failed(new EngineError(409, NOT_LOCKED)));
    if (!/^SWMKEY-1-[A-Za-z0-9+/]{43}$/.test(key))
      return this.#cluster.later(done, failed(badRequest('invalid key string')));
    const { config } = runner;
    this.#cluster.stop(() => {
      this.#cluster.run({ ...config, unlockKey: key }).whenReady((exit) => {
        if (!exit) return done(fine(undefined));
        if (exit.kind === 'locked')
          return done(failed(forbidden('swarm could not be unlocked: invalid key provided')));
        done(failed(componentError(`swarm component could not be started: ${exit.message}`)));
      });
    });
  }

  /** What leaving would cost, as far as this manager can find out. */
  #refuseToLeave(done: Done<void>): void {
    const end =
      'The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. Use `--force` to suppress this message.';
    const refuse = (text: string): void => done(failed(unavailable(`${LEAVING}${text}`)));
    if (this.#cluster.managerProblem)
      return this.#cluster.later(
        done,
        failed(unavailable(`${LEAVING}Doing so may lose the consensus of your cluster. ${end}`)),
      );
    this.#cluster.control<readonly NodeWithStatus[]>('listNodes', {}, (result) => {
      if (!result.ok) return refuse(end);
      const managers = result.value.filter((node) => node.ManagerStatus);
      const reachable = managers.filter(
        (node) => node.ManagerStatus?.Reachability === 'reachable',
      ).length;
      const unreachable = managers.length - reachable;
      const isActive = managers.some(
        (node) =>
          node.ID === this.#cluster.nodeID && node.ManagerStatus?.Reachability === 'reachable',
      );
      if (!isActive || reachable - 2 > unreachable) return refuse(end);
      if (reachable === 1 && unreachable === 0)
        return refuse(
          'Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. ',
        );
      refuse(
        `Removing this node leaves ${reachable - 1} managers out of ${managers.length}. Without a Raft quorum your swarm will be inaccessible. ${end}`,
      );
    });
  }

  #initConfig(request: InitRequest, before: NodeConfig | undefined): NodeConfig {
    const { net, world, name } = this.#machine;
    const old = before ?? readNodeConfig(this.#machine);
    const listen = resolveListenAddr(net, request.ListenAddr ?? old?.listenAddr ?? '');
    const advertise = resolveAdvertiseAddr(
      net,
      request.AdvertiseAddr || (before?.advertiseAddr ?? ''),
      listen,
    );
    const localAddr = resolveLocalAddr(net, listen, advertise);
    const dataPathAddr = resolveDataPathAddr(net, request.DataPathAddr ?? '');
    const pools = request.DefaultAddrPool ?? [];
    checkPools(pools, request.SubnetSize ?? 0);
    const dataPathPort = request.DataPathPort ?? 0;
    if (dataPathPort !== 0 && (dataPathPort < 1024 || dataPathPort > 49_151))
      throw badRequest(`Datapath port number is not in valid range (1024-49151) : ${dataPathPort}`);
    return {
      localAddr,
      listenAddr: `${listen.host}:${listen.port}`,
      advertiseAddr: `${advertise.host}:${advertise.port}`,
      dataPathAddr,
      availability: availabilityOf(request.Availability),
      forceNewCluster: request.ForceNewCluster ?? false,
      cluster: {
        defaultAddrPool: pools,
        subnetSize: request.SubnetSize || 24,
        dataPathPort: dataPathPort || 4789,
        ...(request.AutoLockManagers
          ? { autoLockKey: newUnlockKey(world.random(`unlock/${name}`)) }
          : {}),
      },
    };
  }

  #joinConfig(request: JoinRequest): NodeConfig {
    const { net } = this.#machine;
    const listen = resolveListenAddr(net, request.ListenAddr ?? '');
    const [remote] = request.RemoteAddrs ?? [];
    if (!remote) throw badRequest('at least 1 RemoteAddr is required to join');
    const remoteAddr = remote.includes(':') ? remote : `${remote}:2377`;
    const host = remoteAddr.slice(0, remoteAddr.lastIndexOf(':'));
    const address = parseIP(host) === undefined ? addressOfName(this.#machine, host) : host;
    if (address === undefined)
      throw componentError(
        `could not find local IP address: dial udp: lookup ${host}${lookupServer(net)}: no such host`,
      );
    const advertise = request.AdvertiseAddr
      ? resolveAdvertiseAddr(net, request.AdvertiseAddr, listen)
      : undefined;
    const outbound = net.sourceFor(address) ?? '0.0.0.0';
    const local = advertise?.host ?? (listen.host === '0.0.0.0' ? outbound : listen.host);
    return {
      localAddr: local,
      listenAddr: `${listen.host}:${listen.port}`,
      advertiseAddr: advertise ? `${advertise.host}:${advertise.port}` : `${local}:${listen.port}`,
      dataPathAddr: resolveDataPathAddr(net, request.DataPathAddr ?? ''),
      remoteAddr: `${address}:${remoteAddr.slice(remoteAddr.lastIndexOf(':') + 1)}`,
      joinToken: request.JoinToken ?? '',
      availability: availabilityOf(request.Availability),
    };
  }

  /** The settings that came with init, as soon as there is a cluster to set them on. */
  #applySpec(spec: unknown, done: Done<void>): void {
    this.#cluster.clusterObject((found) => {
      if (!found.ok && found.error.status === 404)
        return void this.#machine.world.schedule(CLUSTER_POLL_MS, 'wait for cluster object', () =>
          this.#applySpec(spec, done),
        );
      if (!found.ok) return done(found);
      const cluster = found.value;
      const { EncryptionConfig: _, ...rest } = (spec ?? {}) as Record<string, unknown>;
      const merged = mergeClusterSpec(cluster.Spec, rest);
      if (JSON.stringify(merged) === JSON.stringify(cluster.Spec)) return done(fine(undefined));
      this.#cluster.control(
        'updateCluster',
        { ClusterID: cluster.ID, Version: cluster.Version.Index, Spec: merged },
        (result) => {
          // Somebody else has just written it: look again.
          if (!result.ok && result.error.message.endsWith('update out of sequence'))
            return this.#applySpec(spec, done);
          done(result.ok ? fine(undefined) : result);
        },
      );
    });
  }
}

function exitError(exit: NodeExit): EngineError {
  return exit.kind === 'locked'
    ? unavailable(
        'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.',
      )
    : componentError(exit.message);
}

function availabilityOf(text: string | undefined): NodeSpec['Availability'] {
  if (text === undefined || text === '') return 'active';
  if (text !== 'active' && text !== 'pause' && text !== 'drain')
    throw badRequest(`invalid Availability: "${text}"`);
  return text;
}

function checkPools(pools: readonly string[], subnetSize: number): void {
  const size = subnetSize === 0 ? 24 : subnetSize;
  if (size > 29) throw badRequest(`subnet size is out of range: ${size}`);
  for (const pool of pools) {
    const subnet = parseCIDR(pool);
    if (!subnet) throw badRequest(`invalid base pool ${pool}: invalid CIDR address: ${pool}`);
    if (subnet.prefix > size)
      throw badRequest(`invalid CIDR: "${pool}". Subnet size is too small for pool: ${size}`);
  }
}

/** The address of a host's name in /etc/hosts. */
function addressOfName(machine: Machine, host: string): string | undefined {
  const text = machine.files.exists('/etc/hosts') ? machine.files.readFile('/etc/hosts') : '';
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(host) && parseIP(address) !== undefined) return address;
  }
  return undefined;
}

/** The name server that would have been asked: the router of the machine's net. */
function lookupServer(net: NetStack): string {
  const gateway = net.routes.find((route) => route.gateway !== undefined)?.gateway;
  const own = net.interfaces.find((port) => port.name === 'eth0')?.address;
  const router = gateway ?? own?.replace(/\d+$/, '1');
  return router === undefined ? '' : ` on ${router}:53`;
}
