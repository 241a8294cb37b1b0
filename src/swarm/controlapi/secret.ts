/**
 * Secrets and configs: create, change labels, remove.
 *
 * Real: swarmkit manager/controlapi/{secret,config}.go
 */
import type { Random } from '../../sim/index.ts';
import {
  SwarmFailure,
  type Config,
  type ConfigSpec,
  type Secret,
  type SecretSpec,
} from '../api/index.ts';
import { ERR_NAME_CONFLICT, newID, type Transaction } from '../store/index.ts';
import { checkConfigOrSecretName, fail, invalid, isEqual, utf8Bytes } from './common.ts';

type Kind = 'secret' | 'config';
const BYTES_MAX: Readonly<Record<Kind, number>> = { secret: 500 * 1024, config: 1000 * 1024 };

export function createSecretOrConfig(
  tx: Transaction,
  kind: Kind,
  spec: SecretSpec & ConfigSpec,
  random: Random,
): Secret | Config {
  checkConfigOrSecretName(spec.Name);
  const bytes = utf8Bytes(spec.Data ?? '');
  if (!spec.Driver && (bytes === 0 || bytes >= BYTES_MAX[kind]))
    invalid(`${kind} data must be larger than 0 and less than ${BYTES_MAX[kind]} bytes`);
  try {
    return tx.create(kind, { ID: newID(random), Spec: spec });
  } catch (error) {
    if (error instanceof SwarmFailure && error.message === ERR_NAME_CONFLICT)
      fail('AlreadyExists', `${kind} ${spec.Name} already exists`);
    throw error;
  }
}

export function updateSecretOrConfig(
  tx: Transaction,
  kind: Kind,
  request: {
    readonly ID: string;
    readonly Version: number;
    readonly Spec: SecretSpec & ConfigSpec;
  },
): Secret | Config {
  const object: Secret | Config =
    tx.get(kind, request.ID) ?? fail('NotFound', `${kind} ${request.ID} not found`);
  const { Spec: spec } = request;
  const isSame =
    spec.Name === object.Spec.Name &&
    (spec.Data === undefined || spec.Data === '' || spec.Data === object.Spec.Data) &&
    isEqual(spec.Templating, object.Spec.Templating);
  if (!isSame) invalid('only updates to Labels are allowed');
  return tx.update(kind, {
    ...object,
    Version: { Index: request.Version },
    Spec: { ...object.Spec, Labels: spec.Labels },
  });
}

export function removeSecretOrConfig(tx: Transaction, kind: Kind, id: string): void {
  const object: Secret | Config = tx.get(kind, id) ?? fail('NotFound', `${kind} ${id} not found`);
  const users = tx
    .list('service', kind === 'secret' ? { secretID: id } : { configID: id })
    .map((service) => service.Spec.Name);
  if (users.length > 0)
    invalid(
      `${kind} '${object.Spec.Name}' is in use by the following ${users.length === 1 ? 'service' : 'services'}: ${users.join(', ')}`,
    );
  tx.remove(kind, id);
}
