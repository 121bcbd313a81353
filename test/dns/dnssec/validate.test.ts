import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../../src/dns/answer/answer.ts';
import { recordsOf } from '../../../src/dns/answer/respond.ts';
import type { ZoneSet } from '../../../src/dns/answer/served-zone.ts';
import { zoneSet } from '../../../src/dns/answer/served-zone.ts';
import type { AnswerMessage } from '../../../src/dns/dnssec/validate/answer.ts';
import { validateAnswer } from '../../../src/dns/dnssec/validate/answer.ts';
import { signedRRset } from '../../../src/dns/dnssec/validate/signed-rrset.ts';
import { trustZone } from '../../../src/dns/dnssec/validate/trust.ts';
import { verifyZone } from '../../../src/dns/dnssec/zone/verify-zone.ts';
import type { ResourceRecord } from '../../../src/dns/message/message.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { Rdata } from '../../../src/dns/octets.ts';
import { readU16, u16 } from '../../../src/dns/octets.ts';
import { checkRdata, typeCode } from '../../../src/dns/rdata.ts';
import { costSince } from '../../setup/cost.ts';
import { needs } from '../../setup/tools.ts';
import type { SignedZone } from './signed-zones.ts';
import { signers, signZones, trustOf } from './signed-zones.ts';

const [NS, CNAME, DNSKEY, RRSIG, NSEC, NSEC3] = [2, 5, 48, 46, 47, 50];
// The zones are signed after this was read, with signatures that begin at once.
const now = Math.floor(Date.now() / 1000) + 120;

/** Questions of all kinds, to names below each zone. */
const questions = [
  ['host', 'A'],
  ['host', 'MX'],
  ['nx', 'A'],
  ['b.c.ent', 'A'],
  ['nx.wild', 'A'],
  ['nx.wild', 'TXT'],
  ['nx.alias', 'A'],
  ['dangling', 'A'],
  ['www.dname', 'A'],
  ['insecure', 'DS'],
  ['secure', 'DS'],
  ['www.insecure', 'A'],
  ['www.secure', 'A'],
] as const;

describe.skipIf(needs(...signers))('validating answers', () => {
  let zones: SignedZone[] = [];
  let remove: () => Promise<void>;
  let set: ZoneSet;

  beforeAll(async () => {
    ({ zones, remove } = await signZones());
    set = zoneSet(zones.map(({ served }) => served));
  });
  afterAll(() => remove?.());

  const named = (apex: string) => zones.find((zone) => zone.apex === apex) as SignedZone;
  const ask = (name: string, type: string): AnswerMessage => {
    const { rcode, answers, authorities } = answer(set, parseName(name), typeCode(type) as number, true);
    return { rcode, answers: recordsOf(answers), authorities: recordsOf(authorities) };
  };
  const judge = (zone: SignedZone, name: string, type: string, message = ask(name, type), at = now) =>
    validateAnswer([trustOf(zone, now)], { name: parseName(name), type: typeCode(type) as number }, message, {
      now: at,
    });

  it('finds bogus what lacks any part of its proof, or has it changed in any octet', () => {
    for (const zone of zones) {
      for (const [label, type] of questions) {
        const name = `${label}.${zone.apex}`;
        const message = ask(name, type);
        const what = `${name} ${type}`;
        expect(judge(zone, name, type).kind, what).not.toBe('bogus');
        for (const section of ['answers', 'authorities'] as const) {
          for (const [i, record] of message[section].entries()) {
            if (isUnsigned(record, message)) continue;
            const others = message[section].filter((_, j) => j !== i);
            const without = judge(zone, name, type, { ...message, [section]: others });
            // An NSEC or NSEC3 may prove more than is needed; no signature can be left out.
            if (record.type === RRSIG) expect(without.kind, `${what} without ${record.owner} RRSIG`).toBe('bogus');
            const changed = { ...record, rdata: changedRdata(record, 7 * i) };
            const tampered = judge(zone, name, type, { ...message, [section]: message[section].with(i, changed) });
            expect(tampered.kind, `${what} with another ${record.type} at ${record.owner}`).toBe('bogus');
          }
        }
        const bare = message.authorities.filter((record) => record.type !== NSEC && record.type !== NSEC3);
        const covering = bare.filter(
          ({ type: code, rdata }) => code !== RRSIG || ![NSEC, NSEC3].includes(readU16(rdata, 0)),
        );
        if (covering.length < message.authorities.length) {
          expect(judge(zone, name, type, { ...message, authorities: covering }).kind, `${what} without proof`).toBe(
            'bogus',
          );
        }
        expect(judge(zone, name, type, message, now + 86_400 * 365).kind, `${what} late`).toBe('bogus');
        expect(judge(zone, name, type, message, now - 86_400 * 365).kind, `${what} early`).toBe('bogus');
      }
    }
  });

  it('finds bogus what proves something else', () => {
    for (const apex of ['nsec.test.', 'nsec3.test.']) {
      const zone = named(apex);
      // The proof that one name is missing, for one that is there.
      expect(judge(zone, `host.${apex}`, 'A', ask(`nx.${apex}`, 'A')).kind).toBe('bogus');
      expect(judge(zone, `host.${apex}`, 'A', ask(`host.${apex}`, 'MX')).kind).toBe('bogus');
      // A wildcard in the place of a name that is there.
      const wild = ask(`nx.wild.${apex}`, 'A');
      const taken = parseName(`taken.wild.${apex}`);
      const replayed = wild.answers.map((record) => ({ ...record, owner: taken }));
      expect(judge(zone, taken, 'A', { ...wild, answers: replayed }).kind).toBe('bogus');
      // The NSEC or NSEC3 of a cut says nothing about names below it.
      const cut = ask(`insecure.${apex}`, 'DS');
      expect(judge(zone, `insecure.${apex}`, 'A', cut).kind).toBe('bogus');
      expect(judge(zone, `www.insecure.${apex}`, 'A', { ...cut, rcode: 3 }).kind).toBe('bogus');
      // A delegation with DS, shown without it.
      const secure = ask(`www.secure.${apex}`, 'A');
      const cutOff = secure.authorities.filter(({ type }) => type === NS);
      expect(judge(zone, `www.secure.${apex}`, 'A', { ...secure, authorities: cutOff }).kind).toBe('bogus');
      // Data of another name or another zone.
      const other = ask(`mail.${apex}`, 'A').answers.map((record) => ({ ...record, owner: parseName(`host.${apex}`) }));
      expect(judge(zone, `host.${apex}`, 'A', { rcode: 0, answers: other, authorities: [] }).kind).toBe('bogus');
    }
    expect(judge(named('nsec.test.'), 'host.ldns.test.', 'A').kind).toBe('bogus');
  });

  it('gives the DS of referrals, and the name that aliases lead out to', () => {
    expect(judge(named('nsec.test.'), 'www.secure.nsec.test.', 'A')).toMatchObject({
      kind: 'secure',
      delegation: { cut: 'secure.nsec.test.', ds: [expect.any(String)] },
    });
    expect(judge(named('nsec.test.'), 'out.nsec.test.', 'A')).toEqual({ kind: 'secure', next: 'www.example.org.' });
  });

  it('trusts a zone by its DS only', () => {
    const zone = named('nsec3.test.');
    const dnskey = signedRRset(zone.rrsets.get(zone.apex) ?? [], DNSKEY);
    const trust = (ds: readonly Rdata[], everyAlgorithm = false) =>
      trustZone(zone.apex, ds, dnskey, { now, everyAlgorithm });
    const unknown = `${zone.ds[0]?.slice(0, 2)}\xfe${zone.ds[0]?.slice(3)}` as Rdata;
    expect(trust(zone.ds).kind).toBe('secure');
    expect(trust(zone.ds, true).kind).toBe('secure');
    expect(trust([])).toMatchObject({ kind: 'insecure' });
    expect(trust([unknown])).toMatchObject({ kind: 'insecure' });
    expect(trust(named('ldns.test.').ds)).toMatchObject({ kind: 'bogus' });
    expect(trustZone(zone.apex, zone.ds, undefined, { now })).toMatchObject({ kind: 'bogus' });
    // A DS of a second algorithm that leads nowhere is of no matter, unless every algorithm counts.
    const second = `${u16(1)}\x0f\x02${'x'.repeat(32)}` as Rdata;
    expect(trust([...zone.ds, second]).kind).toBe('secure');
    expect(trust([...zone.ds, second], true).kind).toBe('bogus');
  });

  it('does bounded work on thousands of signatures and keys (CVE-2023-50387)', () => {
    const zone = named('nsec.test.');
    const message = ask('host.nsec.test.', 'A');
    const rrsig = message.answers.find(({ type }) => type === RRSIG) as ResourceRecord;
    const wrong = Array.from({ length: 2000 }, (_, i) => {
      const rdata = `${rrsig.rdata.slice(0, -2)}${u16(i)}` as Rdata;
      return { ...rrsig, rdata };
    });
    const started = process.cpuUsage();
    const verdict = judge(zone, 'host.nsec.test.', 'A', { ...message, answers: [...wrong, ...message.answers] });
    expect(verdict).toMatchObject({ kind: 'bogus', reason: expect.stringContaining('too many') });
    expect(costSince(started)).toBeLessThan(2000);
  });

  it('never throws, whatever the records hold', () => {
    const zone = named('opt-out.test.');
    const name = 'nx.wild.opt-out.test.';
    const message = ask(name, 'TXT');
    const all = [...message.answers, ...message.authorities];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all),
        fc.shuffledSubarray(all),
        fc.constantFrom(0, 3, 6),
        (answers, authorities, rcode) => {
          const verdict = judge(zone, name, 'TXT', { answers, authorities, rcode });
          expect(['secure', 'insecure', 'bogus']).toContain(verdict.kind);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('verifies whole zones, and finds what is taken out of them', () => {
    for (const { apex, rrsets, ds } of zones) {
      expect(verifyZone(apex, rrsets, { now, ds })).toEqual([]);
      expect(verifyZone(apex, rrsets, { now: now + 86_400 * 365 }).length).toBeGreaterThan(10);
      for (const owner of [apex, parseName(`host.${apex}`), parseName(`secure.${apex}`)]) {
        for (const rrset of rrsets.get(owner) ?? []) {
          if (rrset.type === NS && owner !== apex) continue;
          const left = (rrsets.get(owner) ?? []).filter((each) => each !== rrset);
          const faults = verifyZone(apex, new Map([...rrsets, [owner, left]]), { now });
          expect(faults.length, `${owner} without ${rrset.type}`).toBeGreaterThan(0);
        }
      }
    }
  });
});

/** Whether nobody signs a record: the NS of a delegation, and the CNAME that is made of a DNAME. */
function isUnsigned({ owner, type }: ResourceRecord, { answers }: AnswerMessage): boolean {
  const signed = answers.some(
    (each) => each.type === RRSIG && each.owner === owner && readU16(each.rdata, 0) === CNAME,
  );
  return type === NS || (type === CNAME && !signed);
}

/** The rdata with one bit changed at or behind an octet, such that it is still one of its type: a reader lets no other in. */
function changedRdata({ type, rdata }: ResourceRecord, from: number): Rdata {
  for (let at = from % rdata.length; ; at = (at + 1) % rdata.length) {
    const octet = String.fromCharCode(rdata.charCodeAt(at) ^ 1);
    const changed = `${rdata.slice(0, at)}${octet}${rdata.slice(at + 1)}` as Rdata;
    try {
      checkRdata(type, changed);
      return changed;
    } catch {
      // The next octet, then.
    }
  }
}
