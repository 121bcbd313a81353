import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startNameServer } from '../../src/deploy/nameservers/embedded/server.ts';
import type { ServerAddress } from '../../src/deploy/network-fault.ts';
import type { TransferRequest } from '../../src/deploy/transfer.ts';
import { transferZone } from '../../src/deploy/transfer.ts';
import type { ServedZone } from '../../src/dns/answer/served-zone.ts';
import { zoneSet } from '../../src/dns/answer/served-zone.ts';
import { encodeMessage } from '../../src/dns/message/encode.ts';
import { frame } from '../../src/dns/message/framing.ts';
import type { ResourceRecord } from '../../src/dns/message/message.ts';
import { newMessage } from '../../src/dns/message/message.ts';
import type { TsigKey } from '../../src/dns/message/tsig.ts';
import { parseTsigKey } from '../../src/dns/message/tsig.ts';
import { parseName } from '../../src/dns/name.ts';
import { octets } from '../../src/dns/octets.ts';
import { comparableRdata } from '../../src/dns/rdata.ts';
import { fixturePath, fixtureZone, zoneFromText } from '../dns/answer/fixtures.ts';
import type { NameServerKind, RunningServer } from '../setup/name-servers.ts';
import { freePort, programOf, startServer } from '../setup/name-servers.ts';
import { needs, runTool } from '../setup/tools.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function fetchZone(request: TransferRequest) {
  const records: ResourceRecord[] = [];
  const result = await transferZone(request, (record) => records.push(record));
  return { result, records };
}

/** The records in a form in which servers must agree on them, in order. */
function canonical(records: Iterable<Pick<ResourceRecord, 'owner' | 'type' | 'ttl' | 'rdata'>>): string[] {
  return [...records]
    .map(({ owner, type, ttl, rdata }) => `${owner} ${ttl} ${type} ${comparableRdata(type, rdata)}`)
    .sort();
}

function recordsOf(zone: ServedZone) {
  const rrsets = [...zone.owners.values()].flat();
  return rrsets.flatMap(({ owner, type, ttl, rdatas }) => rdatas.map((rdata) => ({ owner, type, ttl, rdata })));
}

async function embedded(zone: ServedZone, key?: TsigKey): Promise<ServerAddress> {
  const zones = zoneSet([zone]);
  const keys = new Map(key === undefined ? [] : [[key.name, key]]);
  const server = await startNameServer({ listen: [{ address: '127.0.0.1', port: 0 }], zones: () => zones, keys });
  if (server.kind === 'fault') throw new Error(server.message);
  closers.push(() => server.close());
  return { host: '127.0.0.1', port: server.addresses[0]?.port as number };
}

async function running(kind: NameServerKind, names: readonly string[], key?: TsigKey): Promise<RunningServer> {
  const zones = names.map((name) => ({ zone: parseName(`${name}.`), path: fixturePath(name) }));
  const server = await startServer(kind, { zones, ...(key === undefined ? {} : { key }) });
  closers.push(() => server.stop());
  return server;
}

const algorithms = ['hmac-sha1', 'hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-md5'] as const;
const keyOf = (algorithm: string) => parseTsigKey(`${algorithm}:transfer.test:MTIzNDU2Nzg5MGFiY2RlZjEyMzQ1Njc4OTA=`);

/** A zone of 30,002 records, many messages when it is transferred. */
const hosts = Array.from({ length: 30_000 }, (_, i) => `host-number-${i} A 192.0.2.${i % 250}`);
const bigText = ['$TTL 60', '@ SOA ns h 1 2 3 4 5', '@ NS host-number-1', ...hosts, ''].join('\n');

describe('from the embedded server', () => {
  const zone = zoneFromText('big.test.', bigText);

  it.each([undefined, keyOf('hmac-sha256')])('a zone of many messages comes whole', async (key) => {
    const server = await embedded(zone, key);
    const request = { server, zone: zone.apex, ...(key === undefined ? {} : { key }) };
    const { result, records } = await fetchZone(request);
    expect(result).toEqual({ kind: 'complete', records: 30_002 });
    expect(canonical(records)).toEqual(canonical(recordsOf(zone)));
  });

  it('a zone over the limit is given up', async () => {
    const request = { server: await embedded(zone), zone: zone.apex, maxRecords: 1000 };
    const { result, records } = await fetchZone(request);
    expect(result).toMatchObject({ kind: 'fault', reason: 'too-large' });
    expect(records).toHaveLength(1000);
  });
});

describe.each(['bind', 'knot', 'nsd'] as const)('from %s', (kind) => {
  const names = ['delegations.test', 'sizes.test', 'wildcards.test'] as const;

  describe.skipIf(needs(programOf[kind]))('', () => {
    it('every zone comes as its master file has it', async () => {
      const server = await running(kind, names);
      for (const name of names) {
        const zone = fixtureZone(name);
        const { result, records } = await fetchZone({ server, zone: zone.apex });
        expect(result).toEqual({ kind: 'complete', records: records.length });
        expect(canonical(records)).toEqual(canonical(recordsOf(zone)));
      }
    });

    it.each(algorithms)('a transfer is signed with %s', async (algorithm) => {
      const key = keyOf(algorithm);
      const server = await running(kind, ['delegations.test'], key);
      const zone = fixtureZone('delegations.test');
      const { result, records } = await fetchZone({ server, zone: zone.apex, key });
      expect(result.kind).toBe('complete');
      expect(canonical(records)).toEqual(canonical(recordsOf(zone)));
    });

    it('a signed zone of many messages comes whole', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'zonewright-transfer-'));
      closers.push(() => rm(folder, { recursive: true }));
      const path = join(folder, 'big.test.zone');
      await writeFile(path, bigText);
      const zone = zoneFromText('big.test.', bigText);
      const key = keyOf('hmac-sha256');
      const server = await startServer(kind, { zones: [{ zone: zone.apex, path }], key });
      closers.unshift(() => server.stop());
      const { result, records } = await fetchZone({ server, zone: zone.apex, key });
      expect(result).toEqual({ kind: 'complete', records: 30_002 });
      expect(canonical(records)).toEqual(canonical(recordsOf(zone)));
    });

    it('a refusal says what to do', async () => {
      const key = keyOf('hmac-sha256');
      const server = await running(kind, ['delegations.test'], key);
      const zone = parseName('delegations.test.');
      const faults = await Promise.all(
        [
          { server, zone },
          { server, zone, key: { ...key, secret: octets('another secret') } },
          { server, zone, key: { ...key, name: parseName('other.test.') } },
          { server, zone: parseName('example.org.'), key },
        ].map(async (request) => (await fetchZone(request)).result),
      );
      expect(faults).toMatchObject([
        { reason: 'rcode', message: expect.stringMatching(/port \d+: the server answers (REFUSED|NOTAUTH)/) },
        { reason: 'tsig', message: expect.stringContaining('BADSIG') },
        { reason: 'tsig', message: expect.stringContaining('BADKEY') },
        { reason: 'rcode', message: expect.stringMatching(/(NOTAUTH|REFUSED) to a transfer of example\.org\./) },
      ]);
    });
  });
});

describe('what goes wrong', () => {
  const zone = parseName('example.');

  it('is said where nothing listens', async () => {
    const server = { host: '127.0.0.1', port: await freePort() };
    expect((await fetchZone({ server, zone })).result).toMatchObject({ kind: 'fault', reason: 'refused' });
  });

  const soa = { owner: zone, type: 6, class: 1, ttl: 1, rdata: octets(`\0\0${'\0'.repeat(20)}`) };
  const cases: [string, (socket: Socket, id: string) => void, string][] = [
    ['hangs up', (socket) => socket.end(), 'closed'],
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'closed'],
    ['says nothing', () => undefined, 'timeout'],
    ['begins and says no more', (socket, id) => socket.write(begin(id)), 'timeout'],
    ['begins and hangs up', (socket, id) => socket.end(begin(id)), 'closed'],
    ['cuts a message off', (socket, id) => socket.end(begin(id).subarray(0, -3)), 'closed'],
    ['speaks another protocol', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'closed'],
    ['sends garbage', (socket) => socket.end(Buffer.from('\0\x10garbage garbage.', 'latin1')), 'malformed'],
    ['repeats itself', (socket, id) => socket.end(Buffer.concat([begin(id), begin(id), begin(id)])), 'done'],
  ];
  const begin = (id: string) =>
    frame(octets(id + encodeMessage(newMessage({ response: true, answers: [soa] })).slice(2)));

  it.each(cases)('is said where the server %s', async (_what, behave, reason) => {
    const tcp = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (piece) => behave(socket, piece.toString('latin1', 2, 4)));
      closers.push(() => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    closers.push(() => tcp.close());
    const { port } = tcp.address() as { port: number };
    const timeoutMs = reason === 'timeout' ? 50 : 30_000;
    const { result } = await fetchZone({ server: { host: '127.0.0.1', port }, zone, timeoutMs });
    expect(result.kind === 'fault' ? result.reason : 'done').toBe(reason);
  });
});

describe.skipIf(needs('dig', 'kdig'))('dig and kdig verify what the embedded server signs', () => {
  const zone = zoneFromText('big.test.', ['$TTL 60', '@ SOA ns h 1 2 3 4 5', ...hosts.slice(0, 3000), ''].join('\n'));

  /** How both begin a line when a signature or an answer is not right. */
  const complaint = /^;+ *(warning|error|couldn't|transfer failed)/im;

  it.each(algorithms)('with %s', async (algorithm) => {
    const key = keyOf(algorithm);
    const { port } = await embedded(zone, key);
    const base64 = Buffer.from(key.secret, 'latin1').toString('base64');
    const at = ['@127.0.0.1', '-p', String(port), '-y', `${algorithm}:${key.name}:${base64}`];
    for (const program of ['dig', 'kdig']) {
      const { stdout, stderr } = await runTool(program, [...at, 'big.test', 'AXFR', '+noall', '+answer']);
      expect(stdout.match(/ ?\bIN\b/g)).toHaveLength(3002);
      expect(stdout + stderr).not.toMatch(complaint);
      const single = await runTool(program, [...at, 'host-number-7.big.test', 'A', '+short']);
      expect(single.stdout).toMatch(/^192\.0\.2\.7$/m);
      expect(single.stdout + single.stderr).not.toMatch(complaint);
    }
  });

  it('and say so where they cannot', async () => {
    const { port } = await embedded(zone, keyOf('hmac-sha256'));
    const at = ['@127.0.0.1', '-p', String(port), '-y', 'hmac-sha256:transfer.test:c2VjcmV0'];
    for (const program of ['dig', 'kdig']) {
      const { stdout, stderr } = await runTool(program, [...at, 'big.test', 'AXFR']);
      expect(stdout + stderr).toMatch(complaint);
    }
  });
});
