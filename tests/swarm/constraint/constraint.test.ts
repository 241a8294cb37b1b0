import { describe, expect, it } from 'vitest';
import { no } from '../../../src/swarm/api/index.ts';
import {
  labelValue,
  nodeMatches,
  parseConstraints,
  placementMatches,
} from '../../../src/swarm/constraint/index.ts';
import { node } from '../../builders/index.ts';

const NODE = node('abc123', {
  hostname: 'Worker1',
  Role: 'manager',
  addr: '192.168.99.101',
  labels: { zone: 'East', empty: '' },
  engineLabels: { storage: 'ssd' },
});

const matches = (expression: string, of = NODE): boolean => {
  const parsed = parseConstraints([expression]);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return nodeMatches(parsed.value, of);
};

describe('matching', () => {
  it.each([
    ['node.id==abc123', true],
    ['node.id==abc', false],
    ['node.id!=abc', true],
    ['NODE.ID == ABC123', true],
    ['node.hostname==worker1', true],
    ['node.hostname != worker1', false],
    ['node.role==manager', true],
    ['node.role==worker', false],
    ['node.role!=worker', true],
    ['node.platform.os==linux', true],
    ['node.platform.arch==x86_64', true],
    ['node.platform.arch==amd64', false],
    ['node.ip==192.168.99.101', true],
    ['node.ip!=192.168.99.101', false],
    ['node.ip==192.168.99.0/24', true],
    ['node.ip==192.168.98.0/24', false],
    ['node.ip!=192.168.98.0/24', true],
    ['node.ip==192.168.99.0/33', false],
    ['node.ip!=nonsense', false],
    ['node.labels.zone==east', true],
    ['node.labels.ZONE==east', false],
    ['node.labels.zone!=west', true],
    ['node.labels.none==x', false],
    ['node.labels.none!=x', true],
    ['engine.labels.storage==ssd', true],
    ['engine.labels.storage!=ssd', false],
    ['Engine.Labels.storage==SSD', true],
    ['node.labels.==x', false],
    ['node.color==red', false],
    ['node.color!=red', false],
  ])('%s: %s', (expression, expected) => {
    expect(matches(expression)).toBe(expected);
  });

  it('compares what a node has not told with the empty text', () => {
    const fresh = { ...NODE, Description: undefined };
    expect(matches('node.hostname!=a', fresh)).toBe(true);
    expect(matches('node.hostname==a', fresh)).toBe(false);
    expect(matches('engine.labels.a!=b', fresh)).toBe(true);
    expect(matches('node.platform.os==linux', fresh)).toBe(false);
  });

  it('wants all of several', () => {
    expect(
      placementMatches({ Constraints: ['node.role==manager', 'node.labels.zone==east'] }, NODE),
    ).toBe(true);
    expect(
      placementMatches({ Constraints: ['node.role==manager', 'node.labels.zone==west'] }, NODE),
    ).toBe(false);
    expect(placementMatches(undefined, NODE)).toBe(true);
    expect(placementMatches({ Constraints: [] }, NODE)).toBe(true);
  });
});

describe('parsing', () => {
  it.each([
    ['node.role', 'constraint expected one operator from ==, !='],
    ['node.role=manager', 'constraint expected one operator from ==, !='],
    ['node.role~=manager', 'constraint expected one operator from ==, !='],
    ['==manager', "key '' is invalid"],
    ['1abc==manager', "key '1abc' is invalid"],
    ['no de==manager', "key 'no de' is invalid"],
    ['node.role==', "value '' is invalid"],
    ['node.role==a=b', "value 'a=b' is invalid"],
    ['node.role==한국', "value '한국' is invalid"],
    ['node.role===manager', "value '=manager' is invalid"],
  ])('%s: %s', (expression, message) => {
    expect(parseConstraints([expression])).toEqual(no('Unknown', message));
  });

  it('takes the first operator of the list that is there', () => {
    expect(parseConstraints(['a.b != c == d'])).toEqual(no('Unknown', "key 'a.b != c' is invalid"));
    expect(parseConstraints(['node.labels.os == Ubuntu 22.04 (LTS)'])).toEqual({
      ok: true,
      value: [{ key: 'node.labels.os', operator: '==', value: 'Ubuntu 22.04 (LTS)' }],
    });
  });
});

it('finds the value of a label', () => {
  expect(labelValue('node.labels.zone', NODE)).toBe('East');
  expect(labelValue('Node.Labels.zone', NODE)).toBe('East');
  expect(labelValue('engine.labels.storage', NODE)).toBe('ssd');
  expect(labelValue('node.labels.none', NODE)).toBe('');
  expect(labelValue('node.id', NODE)).toBeUndefined();
});
