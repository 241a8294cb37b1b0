/**
 * Networks of the swarm: create, remove, and the attachments of single containers to them.
 *
 * Real: swarmkit manager/controlapi/network.go, manager/resourceapi/allocator.go
 */
import type { Random } from '../../sim/index.ts';
import {
  SwarmFailure,
  TASK_STATE_ORDER,
  type Network,
  type NetworkSpec,
  type Task,
} from '../api/index.ts';
import { ERR_NAME_CONFLICT, newID, type Transaction } from '../store/index.ts';
import { checkAnnotations, fail, invalid } from './common.ts';

const PREDEFINED = 'com.docker.swarm.predefined';
const SUBNET = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;
const ADDRESS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

export function createNetwork(tx: Transaction, spec: NetworkSpec, random: Random): Network {
  checkAnnotations(spec);
  checkIPAM(spec);
  if (PREDEFINED in spec.Labels)
    fail(
      'PermissionDenied',
      `label ${PREDEFINED} is for internally created predefined networks and cannot be applied by users`,
    );
  if (spec.Ingress && spec.Attachable) invalid('ingress network cannot be attachable');
  if (spec.Ingress) {
    const driver = spec.DriverConfiguration?.Name ?? '';
    if (driver !== '' && driver !== 'overlay')
      fail('Unimplemented', 'only overlay driver is currently supported for ingress network');
    const other = tx.list('network').find((network) => network.Spec.Ingress);
    if (other) fail('AlreadyExists', `ingress network (${other.ID}) is already present`);
  }
  try {
    return tx.create('network', { ID: newID(random), Spec: spec });
  } catch (error) {
    if (error instanceof SwarmFailure && error.message === ERR_NAME_CONFLICT)
      fail('AlreadyExists', `network with name ${spec.Name} already exists`);
    throw error;
  }
}

export function removeNetwork(tx: Transaction, id: string): void {
  const network = tx.get('network', id) ?? fail('NotFound', `network ${id} not found`);
  if (PREDEFINED in network.Spec.Labels)
    fail(
      'FailedPrecondition',
      `${network.Spec.Name} is a pre-defined network and cannot be removed`,
    );
  if (network.Spec.Ingress) {
    const user = tx
      .list('service')
      .find((service) =>
        (service.Endpoint?.Spec.Ports ?? service.Spec.EndpointSpec?.Ports ?? []).some(
          (port) => (port.PublishMode ?? 'ingress') === 'ingress',
        ),
      );
    if (user)
      fail(
        'FailedPrecondition',
        `ingress network cannot be removed because service ${user.ID} depends on it`,
      );
  } else {
    const service = tx.list('service', { networkID: id })[0];
    if (service) fail('FailedPrecondition', `network ${id} is in use by service ${service.ID}`);
    const task = tx
      .list('task', { networkID: id })
      .find(
        (candidate) =>
          TASK_STATE_ORDER[candidate.DesiredState] <= TASK_STATE_ORDER.running &&
          TASK_STATE_ORDER[candidate.Status.State] <= TASK_STATE_ORDER.running,
      );
    if (task) fail('FailedPrecondition', `network ${id} is in use by task ${task.ID}`);
  }
  tx.remove('network', id);
}

function checkIPAM(spec: NetworkSpec): void {
  for (const config of spec.IPAMOptions?.Configs ?? []) {
    if (config.Subnet && !isSubnet(config.Subnet))
      invalid(`ipam configuration: invalid subnet ${config.Subnet}`);
    if (config.IPRange && !isSubnet(config.IPRange))
      invalid(`ipam configuration: invalid range ${config.IPRange}`);
    if (config.Gateway && !isAddress(config.Gateway))
      invalid(`ipam configuration: invalid gateway ${config.Gateway}`);
  }
}

function isSubnet(text: string): boolean {
  const match = SUBNET.exec(text);
  return (
    match !== null &&
    match.slice(1, 5).every((byte) => Number(byte) <= 255) &&
    Number(match[5]) <= 32
  );
}

function isAddress(text: string): boolean {
  const match = ADDRESS.exec(text);
  return match !== null && match.slice(1).every((byte) => Number(byte) <= 255);
}

export interface AttachNetworkRequest {
  readonly NodeID: string;
  readonly NetworkID: string;
  readonly ContainerID: string;
  readonly Addresses?: readonly string[];
}

/** A task that is nothing but a place on a network, for a container that somebody has run by hand. */
export function attachNetwork(
  tx: Transaction,
  request: AttachNetworkRequest,
  options: { readonly random: Random; readonly now: string },
): Task {
  const network =
    tx.get('network', request.NetworkID) ??
    tx.list('network', { name: request.NetworkID })[0] ??
    fail('NotFound', `network ${request.NetworkID} not found`);
  if (!network.Spec.Attachable)
    fail('PermissionDenied', `network ${request.NetworkID} not manually attachable`);
  return tx.create('task', {
    ID: newID(options.random),
    Labels: {},
    ServiceID: '',
    Slot: 0,
    NodeID: request.NodeID,
    DesiredState: 'running',
    SpecVersion: { Index: 0 },
    ServiceAnnotations: { Name: '', Labels: {} },
    Spec: {
      NetworkAttachmentSpec: { ContainerID: request.ContainerID },
      Networks: [{ Target: network.ID }],
      ForceUpdate: 0,
      Runtime: 'attachment',
    },
    Status: { State: 'new', Timestamp: options.now, Message: 'created', PortStatus: {} },
  });
}

export function detachNetwork(tx: Transaction, taskID: string): void {
  const task = tx.get('task', taskID) ?? fail('NotFound', `attachment ${taskID} not found`);
  if (!task.Spec.NetworkAttachmentSpec)
    fail('PermissionDenied', `attachment ${taskID} is not a network attachment`);
  tx.remove('task', taskID);
}
