import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { printQuoted } from '../../../src/dns/fields/string.ts';
import { readU16 } from '../../../src/dns/octets.ts';
import { rdataFromText, rdataToText, typeName } from '../../../src/dns/rdata.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import { NAPTR } from '../../../src/dns/types/naptr.ts';
import { RRSIG } from '../../../src/dns/types/rrsig.ts';
import { naptrRegexp } from '../../../src/zone/checks/services/naptr-regexp.ts';
import type { Zone } from '../../../src/zone/zone.ts';
import { needs, runTool } from '../../setup/tools.ts';
import { type Fixture, filesOf, findingsIn, fixturesOf, zoneOf } from './fixture.ts';

/** Checks of which BIND refuses what they find, as well as any other program of the three. */
const refusedByBind = [
  ...['ds-digest-length', 'cds-delete', 'cds-without-key', 'naptr-regexp', 'sshfp-length'],
  ...['svcb-no-default-alpn', 'svcb-dohpath'],
];

/** Checks of signed zones of which Knot refuses what is an error of theirs. */
const refusedByKnot = ['rrsig-missing', 'rrsig-mismatch', 'rrsig-invalid', 'nsec-chain', 'nsec3-chain'];

/** A moment at which the signatures of the fixtures are valid. */
const moment = '20260615000000';

const fixtures = (rules: readonly string[]): Fixture[] =>
  rules.flatMap((rule) => fixturesOf(rule).filter(({ name }) => name.endsWith('.yaml')));

describe.skipIf(needs('named-checkzone', 'kzonecheck', 'ldns-verify-zone'))('programs of others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'example.com.zone');

  async function takenByBind(records: string): Promise<boolean> {
    writeFileSync(file, records);
    return (await runTool('named-checkzone', ['-q', '-i', 'local', 'example.com', file])).status === 0;
  }

  it.each(fixtures(refusedByBind))('BIND says the same of $rule/$name', async (fixture) => {
    const { good, zone } = zoneOfFixture(fixture);
    // A zone that is yet to be signed lacks the keys that its CDNSKEY speak of.
    if (zone.settings.dnssec === 'default') return;
    expect(await takenByBind(masterFile(zone))).toBe(good);
  });

  it.each(fixtures(refusedByKnot))('Knot says the same of $rule/$name', async (fixture) => {
    const wrong = findingsIn(fixture).some(({ severity }) => severity === 'error');
    writeFileSync(file, masterFile(zoneOfFixture(fixture).zone));
    const { status } = await runTool('kzonecheck', ['-d', 'on', '-t', moment, '-o', 'example.com', file]);
    expect(status !== 0).toBe(wrong);
  });

  it.each(fixtures(['zonemd-digest']))('ldns says the same of $rule/$name', async (fixture) => {
    const { good, zone } = zoneOfFixture(fixture);
    writeFileSync(file, masterFile(zone));
    const { status } = await runTool('ldns-verify-zone', ['-ZZ', '-t', moment, file]);
    expect(status === 0).toBe(good);
  });

  it('BIND takes exactly the substitutions of NAPTR that are well formed', async () => {
    const piece = fc.constantFrom(
      ...['a', 'b', '(', ')', '(a)', '[ab]', '[^]a]', '[a-z]', '[[:alpha:]]', '[[:foo:]]', '[z-a]', '[', ']', '-'],
      ...['^', '$', '.', '*', '+', '?', '|', '{', '{2}', '{1,2}', '{3,1}', '{256}', '{1', '}', '\\.', '\\1', '\\'],
    );
    const expression = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    const end = fc.constantFrom('!x!', '!\\1!i', '!\\0!', '!!', '!x', '!x!y', '!x!z!');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('!', '!', '!', '1', '/'), expression, end, async (first, middle, last) => {
        const text = first + middle + last;
        const rdata = `1 1 "u" "E2U+sip" ${printQuoted(text, 0, text.length)} .`;
        const records = `$TTL 60\n@ SOA a. b. 1 2 3 4 5\n@ NS a.\n@ NAPTR ${rdata}\n`;
        expect(await takenByBind(records)).toBe(isWellFormed(rdata));
      }),
      { numRuns: 60 },
    );
  });
});

function zoneOfFixture(fixture: Fixture): { good: boolean; zone: Zone } {
  const [source] = filesOf(fixture).values();
  return { good: fixture.name.startsWith('good-'), zone: zoneOf(source?.text ?? '') };
}

function isWellFormed(rdata: string): boolean {
  let said = false;
  const rrset = { type: NAPTR.code, rdatas: [rdataFromText(NAPTR.code, rdata)] };
  const look = {
    at: () => {
      said = true;
    },
  };
  naptrRegexp.rrset?.run(rrset as never, look as never);
  return !said;
}

/** The records as a release has them: a signature has the TTL of what it signs. */
function masterFile(zone: Zone): string {
  const lines = [...zone.names].flatMap(([owner, rrsets]) =>
    rrsets.flatMap((rrset) =>
      rrset.rdatas.map((rdata) => {
        const ttl = rrset.type === RRSIG.code ? ttlOf(rrsets, readU16(rdata, 0)) : rrset.ttl;
        return `${owner} ${ttl} ${typeName(rrset.type)} ${rdataToText(rrset.type, rdata)}\n`;
      }),
    ),
  );
  return lines.join('');
}

function ttlOf(rrsets: readonly RRset[], type: number): number {
  return rrsets.find((rrset) => rrset.type === type)?.ttl ?? 3600;
}
