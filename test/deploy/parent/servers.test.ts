import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startNameServer } from '../../../src/deploy/nameservers/embedded/server.ts';
import { type AskSettings, askParent } from '../../../src/deploy/parent/parent.ts';
import { zoneSet } from '../../../src/dns/answer/served-zone.ts';
import { parseName } from '../../../src/dns/name.ts';
import { rdataFromText } from '../../../src/dns/rdata.ts';
import { zoneFromText } from '../../dns/answer/fixtures.ts';
import { freePort, type NameServerKind, programOf, startServer } from '../../setup/name-servers.ts';
import { needs } from '../../setup/tools.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const zone = parseName('example.co.uk.');
const DIGEST = 'aa'.repeat(32);
const ds = (tag: number) => `${tag} 13 2 ${DIGEST}`;
const dsRdata = (tag: number) => rdataFromText(43, ds(tag));

/** The servers of co.uk: ns1 is at 127.0.0.1, and so on. */
function parentZone(addresses: readonly string[], records = ''): string {
  const servers = addresses.map((address, i) => `@ NS ns${i + 1}.nic\nns${i + 1}.nic A ${address}\n`).join('');
  return `$TTL 1h\n@ SOA ns1.nic hostmaster.nic 1 3600 600 86400 300\n${servers}example NS ns.example.net.\n${records}`;
}

const child = '$TTL 1h\n@ SOA ns.example.net. h.example.net. 7 3600 600 86400 60\n@ NS ns.example.net.\n';
const signed = (...tags: number[]) => tags.map((tag) => `example 2h DS ${ds(tag)}\n`).join('');

/** A resolver that knows co.uk, which hangs below the root with an empty non-terminal between. */
async function resolver(parent: string, port = 0): Promise<string> {
  const root = '$TTL 1h\n. SOA . . 1 2 3 4 5\n. NS a.root.\na.root. A 127.0.0.9\nco.uk. NS ns1.nic.co.uk.\n';
  const zones = zoneSet([zoneFromText('.', root), zoneFromText('co.uk.', parent)]);
  const server = await startNameServer({ listen: [{ address: '127.0.0.1', port }], zones: () => zones });
  if (server.kind === 'fault') throw new Error(server.message);
  closers.push(() => server.close());
  return `127.0.0.1:${server.addresses[0]?.port}`;
}

interface Running {
  readonly kind: NameServerKind;
  readonly zones: Readonly<Record<string, string>>;
}

/** Starts servers at 127.0.0.1, 127.0.0.2, …, and gives how to ask them. BIND only takes the first: it goes by interfaces. */
async function world(running: readonly Running[], seen?: string): Promise<AskSettings> {
  const folder = await mkdtemp(join(tmpdir(), 'zonewright-parent-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  await Promise.all(
    running.map(async ({ kind, zones }, i) => {
      const files = Object.entries(zones).map(async ([name, text], j) => {
        const path = join(folder, `${i}-${j}.zone`);
        await writeFile(path, text);
        return { zone: parseName(name), path };
      });
      const server = await startServer(kind, { zones: await Promise.all(files), host: `127.0.0.${i + 1}`, port });
      closers.push(() => server.stop());
    }),
  );
  const addresses = running.map((_, i) => `127.0.0.${i + 1}`);
  return { resolvers: [await resolver(seen ?? parentZone(addresses))], port, timeoutMs: 500, attempts: 2 };
}

const three = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const kinds: readonly NameServerKind[] = ['bind', 'knot', 'nsd'];

describe.skipIf(needs(...Object.values(programOf)))('the DS at the parent', () => {
  const everywhere = (text: string) => kinds.map((kind) => ({ kind, zones: { 'co.uk.': text } }));

  it('is what all servers have', async () => {
    const settings = await world(everywhere(parentZone(three, signed(11, 12))));
    const found = await askParent(zone, settings);
    expect(found).toMatchObject({ kind: 'agreed', parent: 'co.uk.', ds: [dsRdata(11), dsRdata(12)], ttl: 7200 });
    expect(found.replies.map(({ address }) => address).sort()).toEqual(three);
  });

  it('is absent where all servers say so, for the negative TTL', async () => {
    const settings = await world(everywhere(parentZone(three)));
    expect(await askParent(zone, settings)).toMatchObject({ kind: 'agreed', ds: [], ttl: 300 });
  });

  it('is not known while one server lags behind', async () => {
    const [old, late] = [parentZone(three, signed(11)), parentZone(three, signed(11, 12))];
    const settings = await world([
      { kind: 'bind', zones: { 'co.uk.': late } },
      { kind: 'knot', zones: { 'co.uk.': old } },
      { kind: 'nsd', zones: { 'co.uk.': late } },
    ]);
    const found = await askParent(zone, settings);
    expect(found.kind).toBe('disagree');
    expect(found).toHaveProperty(
      'message',
      `the servers of co.uk. do not agree on the DS of example.co.uk.: 13-00011 (digest type 2, ${DIGEST}) and ` +
        `13-00012 (digest type 2, ${DIGEST}) at ns1.nic.co.uk. (127.0.0.1); ns3.nic.co.uk. (127.0.0.3); ` +
        `13-00011 (digest type 2, ${DIGEST}) at ns2.nic.co.uk. (127.0.0.2)`,
    );
  });

  it('is not known while the parent has a server that the resolver has not heard of', async () => {
    const text = parentZone(three, signed(11));
    const known = parentZone(three.slice(0, 2), signed(11));
    const settings = await world(
      [
        { kind: 'knot', zones: { 'co.uk.': text } },
        { kind: 'knot', zones: { 'co.uk.': known } },
      ],
      known,
    );
    const found = await askParent(zone, settings);
    expect(found).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('ns3.nic.co.uk.') });
    expect(found.replies.map(({ said }) => said.kind)).toEqual(['ds', 'ds']);
  });

  it('is not known while a server is down', async () => {
    const text = parentZone(three);
    const running = kinds.slice(0, 2).map((kind) => ({ kind, zones: { 'co.uk.': text } }));
    const settings = await world(running, text);
    const found = await askParent(zone, settings);
    expect(found).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('ns3.nic.co.uk.: nothing') });
    expect(found.replies.map(({ said }) => said.kind)).toEqual(['ds', 'ds', 'fault']);
  });

  it.each(kinds)('comes over TCP where it is large: %s', async (kind) => {
    const tags = Array.from({ length: 40 }, (_, i) => 1000 + i);
    const settings = await world([{ kind, zones: { 'co.uk.': parentZone(['127.0.0.1'], signed(...tags)) } }]);
    const found = await askParent(zone, settings);
    expect(found.kind === 'agreed' && found.ds).toHaveLength(40);
  });

  it.each(kinds)('is told by a server of both, which speaks for the parent: %s', async (kind) => {
    const zones = (records: string) => ({ 'co.uk.': parentZone(['127.0.0.1'], records), 'example.co.uk.': child });
    const settings = await world([{ kind, zones: zones(signed(11)) }]);
    expect(await askParent(zone, settings)).toMatchObject({ kind: 'agreed', ds: [dsRdata(11)], ttl: 7200 });
    await Promise.all(closers.splice(0).map((close) => close()));
    const unsigned = await world([{ kind, zones: zones('') }]);
    expect(await askParent(zone, unsigned)).toMatchObject({ kind: 'agreed', ds: [], ttl: 300 });
  });

  it.each(kinds)('is not told by a server of the child alone: %s', async (kind) => {
    const settings = await world([{ kind, zones: { 'example.co.uk.': child } }]);
    expect(await askParent(zone, settings)).toMatchObject({
      kind: 'fault',
      message: expect.stringContaining('(127.0.0.1) answers for example.co.uk. itself, not for co.uk.'),
    });
  });

  it.each(kinds)('is not told by a lame server: %s', async (kind) => {
    const settings = await world([{ kind, zones: { 'other.': child } }]);
    expect(await askParent(zone, settings)).toMatchObject({
      kind: 'fault',
      message: expect.stringMatching(/answers (REFUSED|SERVFAIL|NOTAUTH)|is not authoritative/),
    });
  });

  it('is asked of the closest zone, many labels up', async () => {
    const records = 'a.b.c NS ns.example.net.\na.b.c DS 11 13 2 '.concat(DIGEST, '\n');
    const text = parentZone(['127.0.0.1'], records);
    const settings = await world([{ kind: 'knot', zones: { 'co.uk.': text } }], text);
    expect(await askParent(parseName('a.b.c.co.uk.'), settings)).toMatchObject({ parent: 'co.uk.', ds: [dsRdata(11)] });
  });

  it('of a zone that is not delegated is not absent', async () => {
    const settings = await world([{ kind: 'nsd', zones: { 'co.uk.': parentZone(['127.0.0.1']) } }]);
    expect(await askParent(parseName('nobody.co.uk.'), settings)).toMatchObject({
      kind: 'fault',
      message: expect.stringContaining('says that nobody.co.uk. does not exist'),
    });
  });

  it('is not asked below an alias', async () => {
    const text = parentZone(['127.0.0.1'], 'moved DNAME example.net.\nalso CNAME example.net.\n');
    const settings = await world([{ kind: 'bind', zones: { 'co.uk.': text } }], text);
    expect(await askParent(parseName('a.b.moved.co.uk.'), settings)).toMatchObject({
      kind: 'fault',
      message: 'a.b.moved.co.uk. is below the DNAME at moved.co.uk., so no resolver finds it',
    });
    for (const name of ['a.moved.co.uk.', 'also.co.uk.']) {
      const found = await askParent(parseName(name), settings);
      expect(found).toMatchObject({ kind: 'fault', message: expect.stringContaining('has an alias at') });
    }
  });
});
