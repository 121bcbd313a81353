import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDocument } from '../../../src/zone/format/format.ts';
import type { YamlNode } from '../../../src/zone/yaml/node.ts';
import { readYaml } from '../../../src/zone/yaml/read.ts';

function format(text: string, sort = false): string {
  const formatted = formatDocument(text, { sort });
  if (formatted.kind !== 'formatted') throw new Error(JSON.stringify(formatted));
  return formatted.text;
}

/** A document's meaning: its texts, maps and lists without places and styles. */
function meaning(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.style === 'empty' ? null : node.text;
  if (node.kind === 'seq') return node.items.map(meaning);
  return node.entries.map(({ key, value }) => [key.text, meaning(value)]);
}

describe('layout', () => {
  it('leaves a document in canonical layout as it is', () => {
    const text = [
      '# yaml-language-server: $schema=../schemas/zone.schema.json',
      'ttl: 1h  # the default',
      'soa: { primary: ns1.example.net., contact: hostmaster@example.net }',
      'use: [mail/google, { template: dkim, vars: { selector: k1 } }]',
      'records:',
      '  "@":',
      '    NS: [ns1.example.net., ns2.example.net.]',
      '    TXT:',
      '      - v=spf1 mx -all  # plain text',
      '      - \'"two" "strings"\'',
      '',
      '  # The web',
      '  www: { CNAME: "@" }',
      '  api:',
      '    A: { ttl: 60, values: [192.0.2.10, 192.0.2.11] }',
      '',
    ].join('\n');
    expect(format(text)).toBe(text);
  });

  it('spreads owners with several types and leaves short ones on one line', () => {
    expect(format('records:\n    www: {A: 192.0.2.1,   AAAA: "2001:db8::1"}\n    mail: {A:   192.0.2.2}\n')).toBe(
      'records:\n  www:\n    A: 192.0.2.1\n    AAAA: "2001:db8::1"\n  mail: { A: 192.0.2.2 }\n',
    );
  });

  it('breaks lines that would be too long', () => {
    const values = Array.from({ length: 12 }, (_, i) => `192.0.2.${i + 100}`);
    expect(format(`records:\n  www:\n    A: [${values.join(', ')}]\n`)).toBe(
      `records:\n  www:\n    A:\n${values.map((value) => `      - ${value}\n`).join('')}`,
    );
  });

  it('keeps the quotes that are there, and adds those that braces ask for', () => {
    expect(format('records:\n  www: { TXT: "a b" , MX: \'10 mail\' }\n')).toBe(
      'records:\n  www:\n    TXT: "a b"\n    MX: \'10 mail\'\n',
    );
    expect(format('use: [ a b,  "c, d" ]\n')).toBe('use: [a b, "c, d"]\n');
  });

  it('keeps comments in every place', () => {
    const text = [
      '# head',
      '',
      '# above ttl',
      'ttl: 1h # behind ttl',
      'records: # behind records',
      '  # above www',
      '  www: # behind www',
      '    # above A',
      '    A: # behind A',
      '      - 192.0.2.1 # one',
      '      # between',
      '      - 192.0.2.2',
      '      # below the values',
      '    # below the types',
      '  # below the names',
      '# at the end',
      '',
    ].join('\n');
    expect(format(text)).toBe(text.replaceAll(/(\S) #/g, '$1  #'));
  });

  it('opens braces that hold comments', () => {
    expect(format('records:\n  www: { # why\n    A: 192.0.2.1, # first\n    TXT: x } # last\n')).toBe(
      'records:\n  www:  # why # last\n    A: 192.0.2.1  # first\n    TXT: x\n',
    );
  });

  it('sorts owners on request only, with their comments', () => {
    const text =
      'records:\n  # zz\n  zz: { A: 192.0.2.1 }\n  b.a: { A: 192.0.2.1 }\n  "@": { NS: ns1 }\n  a: { A: 192.0.2.1 }\n';
    expect(format(text)).toBe(text);
    expect(format(text, true)).toBe(
      'records:\n  "@": { NS: ns1 }\n  a: { A: 192.0.2.1 }\n  b.a: { A: 192.0.2.1 }\n  # zz\n  zz: { A: 192.0.2.1 }\n',
    );
  });

  it('folds blank lines and takes carriage returns, marks and trailing space away', () => {
    expect(format('\ufeff---\r\nttl: 1h   \r\n\r\n\r\n\r\nrecords:\r\n\r\n  www: { A: 192.0.2.1 }\r\n\r\n')).toBe(
      'ttl: 1h\n\nrecords:\n\n  www: { A: 192.0.2.1 }\n',
    );
  });

  it('leaves alone what it could not give back: anchors, aliases, tags, broken documents', () => {
    expect(formatDocument('a: &x 1\nb: *x\n', { sort: false }).kind).toBe('kept');
    expect(formatDocument('- a\n', { sort: false }).kind).toBe('kept');
    expect(formatDocument('', { sort: false }).kind).toBe('kept');
    expect(formatDocument('a: [1\n', { sort: false }).kind).toBe('broken');
  });
});

describe('properties', () => {
  const comment = fc.option(fc.stringMatching(/^[a-z][a-z "'{},:#-]{0,12}$/), { freq: 4, nil: undefined });
  const scalar = fc.oneof(
    fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,10}$/),
    fc.constantFrom(
      '"a b"',
      "'it''s'",
      'a: b'.replace(': ', ':'),
      '"#x"',
      'x#y',
      '10 mail',
      'v=spf1 -all; b',
      '"{,}"',
      '@'.replace('@', '"@"'),
    ),
  );
  const item = fc.tuple(scalar, comment);
  const typeValue = fc.oneof(
    item.map(([value, note]) => (_indent: string) => [` ${value}${tail(note)}`]),
    fc
      .array(item, { minLength: 1, maxLength: 4 })
      .map((items) => (indent: string) => [
        '',
        ...items.flatMap(([value, note]) => [`${indent}- ${value}${tail(note)}`]),
      ]),
    fc.array(scalar, { maxLength: 4 }).map((items) => () => [` [${items.join(',  ')}]`]),
    fc.tuple(scalar, scalar).map(([a, b]) => () => [` {ttl: ${a} , values: ${b}}`]),
  );
  const tail = (note: string | undefined): string => (note === undefined ? '' : `   # ${note}`);
  const own = (note: string | undefined, indent: string): string[] =>
    note === undefined ? [] : [`${indent}# ${note}`];
  const document = fc
    .uniqueArray(
      fc.tuple(
        fc.stringMatching(/^[a-z]{1,5}$/),
        comment,
        fc.nat(2),
        fc.uniqueArray(fc.tuple(fc.constantFrom('A', 'TXT', 'MX', 'waive'), comment, typeValue), {
          selector: ([type]) => type,
          minLength: 1,
        }),
      ),
      {
        selector: ([owner]) => owner,
        maxLength: 6,
      },
    )
    .map((owners) =>
      [
        'ttl: 1h',
        'records:',
        ...owners.flatMap(([owner, note, blanks, types]) => [
          ...Array.from({ length: blanks }, () => ''),
          ...own(note, '   '),
          `   ${owner}:`,
          ...types.flatMap(([type, above, value]) => {
            const [first, ...rest] = value('         ');
            return [...own(above, '      '), `      ${type}:${first}`, ...rest];
          }),
        ]),
      ].join('\n'),
    );

  it('says the same, keeps every comment, and changes nothing the second time', () => {
    fc.assert(
      fc.property(document, (text) => {
        const once = format(text);
        expect(meaning(readYaml(once).root)).toEqual(meaning(readYaml(text).root));
        const notes = (source: string): string[] =>
          source
            .split('\n')
            .flatMap((line) => /(?:^|\s)# (.*?)\s*$/.exec(line.replace(/"[^"]*"|'[^']*'/g, 'q'))?.[1] ?? []);
        expect(notes(once).sort()).toEqual(notes(text).sort());
        expect(format(once)).toBe(once);
      }),
      { numRuns: 400 },
    );
  });
});
