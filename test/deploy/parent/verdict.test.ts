import { describe, expect, it } from 'vitest';
import { networkFault, timedOut } from '../../../src/deploy/network-fault.ts';
import { type ParentReply, verdictOf } from '../../../src/deploy/parent/verdict.ts';
import { parseName } from '../../../src/dns/name.ts';

const zone = parseName('example.com.');
const [a, b] = [parseName('a.com.'), parseName('b.com.')];

function found(...servers: (typeof a)[]) {
  const named = servers.map((name) => ({ name, addresses: [], fault: undefined }));
  return { kind: 'found', zone: parseName('com.'), servers: named } as const;
}

const heard = (server: typeof a, address: string, ttl = 300): ParentReply => {
  return { servers: [server], address, said: { kind: 'ds', ds: [], ttl }, unknown: [] };
};
const noRoute = (server: typeof a, address: string): ParentReply => {
  return {
    servers: [server],
    address,
    said: networkFault({ host: address, port: 53 }, { code: 'ENETUNREACH' }),
    unknown: [],
  };
};
const silent = (server: typeof a, address: string): ParentReply => {
  return { servers: [server], address, said: timedOut({ host: address, port: 53 }, 1), unknown: [] };
};

describe('what the replies come to', () => {
  it('leaves aside a family that this machine does not have', () => {
    const replies = [
      heard(a, '192.0.2.1'),
      noRoute(a, '2001:db8::1'),
      heard(b, '192.0.2.2', 600),
      noRoute(b, '2001:db8::2'),
    ];
    expect(verdictOf(zone, found(a, b), replies)).toMatchObject({ kind: 'agreed', ttl: 600 });
  });

  it('needs every server', () => {
    const replies = [heard(a, '192.0.2.1'), noRoute(b, '2001:db8::2')];
    expect(verdictOf(zone, found(a, b), replies)).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('b.com.: this machine has no way to 2001:db8::2 port 53'),
    });
  });

  it('needs every address of a family that this machine has', () => {
    for (const other of [heard(b, '2001:db8::2'), silent(b, '2001:db8::2')]) {
      const replies = [heard(a, '192.0.2.1'), noRoute(a, '2001:db8::1'), heard(b, '192.0.2.2'), other];
      expect(verdictOf(zone, found(a, b), replies)).toHaveProperty('kind', 'unreachable');
    }
  });

  it('is nothing without any reply', () => {
    expect(verdictOf(zone, found(), [])).toHaveProperty('kind', 'unreachable');
  });
});
