import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { limitComplaints } from '../../../../src/deploy/nameservers/embedded/complaints.ts';
import type { NameServer, NameServerSettings, QueryEvent } from '../../../../src/deploy/nameservers/embedded/server.ts';
import { startNameServer } from '../../../../src/deploy/nameservers/embedded/server.ts';
import type { ServerAddress } from '../../../../src/deploy/network-fault.ts';
import { query } from '../../../../src/deploy/query.ts';
import { zoneSet } from '../../../../src/dns/answer/served-zone.ts';
import { decodeMessage } from '../../../../src/dns/message/decode.ts';
import { encodeMessage } from '../../../../src/dns/message/encode.ts';
import { deframe, frame, newDeframer } from '../../../../src/dns/message/framing.ts';
import type { Message } from '../../../../src/dns/message/message.ts';
import { newMessage, newQuestion } from '../../../../src/dns/message/message.ts';
import { parseName } from '../../../../src/dns/name.ts';
import type { Octets } from '../../../../src/dns/octets.ts';
import { zoneFromText } from '../../../dns/answer/fixtures.ts';
import { needs, runTool } from '../../../setup/tools.ts';

const zone = (address: string, more = '') =>
  zoneFromText('example.', `$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A ${address}\n${more}`);
const zones = zoneSet([zone('192.0.2.1')]);
const example = parseName('example.');
const ns = parseName('ns.example.');

const running: NameServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(settings: Partial<NameServerSettings> = {}): Promise<ServerAddress & { server: NameServer }> {
  const server = await startNameServer({
    listen: [{ address: '127.0.0.1', port: 0 }],
    zones: () => zones,
    ...settings,
  });
  if (server.kind === 'fault') throw new Error(server.message);
  running.push(server);
  const [first] = server.addresses;
  return { host: first?.address as string, port: first?.port as number, server };
}

function question(id: number, name = ns, type = 1): Octets {
  return encodeMessage(newMessage({ id, questions: [newQuestion(name, type)] }));
}

/** Collects messages from a TCP connection until it ends or `count` have come. */
async function collect(socket: Socket, count = Number.POSITIVE_INFINITY): Promise<Message[]> {
  const deframer = newDeframer();
  const messages: Message[] = [];
  for await (const piece of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    messages.push(...deframe(deframer, piece).map(decodeMessage));
    if (messages.length >= count) break;
  }
  return messages;
}

async function open({ host, port }: ServerAddress): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

describe('startNameServer', () => {
  it('answers over UDP and TCP on the same port', async () => {
    const at = await start();
    for (const transport of ['udp', 'tcp'] as const) {
      const found = await query(at, ns, 1, { transport });
      expect(found).toMatchObject({ kind: 'answer', transport, message: { authoritative: true, rcode: 0 } });
    }
  });

  it('listens on IPv6 and IPv4 at once', async () => {
    const { server } = await start({
      listen: [
        { address: '127.0.0.1', port: 0 },
        { address: '::1', port: 0 },
      ],
    });
    expect(server.addresses.map(({ address }) => address)).toEqual(['127.0.0.1', '::1']);
    const { port } = server.addresses[1] as { port: number };
    for (const transport of ['udp', 'tcp'] as const) {
      expect((await query({ host: '::1', port }, ns, 1, { transport })).kind).toBe('answer');
    }
  });

  it('serves the zones of the moment', async () => {
    let current = zones;
    const at = await start({ zones: () => current });
    const address = async () => {
      const found = await query(at, ns, 1);
      return found.kind === 'answer' ? found.message.answers[0]?.rdata : found;
    };
    expect(await address()).toBe('\xc0\0\x02\x01');
    current = zoneSet([zone('192.0.2.2')]);
    expect(await address()).toBe('\xc0\0\x02\x02');
  });

  it('tells about each query', async () => {
    const events: QueryEvent[] = [];
    const at = await start({ onQuery: (event) => events.push(event) });
    await query(at, parseName('nx.example.'), 28);
    await query(at, parseName('example.org.'), 1, { transport: 'tcp' });
    expect(events).toMatchObject([
      { transport: 'udp', rcode: 3, client: { address: '127.0.0.1' }, query: { questions: [{ name: 'nx.example.' }] } },
      { transport: 'tcp', rcode: 5, query: { questions: [{ name: 'example.org.', type: 1 }] } },
    ]);
  });

  it('keeps answering when something behind it breaks, and says so', async () => {
    const problems: string[] = [];
    let broken = true;
    const at = await start({
      onProblem: (text) => problems.push(text),
      zones: () => {
        if (broken) throw new Error('no zones today');
        return zones;
      },
    });
    expect(await query(at, ns, 1, { timeoutMs: 50, attempts: 2 })).toMatchObject({ kind: 'fault', reason: 'timeout' });
    expect(problems).toEqual([expect.stringContaining('no zones today')]);
    broken = false;
    expect((await query(at, ns, 1)).kind).toBe('answer');
  });

  it('gives the port back when it is closed, and cuts connections', async () => {
    const { server, ...at } = await start();
    const socket = await open(at);
    const cut = once(socket, 'close');
    running.splice(0);
    await server.close();
    socket.destroy();
    await cut;
    expect(await query(at, ns, 1, { transport: 'tcp' })).toMatchObject({ kind: 'fault', reason: 'refused' });
    const again = await startNameServer({ listen: [{ address: at.host, port: at.port }], zones: () => zones });
    expect(again.kind).toBe('listening');
    if (again.kind === 'listening') await again.close();
  });

  it('says what is wrong with an address, and leaves nothing listening', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const both = [
      { address: '127.0.0.1', port: 0 },
      { address: '127.0.0.1', port },
    ];
    expect(await startNameServer({ listen: both, zones: () => zones })).toEqual({
      kind: 'fault',
      message: `127.0.0.1:${port} is in use by another program`,
      fix: 'stop that program or choose another port',
    });
    other.close();
    const far = await startNameServer({ listen: [{ address: '192.0.2.1', port: 0 }], zones: () => zones });
    expect(far).toMatchObject({ kind: 'fault', message: '192.0.2.1:0 is not an address of this machine' });
    const taken = createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const udp = await startNameServer({ listen: [taken.address()], zones: () => zones });
    expect(udp).toMatchObject({ kind: 'fault', message: expect.stringContaining('in use') });
    taken.close();
  });
});

describe('UDP', () => {
  it('is not disturbed by garbage', async () => {
    const at = await start();
    const socket = createSocket('udp4');
    const replies: number[] = [];
    socket.on('message', (reply) => replies.push(reply.length));
    for (let i = 0; i < 200; i++) socket.send(Buffer.alloc(i, i), at.port, at.host);
    expect((await query(at, ns, 1)).kind).toBe('answer');
    socket.close();
    expect(replies.every((length) => length === 12)).toBe(true);
  });
});

describe('TCP', () => {
  it('answers many queries that come at once, in their order', async () => {
    const socket = await open(await start());
    socket.write(Buffer.concat(Array.from({ length: 500 }, (_, id) => frame(question(id)))));
    const messages = await collect(socket, 500);
    expect(messages.map(({ id }) => id)).toEqual(Array.from({ length: 500 }, (_, id) => id));
    socket.destroy();
  });

  it('answers a query that comes octet by octet', async () => {
    const socket = await open(await start());
    socket.setNoDelay(true);
    for (const octet of frame(question(7))) {
      await new Promise((resolve) => socket.write(Buffer.from([octet]), resolve));
    }
    expect((await collect(socket, 1))[0]?.id).toBe(7);
    socket.destroy();
  });

  it('answers what was asked before the client ended its side', async () => {
    const socket = await open(await start());
    socket.end(Buffer.concat([frame(question(1)), frame(question(2))]));
    expect((await collect(socket)).map(({ id }) => id)).toEqual([1, 2]);
  });

  it('passes over messages that get no answer', async () => {
    const socket = await open(await start());
    const response = encodeMessage(newMessage({ id: 1, response: true }));
    socket.end(Buffer.concat([frame(response), Buffer.from([0, 0]), Buffer.from([0, 1, 1]), frame(question(2))]));
    expect((await collect(socket)).map(({ id }) => id)).toEqual([2]);
  });

  it('closes a connection on which nothing is asked, or only half', async () => {
    const at = await start({ tcp: { idleTimeoutMs: 100 } });
    const silent = await open(at);
    const half = await open(at);
    half.write(frame(question(1)).subarray(0, 5));
    expect(await Promise.all([collect(silent).catch(() => []), collect(half).catch(() => [])])).toEqual([[], []]);
  });

  it('closes a connection that is kept busy without asking', async () => {
    const at = await start({ tcp: { idleTimeoutMs: 200 } });
    const [unfinished, empty] = await Promise.all([open(at), open(at)]);
    unfinished.write(Buffer.from([255, 255]));
    const drip = setInterval(() => {
      unfinished.write(Buffer.from([0]));
      empty.write(Buffer.from([0, 0]));
    }, 20);
    const collected = await Promise.all([unfinished, empty].map((socket) => collect(socket).catch(() => [])));
    clearInterval(drip);
    expect(collected).toEqual([[], []]);
  });

  it('closes a connection after its share of queries', async () => {
    const socket = await open(await start({ tcp: { maxQueries: 3 } }));
    socket.write(Buffer.concat([1, 2, 3, 4, 5].map((id) => frame(question(id)))));
    expect((await collect(socket)).map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it('takes no more connections than it may, and takes new ones when old ones end', async () => {
    const problems: string[] = [];
    const at = await start({ tcp: { maxConnections: 2 }, onProblem: (text) => problems.push(text) });
    const [first, second] = await Promise.all([open(at), open(at)]);
    const third = await open(at);
    expect(await collect(third).catch(() => [])).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('more than 2 connections')]);
    second.write(frame(question(1)));
    expect(await collect(second, 1)).toHaveLength(1);
    first.end(frame(question(2)));
    await collect(first);
    first.destroy();
    await expect.poll(async () => (await query(at, ns, 1, { transport: 'tcp' })).kind).toBe('answer');
    second.destroy();
  });

  it('gives up a client that does not read what it asked for', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `n${i} TXT "${'x'.repeat(200)}"`).join('\n');
    const large = zoneSet([zone('192.0.2.1', lines)]);
    const at = await start({ zones: () => large, tcp: { idleTimeoutMs: 200, maxConnections: 1 } });
    const socket = await open(at);
    socket.write(frame(question(1, example, 252)));
    const other = () => query(at, ns, 1, { transport: 'tcp' });
    expect((await other()).kind).toBe('fault');
    await expect.poll(async () => (await other()).kind, { timeout: 5000 }).toBe('answer');
    socket.destroy();
  });
});

describe('limitComplaints', () => {
  it('passes one a second and counts the others', () => {
    let now = 0;
    const passed: string[] = [];
    const complain = limitComplaints(
      (text) => passed.push(text),
      () => now,
    );
    for (const at of [0, 1, 999, 1000, 1500, 3000]) {
      now = at;
      complain(`at ${at}`);
    }
    expect(passed).toEqual(['at 0', 'at 1000 (and 2 more before it)', 'at 3000 (and 1 more before it)']);
  });
});

describe.skipIf(needs('dig', 'kdig'))('dig and kdig', () => {
  it('understand the answers', async () => {
    const { port } = await start({ zones: () => zoneSet([zone('192.0.2.1', 'long TXT "a" "b c"')]) });
    const at = ['@127.0.0.1', '-p', String(port)];
    const dig = await runTool('dig', [...at, 'ns.example', 'A', '+noall', '+answer', '+norec']);
    expect(dig.stdout.trim().split(/\s+/)).toEqual(['ns.example.', '60', 'IN', 'A', '192.0.2.1']);
    const status = await runTool('dig', [...at, 'nx.example', 'A', '+noall', '+comments', '+authority', '+norec']);
    expect(status.stdout).toMatch(/status: NXDOMAIN[\s\S]*flags: qr aa;[\s\S]*SOA/);
    expect(status.stdout).not.toMatch(/WARNING|malformed/);
    const kdig = await runTool('kdig', [...at, '+tcp', 'long.example', 'TXT', '+short']);
    expect(kdig.stdout).toBe('"a" "b c"\n');
    const version = await runTool('dig', [...at, 'version.bind', 'CH', 'TXT', '+short']);
    expect(version.stdout).toBe('"zonewright preview"\n');
  });

  it('transfer a zone', async () => {
    const { port } = await start();
    const at = ['@127.0.0.1', '-p', String(port), 'example', 'AXFR'];
    const dig = await runTool('dig', [...at, '+noall', '+answer']);
    expect(
      dig.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/)[3]),
    ).toEqual(['SOA', 'NS', 'A', 'SOA']);
    const kdig = await runTool('kdig', [...at, '+noall', '+answer']);
    expect(
      kdig.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/)[3]),
    ).toEqual(['SOA', 'NS', 'A', 'SOA']);
  });
});
