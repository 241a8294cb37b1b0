import { describe, expect, it } from 'vitest';
import {
  AddressPool,
  NumberPool,
  SubnetPools,
  formatSubnet,
  parseSubnet,
} from '../../../src/swarm/allocator/ipam.ts';

const subnet = (text: string): NonNullable<ReturnType<typeof parseSubnet>> => parseSubnet(text)!;

describe('addresses of a subnet', () => {
  it('come one after the other, and a freed one only after all others', () => {
    const pool = new AddressPool(subnet('10.0.1.0/29'));
    expect([1, 2, 3].map(() => pool.take())).toEqual(['10.0.1.1/29', '10.0.1.2/29', '10.0.1.3/29']);
    pool.free('10.0.1.2/29');
    expect([1, 2, 3, 4].map(() => pool.take())).toEqual([
      '10.0.1.4/29',
      '10.0.1.5/29',
      '10.0.1.6/29',
      '10.0.1.2/29',
    ]);
    expect(pool.take()).toBeUndefined();
    pool.free('10.0.1.5/29');
    expect(pool.take()).toBe('10.0.1.5/29');
  });

  it('can be asked for by name, which does not move on what comes next', () => {
    const pool = new AddressPool(subnet('10.0.1.0/24'));
    expect(pool.takeThis('10.0.1.254')).toBe(true);
    expect(pool.takeThis('10.0.1.254')).toBe(false);
    expect(pool.takeThis('10.0.2.1')).toBe(false);
    expect(pool.take()).toBe('10.0.1.1/24');
  });

  it('keep to the range', () => {
    const pool = new AddressPool(subnet('10.0.1.0/24'), subnet('10.0.1.128/30'));
    expect([1, 2, 3, 4, 5].map(() => pool.take())).toEqual([
      '10.0.1.128/24',
      '10.0.1.129/24',
      '10.0.1.130/24',
      '10.0.1.131/24',
      undefined,
    ]);
  });
});

describe('subnets', () => {
  const take = (pools: SubnetPools): string => {
    const taken = pools.take();
    return taken ? formatSubnet(taken) : 'none';
  };

  it('are cut from the pools in order, the first free one first', () => {
    const pools = new SubnetPools(['10.0.0.0/8'], 24);
    expect([1, 2, 3].map(() => take(pools))).toEqual(['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']);
    pools.free(subnet('10.0.1.0/24'));
    expect(take(pools)).toBe('10.0.1.0/24');
  });

  it('never overlap', () => {
    const pools = new SubnetPools(['10.0.0.0/8'], 24);
    expect(pools.takeThis(subnet('10.0.0.0/15'))).toBe(true);
    expect(pools.takeThis(subnet('10.1.5.0/24'))).toBe(false);
    expect(take(pools)).toBe('10.2.0.0/24');
  });

  it('run out', () => {
    const pools = new SubnetPools(['20.20.0.0/30', '30.30.0.0/31'], 31);
    expect([1, 2, 3, 4].map(() => take(pools))).toEqual([
      '20.20.0.0/31',
      '20.20.0.2/31',
      '30.30.0.0/31',
      'none',
    ]);
  });
});

it('numbers go round', () => {
  const pool = new NumberPool(5, 7);
  expect([1, 2, 3, 4].map(() => pool.take())).toEqual([5, 6, 7, undefined]);
  pool.free(6);
  expect(pool.take()).toBe(6);
  expect(pool.takeThis(6)).toBe(false);
  expect(pool.takeThis(8)).toBe(false);
});
