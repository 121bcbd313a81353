import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answer } from '../../../src/dns/answer/answer.ts';
import { recordsOf } from '../../../src/dns/answer/respond.ts';
import { serveZone, zoneSet } from '../../../src/dns/answer/served-zone.ts';
import { dsOf } from '../../../src/dns/dnssec/ds.ts';
import { validateAnswer } from '../../../src/dns/dnssec/validate/answer.ts';
import { signedRRset } from '../../../src/dns/dnssec/validate/signed-rrset.ts';
import { trustZone } from '../../../src/dns/dnssec/validate/trust.ts';
import { verifyZone } from '../../../src/dns/dnssec/zone/verify-zone.ts';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import { rcodeName } from '../../../src/dns/message/message.ts';
import { firstLabel, parseName } from '../../../src/dns/name.ts';
import { fromText } from '../../../src/dns/octets.ts';
import { typeCode } from '../../../src/dns/rdata.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import { DNSKEY } from '../../../src/dns/types/dnskey.ts';

const apex = parseName('example.');

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}

/** The signed example zone of an RFC, and its answers at a time at which its signatures are valid. */
function exampleZone(name: string, now: number) {
  const octets = fromText(readFileSync(new URL(`fixtures/${name}.zone`, import.meta.url), 'latin1'));
  const { rrsets } = readRRsets({ name, octets }, { apex });
  const dnskey = signedRRset(rrsets.get(apex) ?? [], DNSKEY.code);
  const ds = (dnskey?.rrset.rdatas ?? []).filter((key) => key.charCodeAt(1) === 1).map((key) => dsOf(apex, key, 2));
  const trust = trustZone(apex, ds, dnskey, { now });
  const zones = zoneSet([serveZone(apex, rrsets)]);
  const ask = (owner: string, type: string) => {
    const asked = { name: parseName(owner), type: typeCode(type) as number };
    const { rcode, answers, authorities } = answer(zones, asked.name, asked.type, true);
    const verdict = validateAnswer(
      [trust],
      asked,
      { rcode, answers: recordsOf(answers), authorities: recordsOf(authorities) },
      { now },
    );
    const proofs = authorities.filter(({ type: code }) => code === 47 || code === 50);
    return { rcode: rcodeName(rcode), verdict: verdict.kind, proofs: proofs.map(({ owner: at }) => shown(at)).sort() };
  };
  return { ask, trust, rrsets, ds };
}

/** An owner as the RFCs speak of it; the first letters of a hash are enough. */
function shown(owner: RRset['owner']): string {
  return firstLabel(owner).length === 32 ? firstLabel(owner).slice(0, 4) : owner;
}

describe('the answers of RFC 4035 appendix B', () => {
  const now = seconds('2004-05-01T00:00:00Z');
  const { ask, trust, rrsets, ds } = exampleZone('rfc4035', now);

  it('are from a zone that is right', () => {
    expect(trust.kind).toBe('secure');
    expect(verifyZone(apex, rrsets, { now, ds })).toEqual([]);
  });

  it.each([
    ['B.1 answer', 'x.w.example.', 'MX', 'NOERROR', 'secure', []],
    ['B.2 name error', 'ml.example.', 'A', 'NXDOMAIN', 'secure', ['b.example.', 'example.']],
    ['B.3 no data', 'ns1.example.', 'MX', 'NOERROR', 'secure', ['ns1.example.']],
    ['B.4 referral to a signed zone', 'mc.a.example.', 'MX', 'NOERROR', 'secure', []],
    ['B.5 referral to an unsigned zone', 'mc.b.example.', 'MX', 'NOERROR', 'insecure', ['b.example.']],
    ['B.6 wildcard expansion', 'a.z.w.example.', 'MX', 'NOERROR', 'secure', ['x.y.w.example.']],
    ['B.7 wildcard no data', 'a.z.w.example.', 'AAAA', 'NOERROR', 'secure', ['*.w.example.', 'x.y.w.example.']],
    // The DS of the zone is for its parent to deny.
    ['B.8 DS child zone no data', 'example.', 'DS', 'NOERROR', 'bogus', ['example.']],
  ])('%s', (_what, name, type, rcode, verdict, proofs) => {
    expect(ask(name, type)).toEqual({ rcode, verdict, proofs });
  });

  it('are bogus when their time is over', () => {
    const late = exampleZone('rfc4035', seconds('2004-05-10T00:00:00Z'));
    expect(late.trust).toMatchObject({ kind: 'bogus', reason: expect.stringContaining('expired on 2004-05-09') });
    expect(late.ask('x.w.example.', 'MX').verdict).toBe('bogus');
  });
});

describe('the answers of RFC 5155 appendix B', () => {
  const now = seconds('2010-01-01T00:00:00Z');
  const { ask, trust, rrsets, ds } = exampleZone('rfc5155', now);

  it('are from a zone that is right', () => {
    expect(trust.kind).toBe('secure');
    expect(verifyZone(apex, rrsets, { now, ds })).toEqual([]);
  });

  it.each([
    // The NSEC3 of the apex, which denies the next closer name, has the opt-out flag.
    ['B.1 name error', 'a.c.x.w.example.', 'A', 'NXDOMAIN', 'insecure', ['0p9m', '35mt', 'b4um']],
    ['B.2 no data', 'ns1.example.', 'MX', 'NOERROR', 'secure', ['2t7b']],
    ['B.2.1 no data, empty non-terminal', 'y.w.example.', 'A', 'NOERROR', 'secure', ['ji6n']],
    ['B.3 referral to an opt-out unsigned zone', 'mc.c.example.', 'MX', 'NOERROR', 'insecure', ['0p9m', '35mt']],
    ['B.4 wildcard expansion', 'a.z.w.example.', 'MX', 'NOERROR', 'insecure', ['q04j']],
    ['B.5 wildcard no data', 'a.z.w.example.', 'AAAA', 'NOERROR', 'insecure', ['k8ud', 'q04j', 'r53b']],
    ['B.6 DS child zone no data', 'example.', 'DS', 'NOERROR', 'bogus', ['0p9m']],
    ['DS of an opt-out delegation', 'c.example.', 'DS', 'NOERROR', 'insecure', ['0p9m', '35mt']],
    [
      'the owner of an NSEC3 (section 7.2.8)',
      '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.',
      'NSEC3',
      'NXDOMAIN',
      'insecure',
      ['0p9m', 'gjeq', 'q04j'],
    ],
    [
      'a name that is also the owner of an NSEC3',
      '2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.',
      'A',
      'NOERROR',
      'secure',
      [],
    ],
    ['no NSEC3 at such a name', '2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.', 'NSEC3', 'NOERROR', 'secure', ['koha']],
  ])('%s', (_what, name, type, rcode, verdict, proofs) => {
    expect(ask(name, type)).toEqual({ rcode, verdict, proofs });
  });
});
