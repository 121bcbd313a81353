import { describe, expect, it } from 'vitest';
import { parseIpv4, parseIpv6 } from '../../../../src/dns/fields/address.ts';
import { specialUseOf } from '../../../../src/zone/checks/addresses/special-ranges.ts';

function use(address: string): string {
  return specialUseOf(address.includes(':') ? parseIpv6(address) : parseIpv4(address)) ?? 'public';
}

describe('specialUseOf', () => {
  it.each([
    ['0.255.255.255', 'unspecified'],
    ['1.0.0.0', 'public'],
    ['9.255.255.255', 'public'],
    ['10.0.0.0', 'private'],
    ['10.255.255.255', 'private'],
    ['11.0.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.64.0.0', 'private'],
    ['100.127.255.255', 'private'],
    ['100.128.0.0', 'public'],
    ['127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['172.15.255.255', 'public'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'public'],
    ['192.0.0.8', 'reserved'],
    ['192.0.0.9', 'public'],
    ['192.0.2.255', 'documentation'],
    ['192.31.196.1', 'public'],
    ['192.167.255.255', 'public'],
    ['192.168.0.0', 'private'],
    ['198.17.255.255', 'public'],
    ['198.18.0.0', 'reserved'],
    ['198.20.0.0', 'public'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['223.255.255.255', 'public'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.0', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::2', 'public'],
    ['::ffff:192.0.2.1', 'IPv4-mapped'],
    ['64:ff9b::1', 'public'],
    ['64:ff9b:1::1', 'private'],
    ['100::1', 'reserved'],
    ['100:0:0:2::', 'public'],
    ['2001::1', 'public'],
    ['2001:2::1', 'reserved'],
    ['2001:4:112::1', 'public'],
    ['2001:20::1', 'public'],
    ['2001:1ff:ffff::', 'reserved'],
    ['2001:200::', 'public'],
    ['2001:db8::1', 'documentation'],
    ['2620:4f:8000::1', 'public'],
    ['3ffe:ffff::', 'public'],
    ['3fff:fff::', 'documentation'],
    ['3fff:1000::', 'public'],
    ['5f00::1', 'private'],
    ['fbff::', 'public'],
    ['fc00::', 'private'],
    ['fdff::1', 'private'],
    ['fe7f::', 'public'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', 'private'],
    ['ff02::1', 'multicast'],
  ])('%s is %s', (address, expected) => {
    expect(use(address)).toBe(expected);
  });
});
