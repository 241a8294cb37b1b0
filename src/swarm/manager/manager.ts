/**
 * Wires a manager: raft, store, the server on its port with its proxies to the leader, and the components that run while it leads.
 *
 * Real:     swarmkit manager/manager.go
 * Left out: the unix socket of the control API (the machine's own daemon calls directly), metrics, the watch API, the resource allocator.
 */
import { RpcClient, RpcServer, type Machine, type RpcRequest } from '../../sim/index.ts';
import {
  no,
  ok,
  type Certificate,
  type HeartbeatRequest,
  type IssueCertificateRequest,
  type LogMessage,
  type LogSelector,
  type LogSubscriptionOptions,
  type PollRequest,
  type RaftMember,
  type Result,
  type SessionRequest,
  type UpdateTaskStatusRequest,
} from '../api/index.ts';
import type { Connection } from '../agent/index.ts';
import type { Message } from '../raft/index.ts';
import { Store } from '../store/index.ts';
import { PeerConnection } from './connection.ts';
import { createFirstObjects, type NewCluster } from './bootstrap.ts';
import { LeaderComponents } from './components.ts';
import { handleJoin, type JoinRequest, type JoinResponse } from './membership.ts';
import { LeaderProxy, splitAddress, type Call, type CallBody } from './proxy.ts';
import { RaftNode, REQUEST_TIMEOUT_MS, type RaftStart } from './raftnode.ts';
import { raftView, type RaftView } from './view.ts';
import { WriteAheadLog } from './wal.ts';

/** A call crosses a socket, even on the same machine. */
const LOCAL_CALL_MS = 1;
const VOTE_HEALTH_TIMEOUT_MS = 2000;
const SNAPSHOT_TIMEOUT_MS = 8000;
const RESOLVE_TIMEOUT_MS = 2000;

export interface ManagerOptions {
  readonly machine: Machine;
  readonly certificate: Certificate;
  /** `0.0.0.0:2377`. */
  readonly listenAddr: string;
  /** `192.168.99.100:2377`. */
  readonly advertiseAddr: string;
  /** This is the first manager of a new swarm. */
  readonly newCluster?: NewCluster;
  readonly forceNewCluster?: boolean;
  /** A manager to join by. */
  readonly join?: Connection;
  /** The control API answers from now on. */
  readonly ready: () => void;
  /** It has ended by itself. */
  readonly stopped: (
    reason: { readonly kind: 'removed' } | { readonly kind: 'failed'; readonly message: string },
  ) => void;
  /** The key that the manager's own key is locked with; undefined: it is not locked. */
  readonly unlockKeyChanged: (key: string | undefined) => void;
}

type Respond = (result: Result<unknown>) => void;

export class Manager {
  readonly #options: ManagerOptions;
  readonly #machine: Machine;
  readonly #store: Store;
  #server: RpcServer | undefined;
  readonly #client: RpcClient;
  #raft: RaftNode | undefined;
  #proxy: LeaderProxy | undefined;
  #leader: LeaderComponents | undefined;
  #cancelJoin: (() => void) | undefined;
  #unlockKey: string | undefined;
  #isStopped = false;
  #isKilled = false;
  readonly #runsSinceMs: number;
  readonly #localCalls = new Set<Respond>();

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.#machine = options.machine;
    this.#runsSinceMs = this.#machine.world.nowMs;
    this.#store = new Store({ world: this.#machine.world, name: `store/${this.#machine.name}` });
    this.#client = new RpcClient(this.#machine.net);
  }

  /** This manager's copy of the store. */
  get store(): Store {
    return this.#store;
  }

  get raft(): RaftNode | undefined {
    return this.#raft;
  }

  get isLeader(): boolean {
    return this.#raft?.isLeader ?? false;
  }

  raftView(): RaftView | undefined {
    return this.#raft && raftView(this.#raft);
  }

  /** Listens, joins if it must, and starts. What fails is told by `stopped`. */
  start(): void {
    const problem = this.#listen();
    if (problem !== undefined) return this.#fail(problem);
    this.#watchUnlockKey();
    const { disk } = this.#machine;
    const { newCluster, join, certificate, advertiseAddr } = this.#options;
    if (newCluster) return this.#startRaft({ kind: 'bootstrap' });
    if (WriteAheadLog.exists(disk))
      return this.#startRaft({
        kind: 'restart',
        forceNewCluster: this.#options.forceNewCluster ?? false,
      });
    if (!join) return this.#fail("can't initialize raft node: no manager to join");
    const request: JoinRequest = { NodeID: certificate.NodeID, Addr: advertiseAddr };
    this.#cancelJoin = join.call('raft.join', request, REQUEST_TIMEOUT_MS, (result) => {
      this.#cancelJoin = undefined;
      if (!result.ok)
        return this.#fail(
          `can't initialize raft node: rpc error: code = ${result.error.code} desc = ${result.error.message}`,
        );
      const { RaftID: raftID, Members: members, Removed: removed } = result.value as JoinResponse;
      this.#startRaft({ kind: 'join', raftID, members, removed });
    });
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancelJoin?.();
    this.#setLeader(false);
    if (!this.#isKilled) this.#hangUp();
    this.#raft?.stop();
    this.#server?.close();
    this.#client.close();
    for (const settle of [...this.#localCalls]) settle(no('Unavailable', 'transport is closing'));
  }

  /** The power is gone: it ends without a word to anybody. */
  kill(): void {
    this.#isKilled = true;
    this.stop();
  }

  /** A call from this machine: its daemon, its agent. Answered once, never before this returns, unless cancelled. */
  call(method: string, args: unknown, timeoutMs: number, done: Respond): () => void {
    const { world } = this.#machine;
    const call: Call = {
      method,
      args,
      from: splitAddress(this.#options.advertiseAddr).host,
      deadlineMs: world.nowMs + timeoutMs,
      isForwarded: false,
    };
    let isSettled = false;
    const settle: Respond = (result) => {
      this.#localCalls.delete(settle);
      if (isSettled || this.#isKilled) return;
      isSettled = true;
      timer.cancel();
      start.cancel();
      done(result);
    };
    const timer = world.schedule(timeoutMs, `${method} timeout`, () =>
      settle(no('DeadlineExceeded', 'context deadline exceeded')),
    );
    const start = world.schedule(LOCAL_CALL_MS, method, () => this.#serve(call, settle));
    this.#localCalls.add(settle);
    return () => {
      isSettled = true;
      this.#localCalls.delete(settle);
      timer.cancel();
      start.cancel();
    };
  }

  #listen(): string | undefined {
    const { host, port } = splitAddress(this.#options.listenAddr);
    const { net } = this.#machine;
    if (host !== '0.0.0.0' && !net.owns(host))
      return `failed to listen on remote API address: listen tcp ${host}:${port}: bind: cannot assign requested address`;
    if (net.hasMessageListener(port))
      return `failed to listen on remote API address: listen tcp ${host}:${port}: bind: address already in use`;
    const server = new RpcServer(net, port);
    this.#server = server;
    server.on('health', (_, respond) => respond(ok({ RunsSinceMs: this.#runsSinceMs })));
    server.on('raft.resolve', (request, respond) => {
      const member = this.#raft?.peers.get((request.body as { readonly RaftID: number }).RaftID);
      respond(member ? ok(member) : no('NotFound', 'raft: member unknown'));
    });
    server.on('raft.snapshot', (request, respond) => {
      this.#receive(request);
      respond(ok({}));
    });
    server.onNotice('raft.closing', ({ from }) => {
      const peer = this.#raft?.peers.byAddress(from);
      if (peer) this.#raft?.peers.connection(peer.RaftID)?.closedByPeer();
    });
    server.onNotice('raft', (request) => this.#receive(request));
    server.onNotice('raft.removed', () => this.#raft && this.#stopRemoved());
    for (const method of Object.keys(HANDLERS))
      server.on(method, (request, respond) => {
        const body = request.body as CallBody;
        this.#serve(
          { ...body, method, from: body.isForwarded ? body.from : request.from },
          (result) => {
            if (!this.#isKilled) respond(result);
          },
        );
      });
    return undefined;
  }

  #startRaft(start: RaftStart): void {
    const { machine, certificate, advertiseAddr } = this.#options;
    const { world, disk, name } = machine;
    const raft = new RaftNode(
      {
        world,
        disk,
        machine: name,
        random: world.random(`raft/${name}`),
        store: this.#store,
        nodeID: certificate.NodeID,
        addr: advertiseAddr,
        connect: (to) => this.#connect(to.Addr),
        send: (to, message, failed) => this.#send(to.Addr, message, failed),
        sendUnknown: (message) => this.#sendUnknown(message),
        leadership: (isLeader) => this.#setLeader(isLeader),
        membersChanged: () => this.#leader?.membersChanged(),
        removed: () => this.#stopRemoved(),
      },
      start,
    );
    this.#raft = raft;
    this.#proxy = new LeaderProxy({
      world,
      raft,
      rpc: this.#client,
      local: (call, respond) => {
        if (this.#leader)
          HANDLERS[call.method]?.(
            { manager: this, raft, rpc: this.#client, leader: this.#leader, call },
            respond,
          );
        else respond(no('Unavailable', `more than one redirect to leader from: ${call.from}`));
      },
    });
    raft.start();
    this.#options.ready();
  }

  #serve(call: Call, respond: Respond): void {
    if (this.#isStopped) return;
    if (this.#proxy) this.#proxy.serve(call, respond);
    else respond(no('Unavailable', 'raft: node is not yet part of a raft cluster'));
  }

  #connect(addr: string): PeerConnection {
    const { world, name } = this.#machine;
    const { host: address, port } = splitAddress(addr);
    return new PeerConnection({
      world,
      random: world.random(`transport/${name}`),
      probe: (ask, done) =>
        this.#client.call({
          ...{ address, port, method: 'health', body: {}, ...ask },
          answer: (answer) => {
            if ('failure' in answer)
              return done({ kind: answer.failure === 'refused' ? 'refused' : 'silent' });
            const health = answer.body as Result<{ readonly RunsSinceMs: number }>;
            if (health.ok) done({ kind: 'answered', runsSinceMs: health.value.RunsSinceMs });
          },
        }),
    });
  }

  /** The kernel closes what an ending daemon had open. */
  #hangUp(): void {
    for (const { Addr, RaftID } of this.#raft?.peers.members ?? []) {
      if (RaftID === this.#raft?.id) continue;
      const { host: address, port } = splitAddress(Addr);
      this.#client.notify({ address, port, method: 'raft.closing', body: {} });
    }
  }

  #send(addr: string, message: Message, failed: () => void): void {
    const { host: address, port } = splitAddress(addr);
    const common = { address, port, body: message, bytes: message.sizeBytes, label: message.type };
    if (message.type !== 'InstallSnapshot')
      return this.#client.notify({ ...common, method: 'raft' });
    this.#client.call({
      ...common,
      method: 'raft.snapshot',
      timeoutMs: SNAPSHOT_TIMEOUT_MS,
      answer: (answer) => {
        if ('failure' in answer) failed();
        else this.#raft?.snapshotSent(message.to);
      },
    });
  }

  /** Asks the peer with the longest good time for the address. Real: transport.go sendUnknownMember */
  #sendUnknown(message: Message): void {
    const raft = this.#raft;
    const peer = raft?.peers.longestActive();
    if (!peer) return;
    const { host: address, port } = splitAddress(peer.Addr);
    const body = { RaftID: message.to };
    this.#client.call({
      address,
      port,
      method: 'raft.resolve',
      body,
      timeoutMs: RESOLVE_TIMEOUT_MS,
      answer: (answer) => {
        const result = 'failure' in answer ? undefined : (answer.body as Result<RaftMember>);
        if (result?.ok && !this.#isStopped) this.#send(result.value.Addr, message, () => undefined);
      },
    });
  }

  #receive(request: RpcRequest): void {
    const raft = this.#raft;
    if (!raft) return;
    const message = request.body as Message;
    const sender = raft.peers.get(message.from);
    if (raft.peers.isRemoved(message.from)) {
      const known = request.from;
      return this.#client.notify({
        address: known,
        port: splitAddress(this.#options.listenAddr).port,
        method: 'raft.removed',
        body: {},
      });
    }
    if (message.type !== 'RequestVote' || !sender) return raft.step(message);
    // A candidate that we cannot reach gets no vote from us: it would not hear what follows.
    if (!raft.peers.connection(message.from)?.isUsable) return;
    const { host: address, port } = splitAddress(sender.Addr);
    this.#client.call({
      address,
      port,
      method: 'health',
      body: {},
      timeoutMs: VOTE_HEALTH_TIMEOUT_MS,
      answer: (answer) => {
        if (!('failure' in answer)) raft.step(message);
      },
    });
  }

  #setLeader(isLeader: boolean): void {
    const { certificate, newCluster, machine } = this.#options;
    if (!isLeader) {
      this.#store.setProposer(undefined);
      this.#leader?.stop();
      this.#leader = undefined;
      return;
    }
    const raft = this.#raft as RaftNode;
    this.#store.setProposer(raft);
    const { world, name } = machine;
    const leader = new LeaderComponents({
      world,
      store: this.#store,
      raft,
      name,
      isNewCluster: newCluster !== undefined,
    });
    this.#leader = leader;
    const start = (): void => {
      if (this.#leader === leader) leader.start();
    };
    if (!newCluster) return start();
    this.#store.update(
      'first leader',
      (tx) => createFirstObjects(tx, certificate, newCluster, world.random(`manager/${name}`)),
      start,
    );
  }

  #watchUnlockKey(): void {
    this.#store.watch('key manager', (events) => {
      for (const event of events) {
        if (event.table !== 'cluster' || event.action === 'remove') continue;
        const key = event.object.Spec.EncryptionConfig.AutoLockManagers
          ? event.object.UnlockKeys.Manager
          : undefined;
        if (key === this.#unlockKey && event.before) continue;
        this.#unlockKey = key;
        if (!this.#isStopped) this.#options.unlockKeyChanged(key);
      }
    });
  }

  #stopRemoved(): void {
    if (this.#isStopped) return;
    this.stop();
    this.#options.stopped({ kind: 'removed' });
  }

  #fail(message: string): void {
    this.#machine.world.schedule(0, 'manager failed', () => {
      if (this.#isStopped) return;
      this.stop();
      this.#options.stopped({ kind: 'failed', message });
    });
  }
}

interface HandlerContext {
  readonly manager: Manager;
  readonly raft: RaftNode;
  readonly rpc: RpcClient;
  readonly leader: LeaderComponents;
  readonly call: Call;
}

/** What the leader answers. */
const HANDLERS: Readonly<Record<string, (context: HandlerContext, respond: Respond) => void>> = {
  'raft.join': ({ raft, rpc, call }, respond) =>
    handleJoin({ raft, rpc, request: call.args as JoinRequest, from: call.from }, respond),
  'ca.root': ({ leader }, respond) => respond(leader.ca.rootCertificate()),
  'ca.issue': ({ leader, call }, respond) =>
    leader.ca.issue(call.args as IssueCertificateRequest, respond),
  'ca.status': ({ leader, call }, respond) =>
    leader.ca.status((call.args as { readonly NodeID: string }).NodeID, respond),
  'dispatcher.session': ({ leader, call }, respond) =>
    leader.dispatcher.session(call.args as SessionRequest, call.from, respond),
  'dispatcher.poll': ({ leader, call }, respond) =>
    leader.dispatcher.poll(call.args as PollRequest, respond),
  'dispatcher.heartbeat': ({ leader, call }, respond) =>
    respond(leader.dispatcher.heartbeat(call.args as HeartbeatRequest)),
  'dispatcher.status': ({ leader, call }, respond) =>
    respond(leader.dispatcher.updateTaskStatus(call.args as UpdateTaskStatusRequest)),
  'logs.subscribe': ({ leader, call }, respond) => {
    const { Selector: selector, Options: options } = call.args as {
      readonly Selector: LogSelector;
      readonly Options: LogSubscriptionOptions;
    };
    respond(leader.logs.subscribe(selector, options));
  },
  'logs.read': ({ leader, call }, respond) =>
    leader.logs.read((call.args as { readonly ID: string }).ID, respond),
  'logs.unsubscribe': ({ leader, call }, respond) => {
    leader.logs.unsubscribe((call.args as { readonly ID: string }).ID);
    respond(ok({}));
  },
  'logs.publish': ({ leader, call }, respond) => {
    const args = call.args as {
      readonly SubscriptionID: string;
      readonly NodeID: string;
      readonly Messages: readonly LogMessage[];
      readonly Close: boolean;
    };
    leader.logs.publish(args.SubscriptionID, args.NodeID, args.Messages, args.Close);
    respond(ok({}));
  },
  control: ({ leader, call }, respond) =>
    leader.control.handle(
      call.args as { readonly method: string; readonly args: unknown },
      respond,
    ),
};
