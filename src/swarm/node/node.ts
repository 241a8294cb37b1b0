/**
 * One machine in a swarm: gets and renews its certificate, always runs an agent, and a manager while its role says so.
 *
 * Real:     swarmkit node/node.go
 * Left out: what a node that was away past its certificate's end meets: here the old certificate still opens the door.
 */
import { RpcClient, sha256, type Machine, type Timer } from '../../sim/index.ts';
import {
  Agent,
  Remotes,
  type Connection,
  type ConnectionBroker,
  type Executor,
} from '../agent/index.ts';
import type { Certificate, ManagerPeer, NodeSpec, SessionMessage } from '../api/index.ts';
import {
  BACKDATE_MS,
  newRootCA,
  parseJoinToken,
  renewalAtMs,
  tlsInfoOf,
  type RootCA,
} from '../ca/index.ts';
import { Manager, eraseWriteAheadLog, type NewCluster } from '../manager/index.ts';
import { newID } from '../store/index.ts';
import { CertificateRequester } from './certificates.ts';
import { remoteConnection } from './remote.ts';
import {
  readCertificate,
  readRemotes,
  readUnlockKey,
  writeCertificate,
  writeRemotes,
  writeUnlockKey,
} from './state.ts';

const ROLE_CHANGE_TIMEOUT_MS = 16_000;
/** Real: moby daemon/cluster/noderunner.go Stop */
const LEAVE_TIMEOUT_MS = 15_000;
const RENEW_RETRY_MS = 2000;
/** Real: ca/renewer.go */
const RENEW_PAUSE_MS = 500;
/** How often the node asks its manager whether the control API serves. Real: node.go initManagerConnection */
const CONTROL_POLL_MS = 500;
const CONTROL_QUICK_MS = 50;

/** Why a node has ended by itself. */
export type NodeExit =
  { readonly kind: 'locked' } | { readonly kind: 'failed'; readonly message: string };

export interface SwarmNodeOptions {
  readonly machine: Machine;
  readonly executor: Executor;
  /** `0.0.0.0:2377`. */
  readonly listenAddr: string;
  /** `192.168.99.100:2377`. */
  readonly advertiseAddr: string;
  /** To join a swarm; absent: begin one, unless there is a certificate. */
  readonly joinAddr?: string;
  readonly joinToken?: string;
  readonly availability: NodeSpec['Availability'];
  readonly forceNewCluster?: boolean;
  readonly cluster?: Omit<NewCluster, 'rootCA' | 'availability'>;
  readonly unlockKey?: string;
  /** Errors of dialling read as they did before 2022. */
  readonly hasOldDialer: boolean;
  /** The agent has its first session, and the manager answers if it is one. */
  readonly ready: () => void;
  readonly exited: (exit: NodeExit) => void;
  /** This machine is a manager, and its control API answers. */
  readonly managerServes?: (manager: Manager) => void;
}

export class SwarmNode {
  readonly #options: SwarmNodeOptions;
  readonly #machine: Machine;
  readonly #rpc: RpcClient;
  readonly #remotes: Remotes;
  #certificate: Certificate | undefined;
  #requester: CertificateRequester | undefined;
  #agent: Agent | undefined;
  #manager: Manager | undefined;
  #isManagerReady = false;
  #isAgentReady = false;
  #isReady = false;
  #isRenewing = false;
  #isStopped = false;
  #newCluster: NewCluster | undefined;
  #roleTimer: Timer | undefined;
  #renewalTimer: Timer | undefined;
  #agentTimer: Timer | undefined;
  #lastError = '';

  constructor(options: SwarmNodeOptions) {
    this.#options = options;
    this.#machine = options.machine;
    const { world, disk, name, net } = options.machine;
    this.#rpc = new RpcClient(net);
    this.#remotes = new Remotes(world.random(`remotes/${name}`), readRemotes(disk));
  }

  get certificate(): Certificate | undefined {
    return this.#certificate;
  }

  /** The manager, if this node is one, be it ready or not. */
  get manager(): Manager | undefined {
    return this.#manager;
  }

  /** The manager when its control API answers. */
  get controlManager(): Manager | undefined {
    return this.#isManagerReady ? this.#manager : undefined;
  }

  get remotes(): readonly ManagerPeer[] {
    return this.#remotes.peers;
  }

  get isConnected(): boolean {
    return this.#agent?.isConnected ?? false;
  }

  /** A line to some manager: this machine's own, or one of those it knows. */
  connection(): Connection | undefined {
    return this.#broker.select();
  }

  /** The last failure of a session, '' when there is one. */
  get lastError(): string {
    return this.#lastError;
  }

  start(): void {
    const { disk, world } = this.#machine;
    const lock = readUnlockKey(disk);
    if (lock !== undefined && lock !== this.#options.unlockKey) {
      world.schedule(0, 'node is locked', () => this.#exit({ kind: 'locked' }));
      return;
    }
    const certificate = readCertificate(disk);
    if (certificate) return this.#run(certificate);
    if (this.#options.joinAddr === undefined) this.#bootstrap();
    else this.#join(this.#options.joinAddr);
  }

  stop(): void {
    this.#end((manager) => manager.stop());
  }

  /** Ends in good order: the containers of its tasks go first. Real: node.go Stop */
  leave(done: () => void): void {
    const { world } = this.#machine;
    let isDone = false;
    const end = (): void => {
      if (isDone) return;
      isDone = true;
      timer.cancel();
      if (!this.#isStopped) this.stop();
      done();
    };
    const timer = world.schedule(LEAVE_TIMEOUT_MS, 'node leaves', end);
    if (this.#agent) this.#agent.leave(end);
    else world.schedule(0, 'no agent', end);
  }

  /** The power is gone. */
  kill(): void {
    this.#end((manager) => manager.kill());
  }

  /** Any manager: this machine's own, or one of those that are known. */
  readonly #broker: ConnectionBroker = {
    select: () => this.#localConnection() ?? this.#remoteConnection(),
    observe: (connection, isGood) => {
      if (connection.peer) this.#remotes.observe(connection.peer.Addr, isGood);
    },
  };

  #end(endManager: (manager: Manager) => void): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#requester?.stop();
    this.#roleTimer?.cancel();
    this.#renewalTimer?.cancel();
    this.#agentTimer?.cancel();
    this.#agent?.stop();
    if (this.#manager) endManager(this.#manager);
    this.#manager = undefined;
    this.#isManagerReady = false;
    this.#rpc.close();
  }

  #bootstrap(): void {
    const { world, name, disk } = this.#machine;
    const random = world.random(`node/${name}`);
    const rootCA: RootCA = newRootCA(random, world.timestamp(), sha256);
    const { cluster, availability } = this.#options;
    this.#newCluster = {
      defaultAddrPool: [],
      subnetSize: 24,
      dataPathPort: 4789,
      ...cluster,
      rootCA,
      availability,
    };
    const certificate: Certificate = {
      NodeID: newID(random),
      Role: 'manager',
      ClusterID: newID(random),
      RootDigest: rootCA.Digest,
      RootCACert: rootCA.Cert,
      IssuerPublicKey: rootCA.PublicKey,
      NotBeforeMs: world.unixMs - BACKDATE_MS,
      NotAfterMs: world.unixMs + 90 * 24 * 3_600_000,
    };
    writeCertificate(disk, certificate);
    this.#run(certificate);
  }

  #join(address: string): void {
    const { world } = this.#machine;
    const { joinToken = '', availability } = this.#options;
    const token = joinToken === '' ? { digest: '', secret: '' } : parseJoinToken(joinToken);
    if (!token) {
      world.schedule(0, 'invalid token', () =>
        this.#exit({ kind: 'failed', message: 'invalid join token' }),
      );
      return;
    }
    this.#setRemotes([{ NodeID: '', Addr: address }]);
    const failed = (message: string): void => this.#exit({ kind: 'failed', message });
    const requester = new CertificateRequester({ world, connect: () => this.#remoteConnection() });
    this.#requester = requester;
    requester.downloadRoot(
      token.digest,
      () => {
        requester.request(
          { Secret: token.secret, Availability: availability },
          (certificate) => {
            writeCertificate(this.#machine.disk, certificate);
            this.#run(certificate);
          },
          failed,
        );
      },
      failed,
    );
  }

  #run(certificate: Certificate): void {
    const { world, disk, name } = this.#machine;
    this.#certificate = certificate;
    this.#renewInTime(certificate);
    if (certificate.Role === 'manager') this.#startManager();
    this.#agent = new Agent({
      world,
      disk,
      random: world.random(`agent/${name}`),
      nodeID: certificate.NodeID,
      executor: this.#options.executor,
      broker: this.#broker,
      tlsInfo: () => {
        const { RootCACert, RootDigest, IssuerPublicKey } = this.#certificate ?? certificate;
        return tlsInfoOf({ Cert: RootCACert, Digest: RootDigest, PublicKey: IssuerPublicKey });
      },
      ready: () => {
        this.#isAgentReady = true;
        this.#lastError = '';
        this.#noticeReady();
      },
      message: (message) => this.#handle(message),
      failed: (error) => {
        this.#lastError = `rpc error: code = ${error.code} desc = ${error.message}`;
      },
    });
    // It takes the first line there is: to a manager that is known from before, or else to its own when that serves.
    if (this.#remotes.peers.length > 0) this.#startAgent();
  }

  #startAgent(): void {
    const agent = this.#agent;
    this.#agentTimer ??= this.#machine.world.schedule(0, 'agent', () => agent?.start());
  }

  #startManager(): void {
    const { machine, listenAddr, advertiseAddr, forceNewCluster = false } = this.#options;
    const join = this.#remoteConnection(advertiseAddr);
    const startedAtMs = machine.world.nowMs;
    const manager: Manager = new Manager({
      machine,
      certificate: this.#certificate as Certificate,
      listenAddr,
      advertiseAddr,
      forceNewCluster,
      ...(this.#newCluster ? { newCluster: this.#newCluster } : {}),
      ...(join ? { join } : {}),
      ready: () => {
        const sinceMs = machine.world.nowMs - startedAtMs;
        // The first question comes at once: now and then the manager is there before it.
        const isQuick =
          sinceMs === 0 && machine.world.random(`control/${machine.name}`).below(6) === 0;
        const waitMs = isQuick ? CONTROL_QUICK_MS : CONTROL_POLL_MS - (sinceMs % CONTROL_POLL_MS);
        machine.world.schedule(waitMs, 'control API serves', () => {
          if (this.#manager === manager) this.#noticeManager();
        });
      },
      stopped: (reason) => {
        if (this.#manager !== manager) return;
        this.#manager = undefined;
        this.#isManagerReady = false;
        if (reason.kind === 'failed')
          return this.#exit({ kind: 'failed', message: `manager stopped: ${reason.message}` });
        this.#waitForDemotion();
      },
      unlockKeyChanged: (key) => writeUnlockKey(machine.disk, key),
    });
    this.#manager = manager;
    manager.start();
  }

  #noticeManager(): void {
    const { machine, advertiseAddr } = this.#options;
    this.#isManagerReady = true;
    if (this.#manager) this.#options.managerServes?.(this.#manager);
    if (this.#remotes.peers.length === 0)
      this.#setRemotes([{ NodeID: this.#certificate?.NodeID ?? '', Addr: advertiseAddr }]);
    machine.world.emit('manager.started', { machine: machine.name });
    this.#startAgent();
    this.#noticeReady();
  }

  /** Removed from raft: the certificate of a worker should follow. */
  #waitForDemotion(): void {
    if (this.#certificate?.Role === 'worker') return this.#stopManager();
    this.#roleTimer = this.#machine.world.schedule(ROLE_CHANGE_TIMEOUT_MS, 'role change', () =>
      this.#exit({
        kind: 'failed',
        message: 'manager stopped: raft: member was removed from the cluster',
      }),
    );
  }

  #stopManager(): void {
    const { machine } = this.#options;
    this.#roleTimer?.cancel();
    this.#manager?.stop();
    this.#manager = undefined;
    this.#isManagerReady = false;
    this.#newCluster = undefined;
    eraseWriteAheadLog(machine.disk);
    writeUnlockKey(machine.disk, undefined);
    machine.world.emit('manager.stopped', { machine: machine.name });
  }

  #handle(message: SessionMessage): void {
    if (message.Managers.length > 0) this.#setRemotes(message.Managers);
    if (message.RootCA) this.#trust(message.RootCA);
    const role = this.#certificate?.Role;
    if (message.Node.Role !== role) this.#renew();
    else if (message.Node.Certificate.Status === 'rotate') this.#renewSoon();
  }

  #setRemotes(peers: readonly ManagerPeer[]): void {
    this.#remotes.replace(peers);
    writeRemotes(this.#machine.disk, peers);
  }

  /** From now on this root alone. */
  #trust({ Cert, Digest }: { readonly Cert: string; readonly Digest: string }): void {
    const certificate = this.#certificate;
    if (!certificate || certificate.RootCACert === Cert) return;
    this.#certificate = { ...certificate, RootCACert: Cert, RootDigest: Digest };
    writeCertificate(this.#machine.disk, this.#certificate);
    this.#agent?.descriptionChanged();
  }

  /** Before the certificate expires, and again after each new one. */
  #renewInTime({ NotBeforeMs, NotAfterMs }: Certificate): void {
    const { world, name } = this.#machine;
    const atMs = renewalAtMs(NotBeforeMs, NotAfterMs, world.random(`tls/${name}`));
    this.#renewalTimer?.cancel();
    this.#renewalTimer = world.schedule(Math.max(0, atMs - world.unixMs), 'certificate', () =>
      this.#renew(),
    );
  }

  /** When told to: a moment later, so that the CA can do first what it wants of this node. */
  #renewSoon(): void {
    if (this.#isRenewing) return;
    this.#renewalTimer?.cancel();
    this.#renewalTimer = this.#machine.world.schedule(RENEW_PAUSE_MS, 'certificate', () =>
      this.#renew(),
    );
  }

  /** A new certificate, for a new role or because the old one is to go. */
  #renew(): void {
    const before = this.#certificate;
    if (this.#isRenewing || !before || this.#isStopped) return;
    this.#isRenewing = true;
    const { world, disk } = this.#machine;
    this.#requester = new CertificateRequester({ world, connect: () => this.#broker.select() });
    this.#requester.request(
      { NodeID: before.NodeID },
      (certificate) => {
        this.#isRenewing = false;
        this.#certificate = certificate;
        writeCertificate(disk, certificate);
        this.#renewInTime(certificate);
        if (certificate.IssuerPublicKey !== before.IssuerPublicKey)
          this.#agent?.descriptionChanged();
        if (certificate.Role === before.Role) return;
        world.emit('node.role', {
          nodeID: certificate.NodeID,
          machine: this.#machine.name,
          role: certificate.Role,
        });
        if (certificate.Role === 'manager') return this.#startManager();
        this.#stopManager();
        // Who came back as a manager that was demoted meanwhile has waited for its manager until now.
        this.#noticeReady();
      },
      () => {
        world.schedule(RENEW_RETRY_MS, 'renew certificate', () => {
          this.#isRenewing = false;
          this.#renew();
        });
      },
    );
  }

  #localConnection(): Connection | undefined {
    const manager = this.controlManager;
    return (
      manager && {
        peer: undefined,
        call: (method, body, timeoutMs, done) => manager.call(method, body, timeoutMs, done),
      }
    );
  }

  #remoteConnection(excluded?: string): Connection | undefined {
    const peer = this.#remotes.select(excluded);
    return (
      peer &&
      remoteConnection({
        world: this.#machine.world,
        rpc: this.#rpc,
        peer,
        hasOldDialer: this.#options.hasOldDialer,
      })
    );
  }

  #noticeReady(): void {
    if (this.#isReady || !this.#isAgentReady) return;
    if (this.#certificate?.Role === 'manager' && !this.#isManagerReady) return;
    this.#isReady = true;
    this.#options.ready();
  }

  #exit(exit: NodeExit): void {
    if (this.#isStopped) return;
    this.stop();
    this.#options.exited(exit);
  }
}
