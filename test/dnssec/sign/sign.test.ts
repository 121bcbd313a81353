import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyTag } from '../../../src/dns/dnssec/dnskey.ts';
import type { SigningAlgorithm } from '../../../src/dns/dnssec/policy.ts';
import { readRrsig } from '../../../src/dns/dnssec/rrsig.ts';
import { isSignedWith, signatureHashes } from '../../../src/dns/dnssec/verify.ts';
import { parseName } from '../../../src/dns/name.ts';
import { fromText, octets, type Rdata } from '../../../src/dns/octets.ts';
import { rdataFromText, rdataToText, typeCode } from '../../../src/dns/rdata.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import type { SigningKey } from '../../../src/dnssec/sign/inputs.ts';
import { readKeptSignatures } from '../../../src/dnssec/sign/kept.ts';
import { nodesOf } from '../../../src/dnssec/sign/nodes.ts';
import { nsec3Chain } from '../../../src/dnssec/sign/nsec3.ts';
import { openSigningPool } from '../../../src/dnssec/sign/pool.ts';
import { expirationOf } from '../../../src/dnssec/sign/rrsig.ts';
import { signZone } from '../../../src/dnssec/sign/sign.ts';
import { zoneDigest } from '../../../src/dnssec/sign/zonemd.ts';
import { APEX, inputsFor, NASTY, NOW, newKey, signed, textOf, times, zoneOf } from './zones.ts';

const code = (name: string): number => typeCode(name) as number;

/** A key from its private half as an RFC prints it. */
function knownKey(algorithm: SigningAlgorithm, pkcs8Head: string, secret: string, dnskeyText: string): SigningKey {
  const dnskey = rdataFromText(code('DNSKEY'), dnskeyText);
  const pkcs8 = Buffer.concat([Buffer.from(pkcs8Head, 'hex'), Buffer.from(secret, 'base64')]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return { dnskey, tag: keyTag(dnskey), algorithm, privateKey };
}

function signaturesOf(rrsets: readonly RRset[], type: string, owner = APEX): Rdata[] {
  const all = rrsets.filter((rrset) => rrset.owner === owner && rrset.type === code('RRSIG'));
  return all.flatMap(({ rdatas }) => rdatas.filter((rdata) => readRrsig(rdata).covered === code(type)));
}

describe('examples of RFCs', () => {
  const mail = '$TTL 3600\n@ SOA ns h 1 2 3 4 5\n@ MX 10 mail\n';
  const then = { now: 1438207200, lifetime: 1814400, jitter: 0, refresh: 0, inception: 0 };

  it('RFC 8080 section 6: Ed25519', async () => {
    const key = knownKey(
      15,
      '302e020100300506032b657004220420',
      'ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=',
      '257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
    );
    const { rrsets } = await signed(inputsFor(mail, [key], { times: then }));
    expect(signaturesOf(rrsets, 'MX').map((rdata) => rdataToText(code('RRSIG'), rdata))).toEqual([
      'MX 15 2 3600 20150819220000 20150729220000 3613 example.com. oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==',
    ]);
  });

  it('RFC 8080 section 6: Ed448', async () => {
    const key = knownKey(
      16,
      '3047020100300506032b6571043b0439',
      'xZ+5Cgm463xugtkY5B0Jx6erFTXp13rYegst0qRtNsOYnaVpMx0Z/c5EiA9x8wWbDDct/U3FhYWA',
      '257 3 16 3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA',
    );
    const { rrsets } = await signed(inputsFor(mail, [key], { times: then }));
    expect(signaturesOf(rrsets, 'MX').map((rdata) => rdataToText(code('RRSIG'), rdata))).toEqual([
      'MX 16 2 3600 20150819220000 20150729220000 9713 example.com. 3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGILn/NBtOXft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213WKsJlwEA',
    ]);
  });

  it('RFC 8976 appendix A: digests over zones', () => {
    const apex = parseName('example.');
    const digest = (text: string): string =>
      Buffer.from(zoneDigest(apex, zoneOf(text, apex)), 'latin1').toString('hex');
    const simple = `@ 86400 SOA ns1 admin 2018031900 1800 900 604800 86400
@ 86400 NS ns1
@ 86400 NS ns2
@ 86400 ZONEMD 2018031900 1 1 c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c
ns1 3600 A 203.0.113.63
ns2 3600 AAAA 2001:db8::63
`;
    expect(digest(simple)).toBe(
      'c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
    );
    const complex = `@ 86400 SOA ns1 admin 2018031900 1800 900 604800 86400
@ 86400 NS ns1
@ 86400 NS ns2
ns1 3600 A 203.0.113.63
NS2 3600 AAAA 2001:db8::63
occluded.sub 7200 TXT "I'm occluded but must be digested"
sub 7200 NS ns1
duplicate 300 TXT "I must be digested just once"
duplicate 300 TXT "I must be digested just once"
UPPERCASE 3600 TXT "canonicalize uppercase owner names"
* 777 PTR dont-forget-about-wildcards
mail 3600 MX 20 MAIL1
mail 3600 MX 10 Mail2.Example.
sortme 3600 AAAA 2001:db8::5:61
sortme 3600 AAAA 2001:db8::3:62
sortme 3600 AAAA 2001:db8::4:63
sortme 3600 AAAA 2001:db8::1:65
sortme 3600 AAAA 2001:db8::2:64
non-apex 900 ZONEMD 2018031900 1 1 616c6c6f776564206275742069676e6f7265642e20616c6c6f776564206275742069676e6f7265642e20616c6c6f7765
`;
    expect(digest(complex)).toBe(
      'a3b69bad980a3504e1cffcb0fd6397f93848071c93151f552ae2f6b1711d4bd2d8b39808226d7b9db71e34b72077f8fe',
    );
  });
});

describe('what is signed', () => {
  it('is what the zone speaks for', async () => {
    const { rrsets } = await signed(inputsFor(NASTY, [newKey(15)]));
    const covered = (name: string): string[] =>
      rrsets
        .filter(({ owner, type }) => owner === parseName(name, APEX) && type === code('RRSIG'))
        .flatMap(({ rdatas }) => rdatas.map((rdata) => rdataToText(code('RRSIG'), rdata).split(' ')[0] as string));
    expect(covered('sub')).toEqual(['NSEC']);
    expect(covered('ns.sub')).toEqual([]);
    expect(covered('secure')).toEqual(['DS', 'NSEC']);
    expect(covered('dn')).toEqual(['TXT', 'DNAME', 'NSEC']);
    expect(covered('cn')).toEqual(['CNAME', 'NSEC']);
    expect(covered('@')).toEqual(['SOA', 'NS', 'MX', 'TXT', 'NSEC', 'DNSKEY']);
  });

  it('has the labels of a wildcard without the asterisk', async () => {
    const { rrsets } = await signed(inputsFor(NASTY, [newKey(15)]));
    expect(readRrsig(signaturesOf(rrsets, 'MX', parseName('*.wild', APEX))[0] as string).labels).toBe(3);
    expect(readRrsig(signaturesOf(rrsets, 'TXT', parseName('*', APEX))[0] as string).labels).toBe(2);
  });

  it('has the keys that are to sign it', async () => {
    const [entry, zoneKey] = [newKey(13), newKey(13, 256)] as const;
    const { rrsets } = await signed(
      inputsFor(NASTY, [entry, zoneKey], {
        dnskeySigners: [entry],
        zoneSigners: [zoneKey],
        cdnskey: [entry.dnskey],
      }),
    );
    const tags = (type: string): number[] => signaturesOf(rrsets, type).map((rdata) => readRrsig(rdata).tag);
    expect(tags('DNSKEY')).toEqual([entry.tag]);
    expect(tags('CDNSKEY')).toEqual([entry.tag, zoneKey.tag]);
    expect(tags('SOA')).toEqual([zoneKey.tag]);
  });

  it('has nothing of an earlier signer', async () => {
    const key = newKey(15);
    const once = await signed(inputsFor(NASTY, [key], { zonemd: true }));
    const twice = await signed({ ...inputsFor(NASTY, [key], { zonemd: true }), rrsets: once.rrsets });
    expect(twice.rrsets).toEqual(once.rrsets);
  });

  it('is refused where the private half of a key is that of another, or of another algorithm', async () => {
    const [one, other] = [newKey(15), newKey(15)] as const;
    const fault = { kind: 'fault', fault: { kind: 'bad-key', tag: one.tag, algorithm: 15 } };
    const pool = openSigningPool(0);
    expect(await signZone(inputsFor(NASTY, [{ ...one, privateKey: other.privateKey }]), pool)).toEqual(fault);
    expect(await signZone(inputsFor(NASTY, [{ ...one, privateKey: newKey(13).privateKey }]), pool)).toEqual(fault);
  });

  it('is refused where two names have one hash', () => {
    const nodes = [...nodesOf(APEX, zoneOf(NASTY, APEX))];
    const hashOf = (name: string): string => (name.startsWith('a') || name.startsWith('c') ? 'x'.repeat(20) : name);
    expect(nsec3Chain(nodes, { optOut: false, ttl: 1, hashOf })).toHaveProperty('names');
  });

  it('may have the hash of a name as a name', async () => {
    const key = newKey(15);
    const hash = (await signed(inputsFor(NASTY, [key], { denial: { kind: 'nsec3', optOut: false } }))).rrsets.find(
      ({ type }) => type === code('NSEC3'),
    )?.owner as string;
    const text = `${NASTY}${hash} A 192.0.2.1\n`;
    const { rrsets } = await signed(inputsFor(text, [key], { denial: { kind: 'nsec3', optOut: false } }));
    const there = rrsets.filter(({ owner }) => owner === hash).map(({ type }) => type);
    expect(there).toEqual(['A', 'RRSIG', 'NSEC3', 'RRSIG'].map(code));
  });
});

describe('times', () => {
  const rrset = { owner: APEX, type: 1, ttl: 1, rdatas: [] };

  it('are spread, by at most the jitter, and never so far that a signature is due at once', () => {
    const ends = zoneOf(NASTY, APEX).map((each) => expirationOf(each, 1, times));
    expect(Math.max(...ends)).toBeLessThanOrEqual(NOW + times.lifetime);
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(NOW + times.lifetime - times.jitter);
    expect(new Set(ends).size).toBeGreaterThan(ends.length / 2);
    expect(expirationOf(rrset, 1, times)).toBe(expirationOf(rrset, 1, times));
    for (let serial = 0; serial < 100; serial++) {
      expect(expirationOf(rrset, serial, { ...times, jitter: 1e9 })).toBeGreaterThan(NOW + times.refresh);
    }
  });

  it('go on after 2106', async () => {
    const now = 2 ** 32 - 100;
    const key = newKey(15);
    const late = inputsFor(NASTY, [key], { times: { ...times, now } });
    const first = await signed(late);
    expect(first.expires).toBeGreaterThan(now + times.refresh);
    const again = await signed({
      ...late,
      times: { ...times, now: now + 86400 },
      kept: readKeptSignatures(APEX, fromText(textOf(first))),
    });
    expect(again).toMatchObject({ signed: 0, expires: first.expires, rrsets: first.rrsets });
  });
});

describe('signatures of the release before', () => {
  const key = newKey(13);
  const keptOf = (text: string) => readKeptSignatures(APEX, fromText(text));

  it.each([{ kind: 'nsec' }, { kind: 'nsec3', optOut: true }] as const)(
    'all stay where nothing changes: %o',
    async (denial) => {
      const inputs = inputsFor(NASTY, [key], { denial, zonemd: true });
      const first = await signed(inputs);
      const again = await signed({ ...inputs, times: { ...times, now: NOW + 86400 }, kept: keptOf(textOf(first)) });
      expect(again).toMatchObject({ signed: 0, kept: first.signed, expires: first.expires });
      expect(textOf(again)).toBe(textOf(first));
    },
  );

  it('go where data, NSEC or TTL change, and nowhere else', async () => {
    const kept = keptOf(textOf(await signed(inputsFor(NASTY, [key]))));
    const changedData = NASTY.replace('192.0.2.9', '192.0.2.10').replace('4294967295', '0');
    const signaturesMade = async (text: string): Promise<number> =>
      (await signed(inputsFor(text, [key], { kept }))).signed;
    expect(await signaturesMade(changedData)).toBe(2);
    expect(await signaturesMade(NASTY.replace('ns2 60 ', 'ns2 61 '))).toBe(1);
    // The name, its NSEC and the NSEC before it.
    expect(await signaturesMade(`${NASTY}new A 192.0.2.1\n`)).toBe(3);
    expect(await signaturesMade(NASTY.replace('CNAME MAIL', 'CNAME mail'))).toBe(0);
  });

  it('are renewed when they are due, one after the other', async () => {
    const inputs = inputsFor(NASTY, [key]);
    const first = await signed(inputs);
    const kept = keptOf(textOf(first));
    const at = async (now: number) => signed({ ...inputs, kept, times: { ...times, now } });
    const due = first.expires - times.refresh;
    expect(await at(due - 1)).toMatchObject({ signed: 0 });
    const renewed = await at(due);
    expect(renewed.signed).toBeGreaterThan(0);
    expect(renewed.kept).toBeGreaterThan(0);
    expect(renewed.expires).toBeGreaterThan(due + times.refresh);
    expect(await at(first.expires)).toMatchObject({ kept: 0 });
    // A clock that was wrong: they have not begun.
    expect(await at(NOW - 2 * times.inception)).toMatchObject({ kept: 0 });
  });

  it('go with their key, and one key more signs beside those that stay', async () => {
    const other = newKey(13);
    const both = await signed(inputsFor(NASTY, [key, other]));
    const one = await signed(inputsFor(NASTY, [key], { kept: keptOf(textOf(both)) }));
    // The DNSKEY RRset is another one.
    expect(one).toMatchObject({ signed: 1, kept: both.signed / 2 - 1 });
    const tags = one.rrsets.filter(({ type }) => type === code('RRSIG')).flatMap(({ rdatas }) => rdatas);
    expect(new Set(tags.map((rdata) => readRrsig(rdata).tag))).toEqual(new Set([key.tag]));
    const again = await signed(inputsFor(NASTY, [key, other], { kept: keptOf(textOf(one)) }));
    expect(again.kept).toBe(one.signed + one.kept - 1);
  });

  it('of another key with the same tag are no use', async () => {
    const inputs = inputsFor(NASTY, [key]);
    const text = textOf(await signed(inputsFor(NASTY, [newKey(13)]))).replaceAll(
      /(RRSIG .* )\d+ @ /g,
      `$1${key.tag} @ `,
    );
    expect(await signed({ ...inputs, kept: keptOf(text) })).toMatchObject({ kept: 0 });
  });

  it('are found in any master file, and nothing in what is none', async () => {
    const inputs = inputsFor(NASTY, [key]);
    const first = await signed(inputs);
    const other = textOf(first)
      .replaceAll(/^([^$ ]\S*) +/gm, '$1 IN ')
      .replace('$ORIGIN', '; a comment\n$ORIGIN');
    expect(await signed({ ...inputs, kept: keptOf(other) })).toMatchObject({ signed: 0 });
    expect(await signed({ ...inputs, kept: keptOf('\0 not a zone (') })).toMatchObject({ kept: 0 });
  });
});

describe('threads', () => {
  it('sign what one thread signs', async () => {
    const many = Array.from({ length: 900 }, (_, i) => `h${i} A 192.0.2.${i % 250}\n`).join('');
    const keys = [newKey(15), newKey(8)];
    const pool = openSigningPool(2);
    try {
      const inputs = inputsFor(NASTY + many, keys, { dnskeySigners: keys, zoneSigners: keys.slice(0, 1) });
      expect(await signed(inputs, pool)).toEqual(await signed(inputs));
      const [a, b] = await Promise.all([signed(inputs, pool), signed(inputsFor(NASTY, keys), pool)]);
      expect([a.kind, b.kind]).toEqual(['signed', 'signed']);
    } finally {
      await pool.close();
    }
  });

  it('make signatures that are right with every algorithm', async () => {
    const pool = openSigningPool(1);
    try {
      for (const algorithm of [8, 10, 13, 14, 15, 16] as const) {
        const key = newKey(algorithm);
        const session = pool.open([key], 1e9);
        if ('kind' in session) throw new Error('a key is bad');
        const [size] = session.sizes as [number];
        const hash = signatureHashes.get(algorithm) ?? null;
        const options = { key: createPublicKey(key.privateKey), dsaEncoding: 'ieee-p1363' } as const;
        for (const base64 of [false, true]) {
          const length = base64 ? Math.ceil(size / 3) * 4 : size;
          const into = new Uint8Array(2 * length + 5).fill(33);
          const data = new Uint8Array(Buffer.from('onetwo'));
          const batch = { data, ends: Uint32Array.of(3, 6), keys: Uint16Array.of(0, 0) };
          const { into: signed } = await session.sign({ ...batch, into, gaps: Uint32Array.of(1, length + 4), base64 });
          const at = (from: number): Buffer => Buffer.from(signed.subarray(from, from + length));
          for (const [text, gap] of [
            ['one', 1],
            ['two', length + 4],
          ] as const) {
            const signature = base64 ? Buffer.from(at(gap).toString('latin1'), 'base64') : at(gap);
            expect(signature).toHaveLength(size);
            expect(verify(hash, Buffer.from(text), options, signature), `${algorithm} ${text}`).toBe(true);
          }
          expect([0, length + 1, length + 2, length + 3, 2 * length + 4].map((i) => signed[i])).toEqual(
            Array(5).fill(33),
          );
        }
        session.end();
      }
    } finally {
      await pool.close();
    }
  });

  it('make signatures of ECDSA whose numbers begin with zeros', async () => {
    const key = newKey(13);
    const session = openSigningPool(0).open([key], 0);
    if ('kind' in session) throw new Error('a key is bad');
    // One in 128 has such a number, so that among these there is none once in a hundred thousand times.
    const count = 1500;
    const data = new Uint8Array(count);
    const ends = Uint32Array.from(data, (_, i) => i + 1);
    const gaps = Uint32Array.from(data, (_, i) => 64 * i);
    const into = new Uint8Array(64 * count).fill(255);
    const { into: signed } = await session.sign({
      data,
      ends,
      keys: new Uint16Array(count),
      into,
      gaps,
      base64: false,
    });
    const signatures = Array.from(gaps, (at) => signed.subarray(at, at + 64));
    const short = signatures.filter((signature) => signature[0] === 0 || signature[32] === 0);
    expect(short.length).toBeGreaterThan(0);
    const options = { key: createPublicKey(key.privateKey), dsaEncoding: 'ieee-p1363' } as const;
    expect(short.every((signature) => verify('sha256', Buffer.alloc(1), options, signature))).toBe(true);
  });

  it('that nobody waits for any more disturb nobody, though a thread has made them', async () => {
    const pool = openSigningPool(1);
    const session = pool.open([newKey(15)], 1e9);
    if ('kind' in session) throw new Error('a key is bad');
    const batch = () => ({
      ...{ data: new Uint8Array(3), ends: Uint32Array.of(3), keys: Uint16Array.of(0) },
      ...{ into: new Uint8Array(64), gaps: Uint32Array.of(0), base64: false },
    });
    await session.sign(batch());
    const given = session.sign(batch()).catch((error: Error) => error.message);
    // This thread does not listen until the answer is there for sure.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    const closed = pool.close();
    expect(await given).toMatch('closed');
    await closed;
  });

  it('are refused when the pool is closed', async () => {
    const pool = openSigningPool(1);
    await pool.close();
    await expect(signZone(inputsFor(NASTY, [newKey(15)]), pool)).rejects.toThrow('closed');
  });
});

it('verifies what it signs', async () => {
  const key = newKey(13);
  const { rrsets } = await signed(inputsFor(NASTY, [key]));
  const mx = rrsets.find(({ owner, type }) => owner === APEX && type === code('MX')) as RRset;
  const [rrsig] = signaturesOf(rrsets, 'MX') as [Rdata];
  expect(isSignedWith(mx, rrsig, key.dnskey)).toBe(true);
  expect(isSignedWith({ ...mx, rdatas: [octets('\0\x0b\0')] }, rrsig, key.dnskey)).toBe(false);
});
