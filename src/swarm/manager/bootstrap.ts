/**
 * What the first leader of a new swarm puts into the store: the cluster, itself, and the networks that every swarm has.
 *
 * Real: swarmkit manager/manager.go (becomeLeader, newIngressNetwork, defaultClusterObject), manager/allocator/networkallocator
 */
import type { Random } from '../../sim/index.ts';
import {
  PREDEFINED_NETWORKS,
  ingressNetworkSpec,
  predefinedNetworkSpec,
} from '../allocator/index.ts';
import type { Certificate, ClusterSpec, NodeSpec } from '../api/index.ts';
import { joinToken, newSecret, tlsInfoOf, type RootCA } from '../ca/index.ts';
import { newID, type Transaction } from '../store/index.ts';

export interface NewCluster {
  readonly rootCA: RootCA;
  readonly defaultAddrPool: readonly string[];
  readonly subnetSize: number;
  readonly dataPathPort: number;
  readonly availability: NodeSpec['Availability'];
  readonly autoLockKey?: string;
}

const SECOND = 1_000_000_000;
const DAY = 24 * 3600 * SECOND;

export const DEFAULT_CLUSTER_SPEC: ClusterSpec = {
  Name: 'default',
  Labels: {},
  Orchestration: { TaskHistoryRetentionLimit: 5 },
  Raft: {
    SnapshotInterval: 10_000,
    KeepOldSnapshots: 0,
    LogEntriesForSlowFollowers: 500,
    ElectionTick: 10,
    HeartbeatTick: 1,
  },
  Dispatcher: { HeartbeatPeriod: 5 * SECOND },
  CAConfig: { NodeCertExpiry: 90 * DAY },
  TaskDefaults: {},
  EncryptionConfig: { AutoLockManagers: false },
};

/** Creates what is not there yet. */
export function createFirstObjects(
  tx: Transaction,
  certificate: Certificate,
  options: NewCluster,
  random: Random,
): void {
  if (!tx.get('cluster', certificate.ClusterID)) createCluster(tx, certificate, options, random);
  if (!tx.get('node', certificate.NodeID))
    tx.create('node', {
      ID: certificate.NodeID,
      Spec: { Labels: {}, Role: 'manager', Availability: options.availability },
      Description: undefined,
      Status: { State: 'unknown', Addr: '' },
      Role: 'manager',
      Attachments: [],
      Certificate: { Role: 'manager', Status: 'issued', CN: certificate.NodeID },
    });
}

function createCluster(
  tx: Transaction,
  certificate: Certificate,
  options: NewCluster,
  random: Random,
): void {
  const { rootCA } = options;
  tx.create('cluster', {
    ID: certificate.ClusterID,
    Spec: {
      ...DEFAULT_CLUSTER_SPEC,
      EncryptionConfig: { AutoLockManagers: options.autoLockKey !== undefined },
    },
    RootCA: {
      CACert: rootCA.Cert,
      CACertHash: rootCA.Digest,
      RootRotationInProgress: false,
      TLSInfo: tlsInfoOf(rootCA),
      JoinTokens: {
        Worker: joinToken(rootCA.Digest, newSecret(random)),
        Manager: joinToken(rootCA.Digest, newSecret(random)),
      },
    },
    UnlockKeys: options.autoLockKey === undefined ? {} : { Manager: options.autoLockKey },
    DefaultAddrPool: options.defaultAddrPool,
    SubnetSize: options.subnetSize,
    VXLANUDPPort: options.dataPathPort,
  });
  tx.create('network', { ID: newID(random), Spec: ingressNetworkSpec() });
  for (const { name, driver } of PREDEFINED_NETWORKS)
    tx.create('network', { ID: newID(random), Spec: predefinedNetworkSpec(name, driver) });
}
