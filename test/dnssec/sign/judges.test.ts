import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dsOf } from '../../../src/dns/dnssec/ds.ts';
import type { SigningAlgorithm } from '../../../src/dns/dnssec/policy.ts';
import { parseName, ROOT } from '../../../src/dns/name.ts';
import type { Denial } from '../../../src/dnssec/sign/inputs.ts';
import { put, scratch } from '../../setup/program.ts';
import { needs, runTool } from '../../setup/tools.ts';
import { APEX, inputsFor, NASTY, newKey, signed, textOf, zoneOf } from './zones.ts';

const denials: readonly Denial[] = [
  { kind: 'nsec' },
  { kind: 'nsec3', optOut: false },
  { kind: 'nsec3', optOut: true },
];
const algorithms: readonly SigningAlgorithm[] = [8, 10, 13, 14, 15, 16];

const tools = ['ldns-verify-zone', 'dnssec-verify', 'kzonecheck', 'validns', 'dnssec-signzone', 'dnssec-keygen'];

describe.skipIf(needs(...tools))('other programs find signed zones right', () => {
  for (const denial of denials) {
    const name = denial.kind === 'nsec' ? 'NSEC' : `NSEC3${denial.optOut ? ' with opt-out' : ''}`;
    it.each(algorithms)(`algorithm %i, ${name}`, async (algorithm) => {
      const zone = await signed(inputsFor(NASTY, [newKey(algorithm)], { denial }));
      await judged(textOf(zone));
    });

    it(`two algorithms, key-signing and zone-signing keys, ${name}`, async () => {
      const entries = [newKey(13), newKey(15)];
      const zoneKeys = [newKey(13, 256), newKey(15, 256), newKey(15, 256)];
      const zone = await signed(
        inputsFor(NASTY, [...entries, ...zoneKeys], {
          denial,
          dnskeySigners: entries,
          zoneSigners: zoneKeys,
          cds: entries.map(({ dnskey }) => dsOf(APEX, dnskey, 2)),
          cdnskey: entries.map(({ dnskey }) => dnskey),
        }),
      );
      await judged(textOf(zone));
    });

    it(`the root, ${name}`, async () => {
      const text = `$TTL 3600\n@ SOA a. b. 1 2 3 4 5\n@ NS ns.\nns. A 192.0.2.1\n*. TXT "x"\nb.a. TXT "x"\ncom. NS ns.com.\nns.com. A 192.0.2.1\n`;
      const zone = await signed(inputsFor(text, [newKey(13)], { denial, apex: ROOT }));
      await judged(textOf(zone, ROOT), '.');
    });

    it(`a zone of nothing but an apex, ${name}`, async () => {
      const text = '$TTL 3600\n@ SOA ns.example.net. b. 1 2 3 4 5\n@ NS ns.example.net.\n';
      await judged(textOf(await signed(inputsFor(text, [newKey(13)], { denial }))));
    });

    it(`the chain is that of dnssec-signzone, ${name}`, async () => {
      const folder = scratch({ zone: NASTY.replaceAll(/^unknown.*\n/gm, '') });
      await runTool('dnssec-keygen', ['-q', '-K', folder, '-a', '13', '-f', 'KSK', 'example.com']);
      await runTool('dnssec-keygen', ['-q', '-K', folder, '-a', '13', 'example.com']);
      const nsec3 = denial.kind === 'nsec' ? [] : ['-3', '-', '-H', '0', ...(denial.optOut ? ['-A'] : [])];
      const args = [
        '-S',
        '-K',
        folder,
        ...nsec3,
        '-o',
        'example.com',
        '-f',
        join(folder, 'signed'),
        join(folder, 'zone'),
      ];
      expect(await runTool('dnssec-signzone', args, { cwd: folder })).toMatchObject({ status: 0 });
      const theirs = zoneOf(readFileSync(join(folder, 'signed'), 'latin1'), APEX);
      const ours = await signed(inputsFor(NASTY.replaceAll(/^unknown.*\n/gm, ''), [newKey(13)], { denial }));
      const chain = (rrsets: typeof theirs) => rrsets.filter(({ type }) => [47, 50, 51].includes(type));
      expect(chain([...ours.rrsets])).toEqual(chain(theirs));
    });
  }

  it('a digest over the zone, with names below a DNAME and below cuts', async () => {
    const text = `${NASTY}below.dn A 192.0.2.1\n`;
    const zone = await signed(inputsFor(text, [newKey(13)], { zonemd: true }));
    const folder = scratch({ zone: textOf(zone) });
    // -ZZ: there has to be a ZONEMD.
    const { status, stderr } = await runTool('ldns-verify-zone', ['-ZZ', join(folder, 'zone')]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  it('any zone', async () => {
    const label = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c', 'ns', '\\000', 'a\\.b', 'z-1', '_x', '\\200') },
      { weight: 1, arbitrary: fc.constant('*') },
    );
    const owner = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const record = fc.tuple(
      owner,
      fc.constantFrom(
        'A 192.0.2.1',
        'A 192.0.2.2',
        'TXT "x"',
        'NS Ns.example.net.',
        'DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000',
        'MX 5 Mail',
        'TYPE300 \\# 1 00',
      ),
    );
    const zones = fc.sample(fc.array(record, { maxLength: 25 }), { numRuns: 24, seed: 7 });
    const key = newKey(15);
    const folder = scratch();
    await Promise.all(
      zones.map(async (records, i) => {
        const lines = records.filter(
          ([name, data]) =>
            !data.startsWith('DS') || records.some(([other, given]) => other === name && given.startsWith('NS')),
        );
        const body = lines.map(([name, data]) => `${name} ${data}\n`).join('');
        const text = `$TTL 3600\n@ SOA ns h 1 2 3 4 5\n@ NS ns.example.net.\n${body}`;
        const denial = denials[i % 3] as Denial;
        const zone = await signed(inputsFor(text, [key], { denial }));
        put(folder, `zone${i}`, textOf(zone));
        const said = await runTool('dnssec-verify', ['-q', '-z', '-o', 'example.com.', join(folder, `zone${i}`)]);
        expect({ said, text }).toMatchObject({ said: { status: 0 } });
      }),
    );
  });
});

async function judged(text: string, apex = 'example.com.'): Promise<void> {
  const file = join(scratch({ zone: text }), 'zone');
  const judges: readonly [string, readonly string[]][] = [
    ['ldns-verify-zone', [file]],
    // -z: a key with the SEP bit may sign everything.
    ['dnssec-verify', ['-q', '-z', '-o', apex, file]],
    ['kzonecheck', ['-d', 'on', '-o', apex, file]],
  ];
  const said = await Promise.all(judges.map(async ([name, args]) => ({ name, ...(await runTool(name, args)) })));
  expect(said.filter(({ status }) => status !== 0)).toEqual([]);
}

describe('names', () => {
  it('are those of RFC 4035 appendix A', async () => {
    const apex = parseName('example.');
    const zone = await signed(inputsFor(RFC4035, [newKey(15)], { apex }));
    const chain = textOf(zone, apex)
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' '))
      .filter((line) => /^[^ ]+ NSEC /.test(line));
    expect(chain).toEqual([
      '@ NSEC a NS SOA MX RRSIG NSEC DNSKEY',
      'a NSEC ai NS DS RRSIG NSEC',
      'ai NSEC b A HINFO AAAA RRSIG NSEC',
      'b NSEC ns1 NS RRSIG NSEC',
      'ns1 NSEC ns2 A RRSIG NSEC',
      'ns2 NSEC *.w A RRSIG NSEC',
      '*.w NSEC x.w MX RRSIG NSEC',
      'x.w NSEC x.y.w MX RRSIG NSEC',
      'x.y.w NSEC xx MX RRSIG NSEC',
      'xx NSEC @ A HINFO AAAA RRSIG NSEC',
    ]);
  });
});

const RFC4035 = `$TTL 3600
@ SOA ns1 bugs.x.w 1081539377 3600 300 3600000 3600
@ NS ns1
@ NS ns2
@ MX 1 xx
a NS ns1.a
a NS ns2.a
a DS 57855 5 1 B6DCD485719ADCA18E5F3D48A2331627FDD3636B
ns1.a A 192.0.2.5
ns2.a A 192.0.2.6
ai A 192.0.2.9
ai HINFO "KLH-10" "ITS"
ai AAAA 2001:db8::f00:baa9
b NS ns1.b
b NS ns2.b
ns1.b A 192.0.2.7
ns2.b A 192.0.2.8
ns1 A 192.0.2.1
ns2 A 192.0.2.2
*.w MX 1 ai
x.w MX 1 xx
x.y.w MX 1 xx
xx A 192.0.2.10
xx HINFO "KLH-10" "TOPS-20"
xx AAAA 2001:db8::f00:baaa
`;
