import { describe, expect, it } from 'vitest';
import { closest } from '../../../src/zone/document/suggest.ts';

const keys = ['ttl', 'soa', 'dnssec', 'use', 'owners', 'records', 'generate', 'waive', 'checks'];

describe('the word that was probably meant', () => {
  it.each([
    ['recrods', 'records'],
    ['record', 'records'],
    ['Records', 'records'],
    ['tll', 'ttl'],
    ['TTL', 'ttl'],
    ['owner', 'owners'],
    ['genarat', 'generate'],
    ['dnsec', 'dnssec'],
    ['x', undefined],
    ['zebra', undefined],
    ['', undefined],
    ['a'.repeat(100_000), undefined],
  ])('%s: %s', (word, expected) => {
    expect(closest(word, keys)).toBe(expected);
  });
});
