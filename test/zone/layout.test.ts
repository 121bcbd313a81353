import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DomainName, nameFromLabels, parseName, ROOT } from '../../src/dns/name.ts';
import { zoneFileName, zoneOfFile } from '../../src/dns/zone-file.ts';
import { isTemplateName, layOut } from '../../src/zone/layout.ts';

describe('layOut', () => {
  it('finds zones in any folder, by A-label, U-label and in any case', () => {
    const { zones, findings } = layOut([
      'zones/example.com.yaml',
      'zones/idn/bücher.example.yaml',
      'zones/idn/xn--bcher-kva.test.yaml',
      'zones/a/b/c/UPPER.example.yaml',
      'zones/root.yaml',
      'zones/0_25.2.0.192.in-addr.arpa.yaml',
    ]);
    expect(findings).toEqual([]);
    expect([...zones].sort()).toEqual([
      ['.', 'zones/root.yaml'],
      ['0/25.2.0.192.in-addr.arpa.', 'zones/0_25.2.0.192.in-addr.arpa.yaml'],
      ['example.com.', 'zones/example.com.yaml'],
      ['upper.example.', 'zones/a/b/c/UPPER.example.yaml'],
      ['xn--bcher-kva.example.', 'zones/idn/bücher.example.yaml'],
      ['xn--bcher-kva.test.', 'zones/idn/xn--bcher-kva.test.yaml'],
    ]);
  });

  it('names templates by their path', () => {
    const { templates, findings } = layOut([
      'templates/dkim.yaml',
      'templates/mail/google.yaml',
      'templates/README.md',
    ]);
    expect(findings).toEqual([]);
    expect([...templates]).toEqual([
      ['dkim', 'templates/dkim.yaml'],
      ['mail/google', 'templates/mail/google.yaml'],
    ]);
  });

  it('passes over everything else', () => {
    const { zones, templates, findings } = layOut([
      'zonewright.yaml',
      'nodes.yaml',
      'zones/README.md',
      'zones/.example.com.yaml.swp',
      'zones/.hidden.yaml',
      'other/zones/example.com.yaml',
      'zonesexample.com.yaml',
    ]);
    expect([zones.size, templates.size, findings]).toEqual([0, 0, []]);
  });

  it('names both files of a zone, however their names are written', () => {
    const paths = ['zones/b/xn--bcher-kva.example.yaml', 'zones/a/Bücher.example.yaml'];
    const { zones, findings } = layOut(paths);
    expect([...zones.values()]).toEqual(['zones/a/Bücher.example.yaml']);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: 'zone-twice',
      severity: 'error',
      place: { file: 'zones/b/xn--bcher-kva.example.yaml', line: 1, column: 1 },
      related: [{ place: { file: 'zones/a/Bücher.example.yaml' } }],
    });
    expect(findings[0]?.message).toContain('zones/a/Bücher.example.yaml');
    expect(layOut(paths.reverse())).toEqual({ zones, templates: new Map(), findings });
  });

  it.each([
    ['zones/example.com.yml', 'zone-file-name', 'rename it to example.com.yaml'],
    ['zones/example.com.YAML', 'zone-file-name', 'rename it to example.com.yaml'],
    ['zones/.yaml', 'zone-file-name', 'one dot between two labels'],
    ['zones/a..b.yaml', 'zone-file-name', 'one dot between two labels'],
    ['zones/example.com..yaml', 'zone-file-name', 'none at the end'],
    ['zones/*.example.com.yaml', 'zone-file-name', '% and two hexadecimal digits'],
    ['zones/a b.yaml', 'zone-file-name', '% and two hexadecimal digits'],
    ['zones/a\\000.yaml', 'zone-file-name', '% and two hexadecimal digits'],
    ['zones/a%2.yaml', 'zone-file-name', '% and two hexadecimal digits'],
    ['zones/%61.yaml', 'zone-file-name', 'call the file a.yaml'],
    ['zones/a%2Fb.in-addr.arpa\n.yaml', 'zone-file-name', '% and two hexadecimal digits'],
    ['zones/0%2F25.2.0.192.in-addr.arpa.yaml', 'zone-file-name', 'call the file 0_25.2.0.192.in-addr.arpa.yaml'],
    [`zones/${'a'.repeat(64)}.yaml`, 'zone-file-name', '63 octets'],
    [`zones/${'ä'.repeat(64)}.yaml`, 'zone-file-name', '63 octets'],
    [`zones/${'a.'.repeat(127)}aa.yaml`, 'zone-file-name', '255 octets'],
    ['zones/xn--a-ä.yaml', 'zone-file-name', 'IDNA'],
    ['templates/a b.yaml', 'template-name', 'letters'],
    ['templates/../x.yaml', 'template-name', 'letters'],
    ['templates/x.yml', 'template-name', 'rename it to x.yaml'],
  ])('refuses %j', (path, rule, fix) => {
    const { zones, templates, findings } = layOut([path]);
    expect([zones.size, templates.size]).toEqual([0, 0]);
    expect(findings).toMatchObject([{ rule, severity: 'error', place: { file: path } }]);
    expect(findings[0]?.fix).toContain(fix);
  });
});

describe('zoneFileName', () => {
  it.each([
    ['.', 'root'],
    ['root.', '%72oot'],
    ['example.com.', 'example.com'],
    ['xn--bcher-kva.example.', 'xn--bcher-kva.example'],
    ['0/25.2.0.192.in-addr.arpa.', '0_25.2.0.192.in-addr.arpa'],
    ['0_25.2.0.192.in-addr.arpa.', '0%5F25.2.0.192.in-addr.arpa'],
    ['0-25.2.0.192.in-addr.arpa.', '0-25.2.0.192.in-addr.arpa'],
    ['_tcp.example.com.', '_tcp.example.com'],
    ['0/25.example.com.', '0%2F25.example.com'],
    ['*.example.com.', '%2A.example.com'],
    ['\\.\\..', '%2E%2E'],
    ['a\\000b.', 'a%00b'],
    ['%2e.', '%252e'],
    ['a\\/b.', 'a%2Fb'],
  ])('%s is %s', (name, file) => {
    const apex = parseName(name);
    expect(zoneFileName(apex)).toBe(file);
    expect(zoneOfFile(file)).toBe(apex);
  });

  const label = fc
    .oneof(
      fc.stringMatching(/^[a-z0-9_-]{1,20}$/),
      fc.stringMatching(/^[0-9]{1,3}[/_][0-9]{1,3}$/),
      fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.constantFrom('root', '..', '%2e', '/', '*', '.', 'con'),
    )
    .filter((text) => !text.startsWith('xn--'));
  const apexes: fc.Arbitrary<DomainName> = fc
    .tuple(fc.array(label, { maxLength: 5 }), fc.constantFrom([], ['in-addr', 'arpa'], ['ip6', 'arpa'], ['root']))
    .map(([labels, rest]) => nameFromLabels([...labels, ...rest]));

  it('is a safe file name that leads back to its zone and to no other', () => {
    fc.assert(
      fc.property(apexes, (apex) => {
        const file = zoneFileName(apex);
        expect(file).toMatch(/^[A-Za-z0-9_%-]+(\.[A-Za-z0-9_%-]+)*$/);
        expect(zoneOfFile(file)).toBe(apex);
        expect(zoneOfFile(file.toUpperCase())).toBe(apex);
        expect(layOut([`zones/${file}.yaml`]).zones).toEqual(new Map([[apex, `zones/${file}.yaml`]]));
      }),
    );
  });

  it('is the only spelling of a zone in ASCII', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9%._-]{1,20}$/), (file) => {
        let apex = ROOT;
        try {
          apex = zoneOfFile(file);
        } catch {
          return;
        }
        expect(zoneFileName(apex).toLowerCase()).toBe(file.toLowerCase());
      }),
    );
  });
});

describe('isTemplateName', () => {
  it.each(['dkim', 'mail/google', 'a/b/c', 'A_b-c.d', '0'])('takes %s', (name) => {
    expect(isTemplateName(name)).toBe(true);
  });

  it.each([
    '',
    '/',
    '/etc/passwd',
    '../x',
    'a/../b',
    'a/..',
    '..',
    '.',
    'a//b',
    'a/',
    '.hidden',
    '-x',
    'a b',
    'a\\b',
    'ä',
    'a\n',
    `${'a/'.repeat(100)}a`,
  ])('refuses %j', (name) => {
    expect(isTemplateName(name)).toBe(false);
  });
});
