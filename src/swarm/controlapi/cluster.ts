/**
 * The cluster object: settings, join tokens, unlock key.
 *
 * Real:     swarmkit manager/controlapi/{cluster,ca_rotation}.go
 * Left out: roots of the user's own and external CAs.
 */
import type { Random } from '../../sim/index.ts';
import type { Cluster, ClusterSpec } from '../api/index.ts';
import type { Transaction } from '../store/index.ts';
import { fail, invalid } from './common.ts';

const CERT_EXPIRY_MIN = 3600 * 1_000_000_000;
const DEFAULT_POOL = ['10.0.0.0/8'];
const BASE_64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SECRET_CHARS = 25;

export interface UpdateClusterRequest {
  readonly ClusterID: string;
  readonly Version: number;
  readonly Spec: ClusterSpec;
  readonly Rotation?: {
    readonly WorkerJoinToken?: boolean;
    readonly ManagerJoinToken?: boolean;
    readonly ManagerUnlockKey?: boolean;
  };
}

/** Begins the rotation to a new root, which a ForceRotate has asked for. */
export type RotateRoot = (current: Cluster['RootCA'], version: number) => Cluster['RootCA'];

export function updateCluster(
  tx: Transaction,
  request: UpdateClusterRequest,
  { random, rotateRoot }: { readonly random: Random; readonly rotateRoot: RotateRoot },
): Cluster {
  const { Spec: spec, Rotation: rotation = {} } = request;
  checkClusterSpec(spec);
  const cluster =
    tx.get('cluster', request.ClusterID) ??
    fail('NotFound', `cluster ${request.ClusterID} not found`);
  if (spec.Name !== cluster.Spec.Name) invalid('modification of cluster name is not allowed');
  const { Worker: worker, Manager: manager } = cluster.RootCA.JoinTokens;
  const tokens = {
    Worker: rotation.WorkerJoinToken ? rotated(worker, random) : worker,
    Manager: rotation.ManagerJoinToken ? rotated(manager, random) : manager,
  };
  return tx.update('cluster', {
    ...cluster,
    Version: { Index: request.Version },
    Spec: spec,
    RootCA: rootCA({ ...cluster.RootCA, JoinTokens: tokens }, spec, rotateRoot),
    UnlockKeys: unlockKeys(cluster, spec, rotation.ManagerUnlockKey ?? false, random),
  });
}

/**
 * As clients see it. A list of pools that is empty, as `swarm init` makes it, is shown as such by the manager that made it; in a log or
 * a snapshot the empty list becomes none, and who read the cluster from there shows the pool that is used then.
 */
export function shownCluster(cluster: Cluster, isNew: boolean): Cluster {
  return isNew || cluster.DefaultAddrPool.length > 0
    ? cluster
    : { ...cluster, DefaultAddrPool: DEFAULT_POOL };
}

/** A ForceRotate that was not seen before asks for a new root. */
function rootCA(
  current: Cluster['RootCA'],
  { CAConfig: { ForceRotate: version = 0 } }: ClusterSpec,
  rotateRoot: RotateRoot,
): Cluster['RootCA'] {
  return version === (current.LastForcedRotation ?? 0) ? current : rotateRoot(current, version);
}

function unlockKeys(
  cluster: Cluster,
  spec: ClusterSpec,
  isRotated: boolean,
  random: Random,
): Cluster['UnlockKeys'] {
  if (!spec.EncryptionConfig.AutoLockManagers) return {};
  if (cluster.UnlockKeys.Manager !== undefined && !isRotated) return cluster.UnlockKeys;
  return { Manager: newUnlockKey(random) };
}

/** `SWMKEY-1-` and 32 random bytes in base64 without padding: the last of 43 characters has four bits only. */
export function newUnlockKey(random: Random): string {
  return `SWMKEY-1-${random.text(42, BASE_64)}${random.text(1, 'AEIMQUYcgkosw048')}`;
}

function rotated(token: string, random: Random): string {
  const secret = BigInt(`0x${random.hex(32)}`)
    .toString(36)
    .padStart(SECRET_CHARS, '0');
  return `${token.slice(0, token.lastIndexOf('-'))}-${secret}`;
}

function checkClusterSpec(spec: ClusterSpec): void {
  if (spec.CAConfig.NodeCertExpiry < CERT_EXPIRY_MIN)
    invalid('minimum certificate expiry time is: 1h0m0s');
  if (spec.Dispatcher.HeartbeatPeriod < 0)
    invalid('heartbeat time period cannot be a negative duration');
}
