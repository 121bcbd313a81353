import { describe, expect, it } from 'vitest';
import { compileOne, recordsAt } from './memory.ts';

const NODES = `
nodes:
  fra1: { host: fra1.example.net, web: true, probe: { address: 198.51.100.1 } }
  ams1: { web: true, probe: { address: "2001:db8::2", port: 53 } }
  sto1: { web: false, probe: { address: 198.51.100.3 } }
  lon1:
    web: yes
    probe: { address: 198.51.100.4 }
`;
const zone = (...lines: string[]): string =>
  ['ttl: 1h', 'records:', '  "@": { NS: ns.example.net. }', ...lines.map((line) => `  ${line}`), ''].join('\n');

/** What `www.example.com` has after compiling. */
function atWww(files: Readonly<Record<string, string>>): { records: string[]; rules: string[] } {
  const { compiled, findings } = compileOne(files, 'example.com.');
  return { records: recordsAt(compiled.names, 'www.example.com.'), rules: findings.map(({ rule }) => rule) };
}

describe('compileZone', () => {
  it('hands a zone without pseudo-records on as it is', () => {
    const { compiled, findings } = compileOne(
      { 'zones/example.com.yaml': zone('www: { A: 192.0.2.1 }') },
      'example.com.',
    );
    expect(recordsAt(compiled.names, 'www.example.com.')).toEqual(['A 3600 192.0.2.1']);
    expect(recordsAt(compiled.names, 'example.com.')).toEqual(['NS 3600 ns.example.net.']);
    expect(compiled.nodes.size).toBe(0);
    expect(findings).toEqual([]);
  });
});

describe('ALIAS', () => {
  it('becomes the addresses of its target, with the shorter TTL of each', () => {
    const files = {
      'zones/example.com.yaml': zone(
        'www: { ALIAS: web, MX: 10 mail.example.net. }',
        'web: { A: { ttl: 60, values: [192.0.2.1, 192.0.2.2] }, AAAA: { ttl: 1d, value: "2001:db8::1" }, TXT: x }',
      ),
    };
    expect(atWww(files)).toEqual({
      records: ['A 60 192.0.2.1', 'A 60 192.0.2.2', 'AAAA 3600 2001:db8::1', 'MX 3600 10 mail.example.net.'],
      rules: [],
    });
  });

  it('is followed through other zones, ALIASes, CNAMEs and wildcards, with the shortest TTL on the way', () => {
    const files = {
      'zones/example.com.yaml': zone('www: { ALIAS: a.hosting.example. }'),
      'zones/hosting.example.yaml': zone(
        'a: { CNAME: { ttl: 40, value: b.deep } }',
        'b.deep: { ALIAS: x.any }',
        '"*.any": { A: 192.0.2.9 }',
      ),
    };
    expect(atWww(files)).toEqual({ records: ['A 40 192.0.2.9'], rules: [] });
  });

  it('works at the apex', () => {
    const files = { 'zones/example.com.yaml': zone('www: { A: 192.0.2.1 }').replace('NS: ns', 'ALIAS: www, NS: ns') };
    expect(recordsAt(compileOne(files, 'example.com.').compiled.names, 'example.com.')).toEqual([
      'A 3600 192.0.2.1',
      'NS 3600 ns.example.net.',
    ]);
  });

  it.each([
    ['a name that no zone answers', 'www: { ALIAS: shop.hosting.example.org. }', 'alias-external'],
    ['a delegated name', 'www: { ALIAS: x.sub }\n  sub: { NS: ns.example.org. }', 'alias-external'],
    ['a name that does not exist', 'www: { ALIAS: nope }', 'alias-without-address'],
    ['a name without addresses', 'www: { ALIAS: web }\n  web: { TXT: x }', 'alias-without-address'],
    ['a name below a DNAME', 'www: { ALIAS: x.old }\n  old: { DNAME: new }', 'alias-without-address'],
    [
      'a redirect without web nodes',
      'www: { ALIAS: old }\n  old: { REDIRECT: "301 https://x.example/" }',
      'alias-without-address',
    ],
    ['itself', 'www: { ALIAS: www }', 'alias-loop'],
    ['itself through others', 'www: { ALIAS: a }\n  a: { CNAME: b }\n  b: { ALIAS: www }', 'alias-loop'],
    ['a loop of others', 'www: { ALIAS: a }\n  a: { ALIAS: b }\n  b: { ALIAS: a }', 'alias-loop'],
  ])('to %s is a finding at its value', (_, lines, rule) => {
    const { findings } = compileOne({ 'zones/example.com.yaml': zone(lines) }, 'example.com.');
    const found = findings.find((finding) => finding.owner === 'www.example.com.' && finding.rule === rule);
    expect(found).toMatchObject({
      severity: 'error',
      type: 'ALIAS',
      place: { file: 'zones/example.com.yaml', line: 4 },
    });
    expect(found?.fix).not.toBe('');
  });

  it('gives up on chains without end', () => {
    const chain = Array.from({ length: 40 }, (_, i) => `n${i}: { ALIAS: n${i + 1} }`);
    const files = { 'zones/example.com.yaml': zone('www: { ALIAS: n0 }', ...chain, 'n40: { A: 192.0.2.1 }') };
    expect(atWww(files).rules).toContain('alias-loop');
  });
});

describe('pinned values', () => {
  const files = {
    'nodes.yaml': NODES,
    'zones/example.com.yaml': zone(
      'www:',
      '  A: [ { value: 192.0.2.1, nodes: [fra1] }, { value: 192.0.2.2, nodes: [ams1] }, 192.0.2.3 ]',
      '  TXT: same everywhere',
      'all: { A: [ { value: 192.0.2.11, nodes: [fra1] }, { value: 192.0.2.12, nodes: [ams1, sto1] } ] }',
      'other: { A: 192.0.2.20 }',
    ),
  };
  const { compiled, findings } = compileOne(files, 'example.com.');

  it('are served by their nodes beside those that every node serves', () => {
    expect(findings).toEqual([]);
    expect(recordsAt(compiled.names, 'www.example.com.')).toEqual(['A 3600 192.0.2.3', 'TXT 3600 "same everywhere"']);
    expect(recordsAt(compiled.nodes.get('fra1'), 'www.example.com.')).toEqual([
      'A 3600 192.0.2.1',
      'A 3600 192.0.2.3',
      'TXT 3600 "same everywhere"',
    ]);
    expect(recordsAt(compiled.nodes.get('ams1'), 'www.example.com.')).toContain('A 3600 192.0.2.2');
  });

  it('are all served by a node that none of them names', () => {
    expect(recordsAt(compiled.names, 'all.example.com.')).toEqual(['A 3600 192.0.2.11', 'A 3600 192.0.2.12']);
    expect(recordsAt(compiled.nodes.get('fra1'), 'all.example.com.')).toEqual(['A 3600 192.0.2.11']);
    expect(recordsAt(compiled.nodes.get('sto1'), 'all.example.com.')).toEqual(['A 3600 192.0.2.12']);
  });

  it('make files only for nodes and owners that differ', () => {
    expect([...compiled.nodes.keys()]).toEqual(['ams1', 'fra1', 'sto1']);
    expect([...compiled.nodes.get('sto1')!.keys()]).toEqual(['all.example.com.']);
    expect(compiled.nodes.get('fra1')!.has('other.example.com.' as never)).toBe(false);
  });

  it('stay pinned where an ALIAS leads to them', () => {
    const { compiled: other } = compileOne(
      {
        'nodes.yaml': NODES,
        'zones/example.com.yaml': zone('www: { ALIAS: w }', 'w: { A: [{ value: 192.0.2.1, nodes: fra1 }, 192.0.2.2] }'),
      },
      'example.com.',
    );
    expect(recordsAt(other.names, 'www.example.com.')).toEqual(['A 3600 192.0.2.2']);
    expect(recordsAt(other.nodes.get('fra1'), 'www.example.com.')).toEqual(['A 3600 192.0.2.1', 'A 3600 192.0.2.2']);
  });

  it('of a node that the inventory does not have are a finding; without an inventory every name goes', () => {
    const document = zone('www: { A: [{ value: 192.0.2.1, nodes: par1 }] }');
    expect(atWww({ 'nodes.yaml': NODES, 'zones/example.com.yaml': document }).rules).toEqual(['unknown-node']);
    expect(atWww({ 'zones/example.com.yaml': document }).rules).toEqual([]);
  });
});

describe('proxied values and redirects', () => {
  it('are answered with the addresses of the web nodes', () => {
    const files = {
      'nodes.yaml': NODES,
      'zones/example.com.yaml': zone(
        'www: { A: { value: 203.0.113.5, proxied: true }, AAAA: { value: "2001:db8::5", proxied: true } }',
        'old: { REDIRECT: "301 https://x.example/" }',
      ),
    };
    expect(atWww(files)).toEqual({ records: ['A 3600 198.51.100.1', 'AAAA 3600 2001:db8::2'], rules: [] });
    expect(recordsAt(compileOne(files, 'example.com.').compiled.names, 'old.example.com.')).toEqual([
      'A 3600 198.51.100.1',
      'AAAA 3600 2001:db8::2',
    ]);
  });

  it('of several origins are one set of addresses', () => {
    const files = {
      'nodes.yaml': NODES,
      'zones/example.com.yaml': zone(
        'www: { A: [{ value: 203.0.113.5, proxied: true }, { value: 203.0.113.6, proxied: true }, 198.51.100.1] }',
      ),
    };
    expect(atWww(files).records).toEqual(['A 3600 198.51.100.1']);
  });

  it('without a web node are findings', () => {
    const document = zone(
      'www: { A: { value: 203.0.113.5, proxied: true } }',
      'old: { REDIRECT: "301 https://x.example/" }',
    );
    const { compiled, findings } = compileOne({ 'zones/example.com.yaml': document }, 'example.com.');
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`).sort()).toEqual([
      'error proxied-without-web-node',
      'warning redirect-without-web-node',
    ]);
    expect(compiled.names.has('old.example.com.' as never)).toBe(false);
  });
});

describe('a presigned zone', () => {
  it('takes no records that have no signatures', () => {
    const document = `dnssec: presigned\nsoa: { serial: 7 }\n${zone('www: { ALIAS: web }', 'web: { A: 192.0.2.1 }')}`;
    expect(atWww({ 'zones/example.com.yaml': document }).rules).toEqual(['presigned-content']);
  });

  it('gives each signature the TTL of what it signs, in an RRset for each type that is signed', () => {
    const signature = (type: string, rest = ''): string =>
      `${type} 13 3 60 20300101000000 20290101000000 1 @ ${rest}AAAA`;
    const document = `dnssec: presigned\nsoa: { serial: 7 }\n${zone(
      'www:',
      '  A: { ttl: 60, values: [192.0.2.1] }',
      '  TXT: x',
      `  RRSIG: ["${signature('TXT')}", "${signature('A')}", "${signature('A', 'BBBB')}", "${signature('MX')}"]`,
    )}`;
    const { compiled } = compileOne({ 'zones/example.com.yaml': document }, 'example.com.');
    const sets = compiled.names.get('www.example.com.' as never) ?? [];
    const signatures = sets.filter(({ type }) => type === 46);
    expect(signatures.map(({ ttl, rdatas }) => `${ttl} ${rdatas.length}`)).toEqual(['3600 1', '60 2', '3600 1']);
  });
});
