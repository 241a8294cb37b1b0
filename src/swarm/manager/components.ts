/**
 * What runs on the leader, and on nobody else: started when a manager has become leader, stopped when it no longer is.
 *
 * Real: swarmkit manager/manager.go (becomeLeader, becomeFollower)
 */
import { sha256, type Scheduler as World } from '../../sim/index.ts';
import { Allocator } from '../allocator/index.ts';
import { CAServer, RootRotationReconciler, beginRootRotation, newRootCA } from '../ca/index.ts';
import { ControlAPI, type Memberlist } from '../controlapi/index.ts';
import { Dispatcher } from '../dispatcher/index.ts';
import {
  ConstraintEnforcer,
  GlobalOrchestrator,
  JobsOrchestrator,
  ReplicatedOrchestrator,
  TaskReaper,
} from '../orchestrator/index.ts';
import { Scheduler } from '../scheduler/index.ts';
import type { Store } from '../store/index.ts';
import { LogBroker } from './logbroker.ts';
import type { RaftNode } from './raftnode.ts';
import { RoleManager } from './rolemanager.ts';
import { StateTracer } from './tracer.ts';

interface Component {
  start(): void;
  stop(): void;
}

export class LeaderComponents {
  readonly control: ControlAPI;
  readonly ca: CAServer;
  readonly dispatcher: Dispatcher;
  readonly logs: LogBroker;
  readonly #components: readonly Component[];
  #isRunning = false;

  constructor(options: {
    readonly world: World;
    readonly store: Store;
    readonly raft: RaftNode;
    readonly name: string;
    readonly isNewCluster: boolean;
  }) {
    const { world, store, raft, name, isNewCluster } = options;
    const random = (what: string) => world.random(`${what}/${name}`);
    const memberlist: Memberlist = {
      members: () =>
        raft.peers.members.map((member) => ({
          ...member,
          Leader: member.RaftID === raft.id,
          Reachability: raft.isReachable(member.RaftID) ? 'reachable' : 'unreachable',
        })),
      canRemoveMember: (id) => raft.canRemoveMember(id),
    };
    const managers = () => raft.peers.members.map(({ NodeID, Addr }) => ({ NodeID, Addr }));
    this.control = new ControlAPI({
      world,
      store,
      random: random('controlapi'),
      raft: memberlist,
      isNewCluster,
      rotateRoot: (current, version) =>
        beginRootRotation(current, newRootCA(random('root'), world.timestamp(), sha256), version),
    });
    this.ca = new CAServer({ world, store, random: random('ca') });
    this.dispatcher = new Dispatcher({ world, store, random: random('dispatcher'), managers });
    this.logs = new LogBroker({
      store,
      random: random('logbroker'),
      publish: (subscription, nodes) => this.dispatcher.publish(subscription, nodes),
      hasSession: (node) => this.dispatcher.hasSession(node),
    });
    this.#components = [
      new StateTracer({ world, store }),
      this.ca,
      new RootRotationReconciler({ world, store, random: random('root') }),
      this.dispatcher,
      this.logs,
      new RoleManager({ world, store, raft }),
      ...[
        Allocator,
        Scheduler,
        ReplicatedOrchestrator,
        GlobalOrchestrator,
        JobsOrchestrator,
        ConstraintEnforcer,
        TaskReaper,
      ].map((Type) => new Type({ store, world, name })),
    ];
  }

  start(): void {
    this.#isRunning = true;
    for (const component of this.#components) component.start();
  }

  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    for (const component of [...this.#components].reverse()) component.stop();
  }

  membersChanged(): void {
    if (this.#isRunning) this.dispatcher.managersChanged();
  }
}
