import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { types } from '../../../src/dns/types/list.ts';
import { dispatchFor } from '../../../src/zone/checks/dispatch.ts';
import { checks, checksById } from '../../../src/zone/checks/list.ts';
import { type CheckOptions, checkChange, checkZone } from '../../../src/zone/checks/run.ts';
import type { Finding } from '../../../src/zone/finding.ts';
import type { Zone } from '../../../src/zone/zone.ts';
import { estateOf, today, zoneOf } from './fixture.ts';

const NS = '"@": { NS: [ns1.example.net., ns2.example.net.] }';

function check(zone: Zone, options: Partial<CheckOptions> = {}): Finding[] {
  return checkZone(zone, estateOf([zone]), { today, ...options });
}

function of(rule: string, findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.rule === rule);
}

function records(...lines: string[]): string {
  return `records:\n  ${[NS, ...lines].join('\n  ')}\n`;
}

describe('checkZone', () => {
  it('says what, where, whose, and what to write instead', () => {
    const found = check(zoneOf(records('www: { CNAME: web, TXT: x }', 'web: { A: 192.0.2.1 }')));
    expect(of('cname-with-other-data', found)).toEqual([
      {
        rule: 'cname-with-other-data',
        severity: 'error',
        message: 'www.example.com. has a CNAME and also TXT',
        fix: 'move the other records to the target of the CNAME, or replace the CNAME by A and AAAA',
        place: { file: 'zones/example.com.yaml', line: 3, column: 10, endLine: 3, endColumn: 15 },
        zone: 'example.com.',
        owner: 'www.example.com.',
        type: 'CNAME',
        related: [
          {
            place: { file: 'zones/example.com.yaml', line: 3, column: 22, endLine: 3, endColumn: 25 },
            message: 'the other data',
          },
        ],
      },
    ]);
  });

  it('gives findings in the order of their places', () => {
    const found = check(zoneOf(records('b: { A: { ttl: 0, values: [10.0.0.1] } }', 'a_a: { A: 10.0.0.1 }')));
    const order = found.map(({ place, rule }) => `${place.line}:${place.column} ${rule}`);
    expect(order).toEqual(['3:8 ttl-zero', '3:30 special-address', '4:3 underscore-in-host', '4:13 special-address']);
  });

  it('finds nothing in a zone that is as it should be', () => {
    expect(check(zoneOf(records('www: { A: 192.0.2.1, AAAA: "2001:db8::1" }')))).toEqual([]);
  });

  it('says the same whatever the order of the document', () => {
    const lines = [
      'www: { CNAME: wbe }',
      'a: { CNAME: b }',
      'b: { CNAME: a }',
      'c_c: { A: 10.0.0.1 }',
      'sub: { NS: ns1.sub }',
    ];
    const messages = (each: string[]): string[] =>
      check(zoneOf(records(...each)))
        .map(({ message }) => message)
        .sort();
    expect(messages([...lines].reverse())).toEqual(messages(lines));
  });

  it('does not miss what could not be read', () => {
    const zone = zoneOf('records:\n  "@": { NS: [ns1, ns2..x] }\n  ns1: { A: 192.0.2.999 }\n  www: { CNAME: ns1 }\n');
    const rules = check(zone).map(({ rule }) => rule);
    expect(rules).toEqual([]);
  });

  it('takes any zone without throwing', () => {
    const owner = fc.constantFrom(
      '"@"',
      'a',
      'b',
      'a.b',
      '"*"',
      '"*.b"',
      'c.a.b',
      '_x._tcp',
      'x--y',
      'xn--q',
      '0/25',
      'b.c.d',
    );
    const target = fc.constantFrom('a', 'b', 'c.b', 'x.y.b', '"@"', '.', 'ns1.example.net.', '192.0.2.1.');
    const name = (type: string) => target.map((each) => `${type}: ${each}`);
    const record = fc.oneof(
      name('NS'),
      name('CNAME'),
      name('DNAME'),
      name('PTR'),
      name('ALIAS'),
      target.map((each) => `MX: 10 ${each.replaceAll('"', '')}`),
      fc.constantFrom(
        'A: 192.0.2.1',
        'AAAA: "::1"',
        'TXT: x',
        'DS: 1 13 2 00',
        'DNSKEY: 257 3 13 AAAA',
        'NSEC3PARAM: 1 0 0 -',
      ),
      fc.constantFrom('REDIRECT: "301 https://example.com/"', 'NSEC3: 1 1 0 - 00 A', 'NSEC: a A', 'CDS: 0 0 0 00'),
    );
    const entry = fc.tuple(
      owner,
      fc.uniqueArray(record, { minLength: 1, maxLength: 4, selector: (each) => each.split(':')[0] }),
    );
    const document = fc.uniqueArray(entry, { selector: ([each]) => each, maxLength: 12 });
    const dnssec = fc.constantFrom('false', 'default', 'presigned');
    fc.assert(
      fc.property(
        document,
        dnssec,
        fc.constantFrom('b.example.com', '2.0.192.in-addr.arpa', 'com'),
        (entries, policy, other) => {
          const lines = entries.map(([each, types]) => `  ${each}: { ${types.join(', ')} }`);
          const text = `dnssec: ${policy}\nrecords:\n${lines.join('\n')}\n`;
          const zones = [zoneOf(text), zoneOf(text, other)];
          const estate = estateOf(zones);
          for (const zone of zones) {
            for (const finding of checkZone(zone, estate, { today })) {
              expect(checksById.has(finding.rule)).toBe(true);
              expect(finding.place.endLine * 1e6 + finding.place.endColumn).toBeGreaterThanOrEqual(
                finding.place.line * 1e6 + finding.place.column,
              );
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('severities', () => {
  const text = (head: string): string => `${head}\n${records('www: { A: { ttl: 0, values: [192.0.2.1] } }')}`;

  it('are set by the zone and by the configuration, the nearest first', () => {
    const severity = (head: string, configuration: string) =>
      of('ttl-zero', check(zoneOf(text(head), 'example.com', configuration))).map((finding) => finding.severity);
    expect(severity('', '')).toEqual(['warning']);
    expect(severity('', 'checks: { ttl-zero: error }')).toEqual(['error']);
    expect(severity('checks: { ttl-zero: info }', 'checks: { ttl-zero: error }')).toEqual(['info']);
    expect(severity('checks: { ttl-zero: off }', 'checks: { ttl-zero: error }')).toEqual([]);
  });

  it('stand before what a check says about one finding', () => {
    const zone = zoneOf(`checks: { missing-glue: info }\n${records('sub: { NS: [ns9, ns1.sub] }')}`);
    expect(of('missing-glue', check(zone)).map(({ severity }) => severity)).toEqual(['info', 'info']);
  });

  it('of the hard core cannot be changed', () => {
    const zone = zoneOf(records('www: { CNAME: web, TXT: x }', 'web: { A: 192.0.2.1 }'));
    const settings = { ...zone.settings, checks: new Map([['cname-with-other-data', 'off' as const]]) };
    expect(of('cname-with-other-data', check({ ...zone, settings })).map(({ severity }) => severity)).toEqual([
      'error',
    ]);
  });

  it('switch opt-in checks on', () => {
    expect(of('error-reporting-wildcard', check(zoneOf(text(''))))).toEqual([]);
    const on = check(zoneOf(text('checks: { error-reporting-wildcard: info }')));
    expect(of('error-reporting-wildcard', on).map(({ severity }) => severity)).toEqual(['info']);
  });

  it('hold for what the reader found as well', () => {
    const zone = zoneOf(text('checks: { target-looks-absolute: error, owner-twice: off }'));
    const place = { file: 'x', line: 1, column: 1, endLine: 1, endColumn: 1 };
    const reading = ['target-looks-absolute', 'owner-twice', 'yaml-syntax'].map(
      (rule): Finding => ({ rule, severity: 'warning', message: rule, fix: '', place }),
    );
    const found = check(zone, { reading }).filter(({ place: { file } }) => file === 'x');
    expect(found.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      'target-looks-absolute error',
      'yaml-syntax warning',
    ]);
  });
});

describe('waivers', () => {
  const host = (waive: string): string => `web_1: { A: 192.0.2.1, waive: { ${waive} } }`;
  const states = (found: readonly Finding[]): string[] =>
    found.map(({ rule, waived }) => `${rule}${waived === undefined ? '' : ` (${waived})`}`);

  it('accept a finding at one name, with the reason', () => {
    const zone = zoneOf(records(host('underscore-in-host: "until 2026-06-15: appliance"'), 'web_2: { A: 192.0.2.1 }'));
    expect(states(check(zone))).toEqual(['underscore-in-host (appliance)', 'underscore-in-host']);
  });

  it('accept it in the whole zone, and the nearest reason counts', () => {
    const zone = zoneOf(
      `waive: { underscore-in-host: legacy }\n${records(host('underscore-in-host: appliance'), 'web_2: { A: 192.0.2.1 }')}`,
    );
    expect(states(check(zone))).toEqual(['underscore-in-host (appliance)', 'underscore-in-host (legacy)']);
  });

  it('do not count any more after their last day', () => {
    const zone = zoneOf(records(host('underscore-in-host: "until 2026-06-14: appliance"')));
    expect(states(check(zone))).toEqual(['underscore-in-host', 'waiver-expired']);
    expect(states(check(zone, { today: '2026-06-14' }))).toEqual(['underscore-in-host (appliance)']);
  });

  it('are told when nothing needs them, unless that cannot be known yet', () => {
    const zone = zoneOf(`waive: { zone-emptied: moving }\n${records('www: { A: 192.0.2.1, waive: { ttl-zero: x } }')}`);
    expect(states(check(zone))).toEqual(['waiver-unused']);
  });

  it('accept what the reader found', () => {
    const zone = zoneOf(
      records('www: { CNAME: api.dev, waive: { target-looks-absolute: ours } }', 'api.dev: { A: 192.0.2.1 }'),
    );
    const place = { file: 'x', line: 1, column: 1, endLine: 1, endColumn: 1 };
    const owner = [...zone.names.keys()].find((name) => name.startsWith('www'));
    const finding: Finding = {
      rule: 'target-looks-absolute',
      severity: 'warning',
      message: '',
      fix: '',
      place,
      owner: owner!,
    };
    expect(states(check(zone, { reading: [finding] }))).toEqual(['target-looks-absolute (ours)']);
  });

  it('cannot accept what the hard core finds', () => {
    const zone = zoneOf(records('www: { CNAME: web, TXT: x }', 'web: { A: 192.0.2.1 }'));
    const rrset = [...zone.names.values()].flat().find(({ type }) => type === 5)!;
    const span = { source: zone.source, start: 0, end: 0 };
    const waiver = {
      rule: 'cname-with-other-data',
      owner: rrset.owner,
      zoneWide: false,
      reason: 'x',
      until: undefined,
      span,
    };
    expect(states(check({ ...zone, waivers: [waiver] }))).toContain('cname-with-other-data');
  });
});

describe('the limit', () => {
  const many = (count: number, waive = ''): string[] =>
    Array.from({ length: count }, (_, i) => `h${i}: { A: { ttl: 0, values: [192.0.2.1] }${waive} }`);

  it('lists 200 findings of a rule and counts the rest', () => {
    const found = of('ttl-zero', check(zoneOf(records(...many(300)))));
    expect(found).toHaveLength(201);
    expect(found.at(-1)?.message).toBe('the TTL is 0; example.com. has 99 more of this kind');
    expect(found.at(-1)?.place.line).toBe(203);
  });

  it('counts apart what is waived', () => {
    const zone = zoneOf(records(...many(150, ', waive: { ttl-zero: x }'), ...many(300).slice(150)));
    const found = of('ttl-zero', check(zone));
    expect(found.filter(({ waived }) => waived !== undefined)).toHaveLength(150);
    expect(found.filter(({ waived }) => waived === undefined)).toHaveLength(150);
  });

  it('can be lifted', () => {
    expect(of('ttl-zero', check(zoneOf(records(...many(300))), { limit: Number.POSITIVE_INFINITY }))).toHaveLength(300);
  });
});

describe('the dispatch', () => {
  it('shows every RRset to those who look at its type, each once, and to nobody else', () => {
    const { byType, everyType } = dispatchFor(new Map());
    for (const { code } of types) {
      const wanted = checks.filter(({ rrset, optIn }) => {
        return rrset !== undefined && optIn !== true && (rrset.types === 'every' || rrset.types.includes(code));
      });
      expect((byType.get(code) ?? everyType).map((task) => task.check.id)).toEqual(wanted.map(({ id }) => id));
    }
  });
});

describe('checkChange', () => {
  const full = records('www: { A: 192.0.2.1 }');

  it('compares two states of a zone, at the place of its document', () => {
    const [existing, desired] = [zoneOf(full), zoneOf(records())];
    const found = checkChange(existing, desired, { zone: desired, file: 'zones/example.com.yaml', today });
    expect(found.map(({ rule, place, zone }) => [rule, place.file, place.line, zone])).toEqual([
      ['zone-emptied', 'zones/example.com.yaml', 1, 'example.com.'],
    ]);
  });

  it('obeys severities and waivers', () => {
    const run = (head: string): string[] => {
      const desired = zoneOf(`${head}\n${records()}`);
      const options = { zone: desired, file: 'zones/example.com.yaml', today };
      return checkChange(zoneOf(full), desired, options).map(({ severity, waived }) => `${severity} ${waived}`);
    };
    expect(run('checks: { zone-emptied: warning }')).toEqual(['warning undefined']);
    expect(run('checks: { zone-emptied: off }')).toEqual([]);
    expect(run('waive: { zone-emptied: "until 2026-07-01: moving" }')).toEqual(['error moving']);
  });

  it('takes zones that come and go', () => {
    const zone = zoneOf(full);
    expect(checkChange(undefined, zone, { zone, file: 'x', today })).toEqual([]);
    expect(checkChange(zone, undefined, { zone: undefined, file: 'x', today })).toEqual([]);
    expect(checkChange(undefined, undefined, { zone: undefined, file: 'x', today })).toEqual([]);
  });
});
