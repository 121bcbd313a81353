import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { rdataToText, typeName } from '../../../src/dns/rdata.ts';
import { importOctodns } from '../../../src/zone/import/octodns.ts';

const apex = parseName('example.com.');

function read(text: string) {
  return importOctodns([{ path: 'example.com.yaml', text }], apex);
}

function lines(text: string): string[] {
  const { zone, findings } = read(text);
  if (zone === undefined) throw new Error(JSON.stringify(findings));
  return [...zone.rrsets].flatMap(([owner, rrsets]) =>
    rrsets.flatMap(({ ttl, type, rdatas }) =>
      rdatas.map((rdata) => `${owner} ${ttl} ${typeName(type)} ${rdataToText(type, rdata)}`),
    ),
  );
}

describe('octoDNS documents', () => {
  it('reads one and several records a name, values and structured values, default and own TTLs', () => {
    expect(
      lines(`---
? ''
: - type: NS
    values: [ns1.example.com., ns2.example.com.]
  - ttl: 60
    type: MX
    values:
      - { preference: 10, exchange: mx1.example.com. }
      - { priority: 20, value: mx2.example.com. }
  - type: CAA
    value: { flags: 0, tag: issue, value: letsencrypt.org }
www: { type: A, ttl: 300, values: [192.0.2.1, 192.0.2.2] }
_sip._tcp: { type: SRV, value: { priority: 1, weight: 2, port: 5060, target: sip.example.com. } }
txt: { type: TXT, value: 'v=DKIM1\\; k=rsa\\; p=abc' }
host: { type: SSHFP, value: { algorithm: 4, fingerprint_type: 2, fingerprint: ${'ab'.repeat(32)} } }
svc: { type: HTTPS, value: { svcpriority: 1, targetname: ".", svcparams: { alpn: [h2, h3], port: 443 } } }
`),
    ).toEqual([
      'example.com. 3600 NS ns1.example.com.',
      'example.com. 3600 NS ns2.example.com.',
      'example.com. 60 MX 10 mx1.example.com.',
      'example.com. 60 MX 20 mx2.example.com.',
      'example.com. 3600 CAA 0 issue "letsencrypt.org"',
      'www.example.com. 300 A 192.0.2.1',
      'www.example.com. 300 A 192.0.2.2',
      '_sip._tcp.example.com. 3600 SRV 1 2 5060 sip.example.com.',
      'txt.example.com. 3600 TXT "v=DKIM1; k=rsa; p=abc"',
      `host.example.com. 3600 SSHFP 4 2 ${'AB'.repeat(32)}`,
      'svc.example.com. 3600 HTTPS 1 . alpn="h2,h3" port=443',
    ]);
  });

  it('keeps aliases apart, as they are no records', () => {
    expect(read("'': { type: ALIAS, ttl: 60, value: www.example.org. }").zone?.aliases).toEqual([
      { owner: apex, ttl: 60, target: 'www.example.org.' },
    ]);
  });

  it.each([
    ['www: { ttl: 60, value: 192.0.2.1 }', 'import-octodns', 1],
    ['www: { type: A }', 'import-octodns', 1],
    ['www: { type: A, value: 192.0.2.256 }', 'ipv4-syntax', 1],
    ['a: { type: A, value: 192.0.2.1 }\nwww: { type: NOPE, value: x }', 'unknown-type', 2],
    ['www: { type: A, ttl: 1h, value: 192.0.2.1 }', 'ttl-syntax', 1],
    ['www:\n  type: A\n  value: 192.0.2.1\n  dynamic: { pools: {} }', 'import-octodns', 4],
    ['www: 192.0.2.1', 'import-octodns', 1],
    ['www: [{ type: A, value: 192.0.2.1 }, { type: A, value: 192.0.2.2 }]', 'rrset-twice', 1],
    ['www: { type: A, value: 192.0.2.1 }\nwww: { type: A, value: 192.0.2.1 }', 'duplicate-key', 2],
    ['a..b: { type: A, value: 192.0.2.1 }', 'empty-label', 1],
    ['[1', 'yaml-syntax', 1],
  ])('%j is refused as %s at its place', (text, rule, line) => {
    const { zone, findings } = read(text);
    expect(zone).toBeUndefined();
    expect(findings.map((finding) => [finding.rule, finding.place.line])).toContainEqual([rule, line]);
    for (const { fix } of findings) expect(fix).not.toBe('');
  });

  it('says where PyYAML would have read something else', () => {
    const { zone, findings } = read('no: { type: TXT, value: 1:30 }');
    expect(zone?.rrsets.has(parseName('no', apex))).toBe(true);
    expect(findings.map((finding) => [finding.rule, finding.severity])).toEqual([
      ['yaml-retyped', 'warning'],
      ['yaml-retyped', 'warning'],
    ]);
  });
});
