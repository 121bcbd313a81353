import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { readConfig } from '../../../src/zone/config.ts';
import type { NewValue, ZoneChange } from '../../../src/zone/edit/change.ts';
import { changeDocument } from '../../../src/zone/edit/edit.ts';
import { openNear } from '../../../src/zone/edit/open.ts';
import { formatDocument } from '../../../src/zone/format/format.ts';
import { readZone } from '../../../src/zone/read.ts';

const apex = parseName('example.com.');
const owner = (label: string) => parseName(label, apex);
const put = (label: string, type: string, values: readonly (string | NewValue)[], ttl?: number): ZoneChange => ({
  kind: 'put',
  owner: owner(label),
  type,
  ttl,
  values: values.map((value) => (typeof value === 'string' ? { text: value } : value)),
});
const drop = (label: string, type: string): ZoneChange => ({ kind: 'delete', owner: owner(label), type });

function change(text: string, ...changes: ZoneChange[]): string {
  const changed = changeDocument(text, apex, changes);
  if (changed.kind === 'refused') throw new Error(changed.message);
  return changed.text;
}

/** The lines that differ, as a diff shows them. */
function difference(before: string, after: string): string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return [
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
  ];
}

const zone = `# a zone
ttl: 1h
records:
  "@":
    NS: [ns1.example.net., ns2.example.net.]   # two of them
    MX:
      - 10 mail      # the first
      - 20 backup

    TXT: v=spf1 -all

  # The web
  api:
    A: { ttl: 60, values: [192.0.2.10, 192.0.2.11] }
  mail: { A: 192.0.2.7 } # mail
  www: { CNAME: "@" }   # alias
# the end
`;

describe('one change is the lines that a person would have edited', () => {
  const cases: [string, ZoneChange[], string[]][] = [
    [
      'a value in its place',
      [put('mail', 'A', ['192.0.2.8'])],
      ['-  mail: { A: 192.0.2.7 } # mail', '+  mail: { A: 192.0.2.8 } # mail'],
    ],
    [
      'one of several values',
      [put('api', 'A', ['192.0.2.10', '192.0.2.99'], 60)],
      [
        '-    A: { ttl: 60, values: [192.0.2.10, 192.0.2.11] }',
        '+    A: { ttl: 60, values: [192.0.2.10, 192.0.2.99] }',
      ],
    ],
    [
      'a TTL in its place',
      [put('api', 'A', ['192.0.2.10', '192.0.2.11'], 300)],
      [
        '-    A: { ttl: 60, values: [192.0.2.10, 192.0.2.11] }',
        '+    A: { ttl: 5m, values: [192.0.2.10, 192.0.2.11] }',
      ],
    ],
    [
      'the TTL taken away',
      [put('api', 'A', ['192.0.2.10', '192.0.2.11'])],
      ['-    A: { ttl: 60, values: [192.0.2.10, 192.0.2.11] }', '+    A: [192.0.2.10, 192.0.2.11]'],
    ],
    [
      'a value more in brackets',
      [put('@', 'NS', ['ns1.example.net.', 'ns2.example.net.', 'ns3.example.net.'])],
      [
        '-    NS: [ns1.example.net., ns2.example.net.]   # two of them',
        '+    NS: [ns1.example.net., ns2.example.net., ns3.example.net.]  # two of them',
      ],
    ],
    ['a line more in a list', [put('@', 'MX', ['10 mail', '20 backup', '30 last'])], ['+      - 30 last']],
    ['a line less in a list', [put('@', 'MX', ['20 backup'])], ['-      - 10 mail      # the first']],
    ['a line of a list', [put('@', 'MX', ['10 mail', '20 other'])], ['-      - 20 backup', '+      - 20 other']],
    [
      'a value beside another',
      [put('@', 'TXT', ['v=spf1 -all', 'token, with comma'])],
      ['-    TXT: v=spf1 -all', '+    TXT: [v=spf1 -all, "token, with comma"]'],
    ],
    ['a type more', [put('api', 'AAAA', ['2001:db8::1'])], ['+    AAAA: 2001:db8::1']],
    [
      'a type more for an owner on one line',
      [put('mail', 'AAAA', ['2001:db8::1'])],
      ['-  mail: { A: 192.0.2.7 } # mail', '+  mail:  # mail', '+    A: 192.0.2.7', '+    AAAA: 2001:db8::1'],
    ],
    ['a type less', [drop('@', 'TXT')], ['-    TXT: v=spf1 -all']],
    ['an owner less', [drop('mail', 'A')], ['-  mail: { A: 192.0.2.7 } # mail']],
    ['an owner more, where the order wants it', [put('new', 'A', ['192.0.2.50'])], ['+  new: { A: 192.0.2.50 }']],
    ['an owner more, behind the last', [put('zzz', 'A', ['192.0.2.50'])], ['+  zzz: { A: 192.0.2.50 }']],
    [
      'an owner more, with a TTL and two values',
      [put('new', 'A', ['192.0.2.50', '192.0.2.51'], 60)],
      ['+  new:', '+    A: { ttl: 1m, values: [192.0.2.50, 192.0.2.51] }'],
    ],
    [
      'a pinned value',
      [put('api', 'A', ['192.0.2.10', { text: '192.0.2.11', options: { nodes: ['fra1'], proxied: false } }], 60)],
      [
        '-    A: { ttl: 60, values: [192.0.2.10, 192.0.2.11] }',
        '+    A: { ttl: 1m, values: [192.0.2.10, { value: 192.0.2.11, nodes: [fra1] }] }',
      ],
    ],
    [
      'a redirect',
      [put('old', 'REDIRECT', ['301 https://www.example.com/'])],
      ['+  old: { REDIRECT: 301 https://www.example.com/ }'],
    ],
    [
      'nothing, where nothing changes',
      [put('@', 'MX', ['20 BACKUP.example.com.', '10 mail']), put('www', 'CNAME', ['example.com.']), drop('www', 'A')],
      [],
    ],
    ['a setting', [{ kind: 'set', key: 'ttl', text: '5m' }], ['-ttl: 1h', '+ttl: 5m']],
    ['a setting more', [{ kind: 'set', key: 'dnssec', text: 'default' }], ['+dnssec: default']],
    ['a setting less', [{ kind: 'set', key: 'ttl', text: undefined }], ['-ttl: 1h']],
  ];
  it.each(cases)('%s', (_name, changes, expected) => {
    expect(difference(zone, change(zone, ...changes))).toEqual(expected);
  });

  it('several changes, each where it belongs', () => {
    const after = change(
      zone,
      put('www', 'CNAME', ['api']),
      put('mail', 'A', ['192.0.2.9']),
      put('mail', 'TXT', ['x']),
      put('a', 'A', ['192.0.2.1']),
      drop('api', 'A'),
    );
    expect(after).toBe(
      zone
        .replace('  api:\n    A: { ttl: 60, values: [192.0.2.10, 192.0.2.11] }\n', '')
        .replace('TXT: v=spf1 -all\n', 'TXT: v=spf1 -all\n  a: { A: 192.0.2.1 }\n')
        .replace('  mail: { A: 192.0.2.7 } # mail\n', '  mail:  # mail\n    A: 192.0.2.9\n    TXT: x\n')
        .replace('CNAME: "@"', 'CNAME: api'),
    );
  });

  it('puts what comes behind one owner before another that is printed anew', () => {
    const text = 'records:\n  a:\n    A: [192.0.2.1, 192.0.2.2]\n  b: { TXT: x }\n';
    expect(change(text, put('b', 'A', ['192.0.2.3']), put('a', 'TXT', ['y']))).toBe(
      'records:\n  a:\n    A: [192.0.2.1, 192.0.2.2]\n    TXT: y\n  b:\n    A: 192.0.2.3\n    TXT: x\n',
    );
  });

  it('starts with documents that have no records yet, and empties them again', () => {
    expect(change('', put('www', 'A', ['192.0.2.1']))).toBe('records:\n  www: { A: 192.0.2.1 }\n');
    expect(change('ttl: 1h', put('www', 'A', ['192.0.2.1']))).toBe('ttl: 1h\nrecords:\n  www: { A: 192.0.2.1 }');
    expect(change('records: {}  # none\n', put('@', 'TXT', ['x']))).toBe('records:  # none\n  "@": { TXT: x }\n');
    expect(change('records:\n', put('@', 'TXT', ['x']))).toBe('records:\n  "@": { TXT: x }\n');
    expect(change('records:\n  www: { A: 192.0.2.1 }\nttl: 1h\n', drop('www', 'A'))).toBe('records: {}\nttl: 1h\n');
  });

  it('finds owners however they are spelt', () => {
    expect(change('records:\n  WWW: { A: 192.0.2.1 }\n', put('www', 'A', ['192.0.2.2']))).toBe(
      'records:\n  WWW: { A: 192.0.2.2 }\n',
    );
    expect(change('records:\n  bücher: { A: 192.0.2.1 }\n', put('xn--bcher-kva', 'A', ['192.0.2.2']))).toBe(
      'records:\n  bücher: { A: 192.0.2.2 }\n',
    );
    expect(change('records:\n  "": { A: 192.0.2.1 }\n', put('@', 'A', ['192.0.2.2']))).toBe(
      'records:\n  "": { A: 192.0.2.2 }\n',
    );
  });

  it('refuses what is shared through anchors, what is broken, and values that are none', () => {
    expect(
      changeDocument('records:\n  a: &x { A: 192.0.2.1 }\n  b: *x\n', apex, [put('b', 'A', ['192.0.2.2'])]).kind,
    ).toBe('refused');
    expect(
      changeDocument('records:\n  a: &x { A: 192.0.2.1 }\n  b: *x\n', apex, [put('a', 'A', ['192.0.2.2'])]).kind,
    ).toBe('refused');
    expect(changeDocument('records: [\n', apex, [put('b', 'A', ['192.0.2.2'])]).kind).toBe('refused');
    expect(changeDocument(zone, apex, [put('mail', 'A', ['not an address'])]).kind).toBe('refused');
  });
});

describe('properties', () => {
  const labels = ['@', 'a', 'b', 'c.b', '*', '__proto__', 'constructor', '1', 'no'];
  const value: Record<string, fc.Arbitrary<string>> = {
    A: fc.nat(255).map((n) => `192.0.2.${n}`),
    MX: fc.nat(99).map((n) => `${n} mail`),
    TXT: fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((text) => /^[ -~]+$/.test(text) && text.trim() === text && !text.startsWith('"')),
  };
  const oneChange: fc.Arbitrary<ZoneChange> = fc.constantFrom('A', 'MX', 'TXT').chain((type) =>
    fc.record({
      kind: fc.constant('put' as const),
      owner: fc.constantFrom(...labels).map(owner),
      type: fc.constant(type),
      ttl: fc.option(fc.constantFrom(60, 300, 7777), { nil: undefined }),
      values: fc
        .uniqueArray(value[type] as fc.Arbitrary<string>, { maxLength: 4 })
        .map((texts) => texts.map((text) => ({ text }))),
    }),
  );

  it('gives the document that the changes describe, in canonical layout if it was, in one go or one by one', () => {
    fc.assert(
      fc.property(fc.array(oneChange, { maxLength: 12 }), (changes) => {
        const text = change('ttl: 1h\n', ...changes);
        let stepwise = 'ttl: 1h\n';
        for (const each of changes) stepwise = change(stepwise, each);
        expect(stepwise).toBe(text);
        const formatted = formatDocument(text, { sort: false });
        expect(formatted).toEqual({ kind: 'formatted', text });
        const wanted = new Map<string, ZoneChange & { kind: 'put' }>();
        for (const each of changes) {
          if (each.kind !== 'put') continue;
          wanted.set(`${each.owner} ${each.type}`, each);
        }
        // Asking for what is already there changes nothing: the document says exactly what was asked for.
        expect(change(text, ...wanted.values())).toBe(text);
        const gone = labels.flatMap((label) => ['A', 'MX', 'TXT'].map((type) => drop(label, type)));
        expect(change(text, ...gone)).toMatch(/^ttl: 1h\n(records: \{\}\n)?$/);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same where the zone is known, of which only the entries are read that it is about', () => {
    const config = readConfig(undefined).config;
    const lines = [
      '"@": { NS: [ns1.example.net., ns2.example.net.] } # two',
      '"*":\n    TXT: >-\n      some\n      text',
      '1: { A: 192.0.2.1 }',
      'a:\n    A:\n      - 192.0.2.1 # first\n      - 192.0.2.2\n    MX: 10 mail',
      'b: { A: { ttl: 60, values: [192.0.2.3] }, TXT: text }',
      'c.b:\n    # said of it\n    MX: [10 mail, 20 other]',
      'no:\n    TXT: |-\n      block',
      'z: { A: 192.0.2.9 }',
    ];
    const documents = fc
      .record({
        head: fc.constantFrom('', 'ttl: 1h\n', 'soa: { primary: ns1.example.net. }\n'),
        lines: fc.oneof(fc.subarray(lines, { minLength: 3 }), fc.shuffledSubarray(lines, { minLength: 3 })),
        gap: fc.constantFrom('', '\n', '  # about the next\n', '# far left\n'),
        tail: fc.constantFrom('', '# the end\n', 'owners: [ann]\n'),
      })
      .map((of) => `${of.head}records:\n${of.lines.map((line) => `  ${line}\n`).join(of.gap)}${of.tail}`);
    let near = 0;
    fc.assert(
      fc.property(documents, fc.array(oneChange, { minLength: 1, maxLength: 6 }), (text, changes) => {
        const source = { path: 'zones/example.com.yaml', text };
        const { zone } = readZone(source, apex, { config, template: () => undefined });
        if (zone !== undefined && openNear(zone, changes) !== undefined) near++;
        expect(changeDocument(text, apex, changes, zone)).toEqual(changeDocument(text, apex, changes));
      }),
      { numRuns: 500 },
    );
    expect(near).toBeGreaterThan(100);
  });
});
