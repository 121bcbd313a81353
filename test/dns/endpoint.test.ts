import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../src/dns/endpoint.ts';
import { DnsSyntaxError } from '../../src/dns/fault.ts';

describe('an address with an optional port', () => {
  it.each([
    ['192.0.2.53', '192.0.2.53', 53],
    ['192.0.2.53:5300', '192.0.2.53', 5300],
    ['2001:db8::53', '2001:db8::53', 53],
    ['::1', '::1', 53],
    ['[2001:db8::53]', '2001:db8::53', 53],
    ['[2001:db8::53]:65535', '2001:db8::53', 65535],
  ])('%s', (text, host, port) => {
    expect(parseEndpoint(text)).toEqual({ host, port });
  });

  it.each([
    '',
    ':53',
    '192.0.2.53:',
    '192.0.2.53:0',
    '192.0.2.53:65536',
    '192.0.2.53:5a',
    '192.0.2.53:+5',
    '[192.0.2.53]:53',
    '[::1',
    '[::1]53',
    '[::1]:',
    '[]:53',
    '::1]:53',
    'dns.example.net',
    'dns.example.net:53',
    'fe80::1%eth0',
  ])('not %j', (text) => {
    expect(() => parseEndpoint(text)).toThrow(DnsSyntaxError);
  });
});
