import type { RemoteInfo, Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { NameServer } from '../../src/deploy/nameservers/embedded/server.ts';
import { startNameServer } from '../../src/deploy/nameservers/embedded/server.ts';
import type { ServerAddress } from '../../src/deploy/network-fault.ts';
import { query } from '../../src/deploy/query.ts';
import { zoneSet } from '../../src/dns/answer/served-zone.ts';
import { decodeMessage } from '../../src/dns/message/decode.ts';
import { encodeMessage } from '../../src/dns/message/encode.ts';
import type { Message } from '../../src/dns/message/message.ts';
import { newQuestion, RCODE } from '../../src/dns/message/message.ts';
import { parseTsigKey } from '../../src/dns/message/tsig.ts';
import { parseName } from '../../src/dns/name.ts';
import { fromBuffer, octets, toBuffer } from '../../src/dns/octets.ts';
import { fixtureZone } from '../dns/answer/fixtures.ts';
import { freePort } from '../setup/name-servers.ts';

const name = parseName('www.delegations.test.');
const key = parseTsigKey('hmac-sha256:k:c2VjcmV0');
const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A UDP server that does with each query what it is told. */
async function udpServer(
  onQuery: (query: Message, reply: (message: Message | Buffer) => void) => void,
): Promise<ServerAddress> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (received: Buffer, from: RemoteInfo) => {
    onQuery(decodeMessage(fromBuffer(received)), (message) => {
      socket.send(Buffer.isBuffer(message) ? message : toBuffer(encodeMessage(message)), from.port, from.address);
    });
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return { host: '127.0.0.1', port: socket.address().port };
}

function response(to: Message, settings: Partial<Message> = {}): Message {
  return { ...to, response: true, authoritative: true, ...settings };
}

async function embedded(keys = new Map([[key.name, key]])): Promise<ServerAddress> {
  const zones = zoneSet([fixtureZone('delegations.test'), fixtureZone('sizes.test')]);
  const server = (await startNameServer({
    listen: [{ address: '127.0.0.1', port: 0 }],
    zones: () => zones,
    keys,
  })) as NameServer;
  closers.push(() => server.close());
  return { host: '127.0.0.1', port: server.addresses[0]?.port as number };
}

describe('query', () => {
  it('asks over UDP, and again over TCP where the answer is truncated', async () => {
    const server = await embedded();
    expect(await query(server, name, 1)).toMatchObject({ kind: 'answer', transport: 'udp' });
    const many = await query(server, parseName('more.sizes.test.'), 1);
    expect(many).toMatchObject({ kind: 'answer', transport: 'tcp', message: { truncated: false } });
    const cut = await query(server, parseName('more.sizes.test.'), 1, { transport: 'udp' });
    expect(cut).toMatchObject({ kind: 'answer', transport: 'udp', message: { truncated: true } });
  });

  it('takes a host by name', async () => {
    const { port } = await embedded();
    expect((await query({ host: 'localhost', port }, name, 1, { transport: 'tcp' })).kind).toBe('answer');
  });

  it('states EDNS, DO and RD as it is told', async () => {
    const seen: Message[] = [];
    const server = await udpServer((asked, reply) => {
      seen.push(asked);
      reply(response(asked));
    });
    await query(server, name, 1);
    await query(server, name, 1, { payload: 4096, dnssecOk: true, recursionDesired: true });
    await query(server, name, 1, { payload: 0 });
    expect(seen).toMatchObject([
      { edns: { payload: 1232, dnssecOk: false }, recursionDesired: false },
      { edns: { payload: 4096, dnssecOk: true }, recursionDesired: true },
      { edns: undefined },
    ]);
    expect(new Set(seen.map(({ id }) => id)).size).toBeGreaterThan(1);
  });

  it('waits past what does not belong to its question', async () => {
    const server = await udpServer((asked, reply) => {
      reply(Buffer.from('garbage'));
      reply(response(asked, { id: (asked.id + 1) & 0xffff }));
      reply(asked);
      reply(response(asked, { questions: [newQuestion(parseName('other.test.'), 1)] }));
      reply(response(asked, { questions: [newQuestion(name, 28)] }));
      reply(response(asked, { questions: [] }));
      const spelling = octets(asked.questions[0]?.spelling.toUpperCase() as string);
      reply(response(asked, { questions: [{ ...newQuestion(name, 1), spelling }] }));
      reply(Buffer.concat([toBuffer(encodeMessage(response(asked))), Buffer.from([0])]));
      reply(response(asked, { rcode: RCODE.NXDOMAIN }));
    });
    expect(await query(server, name, 1)).toMatchObject({ kind: 'answer', message: { rcode: RCODE.NXDOMAIN } });
  });

  it('takes an error without a question', async () => {
    const server = await udpServer((asked, reply) => reply(response(asked, { questions: [], rcode: RCODE.FORMERR })));
    expect(await query(server, name, 1)).toMatchObject({ kind: 'answer', message: { rcode: RCODE.FORMERR } });
  });

  it('asks again when nothing comes, and gives up in the end', async () => {
    let count = 0;
    const late = await udpServer((asked, reply) => {
      if (++count === 3) reply(response(asked));
    });
    expect((await query(late, name, 1, { timeoutMs: 30 })).kind).toBe('answer');
    const never = await udpServer(() => undefined);
    expect(await query(never, name, 1, { timeoutMs: 20, attempts: 2 })).toEqual({
      kind: 'fault',
      reason: 'timeout',
      message: `127.0.0.1 port ${never.port} has not answered within 40 ms`,
      fix: 'check that the name server runs and that no firewall is in the way',
    });
  });

  it('says so where only answers come that cannot be read', async () => {
    const server = await udpServer((asked, reply) =>
      reply(Buffer.concat([toBuffer(encodeMessage(response(asked))), Buffer.from([0])])),
    );
    expect(await query(server, name, 1, { timeoutMs: 30, attempts: 1 })).toMatchObject({ reason: 'malformed' });
  });

  it('asks over TCP where a truncated answer is cut in the middle of a record', async () => {
    const { port } = await embedded();
    const udp = createSocket('udp4');
    udp.bind(port, '127.0.0.2');
    await once(udp, 'listening');
    closers.push(() => udp.close());
    udp.on('message', (received, from) => {
      const cut = encodeMessage(response(decodeMessage(fromBuffer(received)), { truncated: true }));
      udp.send(toBuffer(octets(`${cut.slice(0, 6)}\0\x05${cut.slice(8)}xx`)), from.port, from.address);
    });
    const tcp = createServer((socket) => socket.destroy()).listen(port, '127.0.0.2');
    await once(tcp, 'listening');
    closers.push(() => tcp.close());
    expect(await query({ host: '127.0.0.2', port }, name, 1)).toMatchObject({ kind: 'fault', reason: 'closed' });
  });

  it.each(['udp', 'tcp'] as const)('says so where nothing listens: %s', async (transport) => {
    const port = await freePort();
    expect(await query({ host: '127.0.0.1', port }, name, 1, { transport })).toMatchObject({
      kind: 'fault',
      reason: 'refused',
      message: `nothing listens at 127.0.0.1 port ${port}`,
    });
  });

  it.each(['udp', 'tcp'] as const)('says so where a host has no address: %s', async (transport) => {
    const found = await query({ host: 'nowhere.invalid', port: 53 }, name, 1, { transport });
    expect(found).toMatchObject({ kind: 'fault', reason: 'unknown-host', message: 'nowhere.invalid has no address' });
  });

  it('waits for a TCP server that says nothing no longer than it may', async () => {
    const silent = createServer((socket) => closers.push(() => socket.destroy())).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    closers.push(() => silent.close());
    const { port } = silent.address() as { port: number };
    const found = await query({ host: '127.0.0.1', port }, name, 1, { transport: 'tcp', timeoutMs: 30 });
    expect(found).toMatchObject({ kind: 'fault', reason: 'timeout' });
  });
});

describe('query with a key', () => {
  it.each(['udp', 'tcp'] as const)('takes only signed answers: %s', async (transport) => {
    expect((await query(await embedded(), name, 1, { transport, key })).kind).toBe('answer');
    const found = await query(await embedded(new Map()), name, 1, { transport, key, timeoutMs: 30, attempts: 1 });
    expect(found).toMatchObject({ kind: 'fault', reason: 'tsig', message: expect.stringContaining('BADKEY') });
  });

  it('does not take an answer without a signature', async () => {
    const server = await udpServer((asked, reply) => reply(response(asked, { tsig: undefined })));
    const found = await query(server, name, 1, { key, timeoutMs: 30, attempts: 1 });
    expect(found).toMatchObject({ reason: 'tsig', message: expect.stringContaining('it is not signed') });
  });
});
