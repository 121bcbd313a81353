import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../../../src/dns/answer/answer.ts';
import type { ZoneSet } from '../../../src/dns/answer/served-zone.ts';
import { serveZone, zoneSet } from '../../../src/dns/answer/served-zone.ts';
import { rcodeName } from '../../../src/dns/message/message.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { labelsOf, nameFromLabels, parseName } from '../../../src/dns/name.ts';
import { rdataToText, typeCode, typeName } from '../../../src/dns/rdata.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import { anyName } from '../message/arbitrary.ts';
import { estate, fixtureZone, zoneFromText } from './fixtures.ts';

const head = `$TTL 300
@ SOA ns hostmaster 1 7200 3600 1209600 60
@ NS ns
ns A 192.0.2.53
`;

function zone(text: string, apex = 'example.'): ZoneSet {
  return zoneSet([zoneFromText(apex, head + text)]);
}

/** The answer in lines: response code and AA; then `<section> <owner> <type> <rdata>`. */
function ask(zones: ZoneSet, name: string, type: string, dnssecOk = false): string[] {
  const found = answer(zones, parseName(name), typeCode(type) ?? 255, dnssecOk);
  const lines = (section: string, rrsets: readonly RRset[]) =>
    rrsets.flatMap(({ owner, type: code, rdatas }) =>
      rdatas.map((rdata) => `${section} ${owner} ${typeName(code)} ${rdataToText(code, rdata)}`),
    );
  return [
    rcodeName(found.rcode) + (found.authoritative ? ' AA' : ''),
    ...lines('>', found.answers),
    ...lines('@', found.authorities),
    ...lines('+', found.additionals),
  ];
}

const soa = '@ example. SOA ns.example. hostmaster.example. 1 7200 3600 1209600 60';

describe('data', () => {
  it('is answered with authority, with addresses of what it points at', () => {
    const zones = zone('www A 192.0.2.1\n@ MX 10 www\n_x._tcp SRV 0 0 1 ns');
    expect(ask(zones, 'www.example.', 'A')).toEqual(['NOERROR AA', '> www.example. A 192.0.2.1']);
    expect(ask(zones, 'example.', 'MX')).toEqual([
      'NOERROR AA',
      '> example. MX 10 www.example.',
      '+ www.example. A 192.0.2.1',
    ]);
    expect(ask(zones, '_x._tcp.example.', 'SRV').at(-1)).toBe('+ ns.example. A 192.0.2.53');
    expect(ask(zones, 'example.', 'NS').at(-1)).toBe('+ ns.example. A 192.0.2.53');
  });

  it('of HTTPS with the target "." comes with the addresses of its owner', () => {
    const zones = zone('www HTTPS 1 . alpn=h2\nwww A 192.0.2.1');
    expect(ask(zones, 'www.example.', 'HTTPS').slice(1)).toEqual([
      expect.stringContaining('HTTPS 1 .'),
      '+ www.example. A 192.0.2.1',
    ]);
  });

  it('of all types is the answer to ANY, without what the answer holds already', () => {
    const zones = zone('www A 192.0.2.1\nwww MX 1 www');
    expect(ask(zones, 'www.example.', 'ANY')).toEqual([
      'NOERROR AA',
      '> www.example. A 192.0.2.1',
      '> www.example. MX 1 www.example.',
    ]);
  });

  it('that is not there gives the SOA with the TTL of negative answers (RFC 2308)', () => {
    const zones = zone('www A 192.0.2.1');
    expect(ask(zones, 'www.example.', 'MX')).toEqual(['NOERROR AA', soa]);
    expect(ask(zones, 'nx.example.', 'A')).toEqual(['NXDOMAIN AA', soa]);
    expect(answer(zones, parseName('nx.example.'), 1).authorities[0]?.ttl).toBe(60);
    expect(answer(zones, parseName('example.'), 6).answers[0]?.ttl).toBe(300);
  });

  it('of zones that are not held is refused', () => {
    expect(ask(zone(''), 'example.org.', 'A')).toEqual(['REFUSED']);
    expect(ask(zone(''), '.', 'NS')).toEqual(['REFUSED']);
    expect(ask(new Map(), 'example.', 'SOA')).toEqual(['REFUSED']);
  });

  it('takes a dot inside a label for what it is', () => {
    const zones = zone('www.a\\.b A 192.0.2.1');
    expect(ask(zones, 'a\\.b.example.', 'A')).toEqual(['NOERROR AA', soa]);
    expect(ask(zones, 'a.b.example.', 'A')).toEqual(['NXDOMAIN AA', soa]);
    expect(ask(zones, 'www.a\\.b.example.', 'A')[0]).toBe('NOERROR AA');
  });
});

describe('empty non-terminals', () => {
  const zones = zone('a.b.c A 192.0.2.1\n*.c TXT "wild"\n* TXT "wild"');

  it('exist without data', () => {
    expect(ask(zones, 'c.example.', 'A')).toEqual(['NOERROR AA', soa]);
    expect(ask(zones, 'b.c.example.', 'TXT')).toEqual(['NOERROR AA', soa]);
  });

  it('keep wildcards above them away from what is below (RFC 4592 section 2.2.2)', () => {
    expect(ask(zones, 'x.b.c.example.', 'TXT')).toEqual(['NXDOMAIN AA', soa]);
    expect(ask(zones, 'x.c.example.', 'TXT')).toEqual(['NOERROR AA', '> x.c.example. TXT "wild"']);
    expect(ask(zones, 'x.y.example.', 'TXT')).toEqual(['NOERROR AA', '> x.y.example. TXT "wild"']);
  });

  it('may be wildcards', () => {
    expect(ask(zone('a.* TXT "x"'), 'z.example.', 'TXT')).toEqual(['NOERROR AA', soa]);
  });
});

describe('cuts', () => {
  const zones = zone(`
sub NS ns1.sub
sub NS ns.other
sub NS out.example.org.
sub TXT "of the child"
ns1.sub A 192.0.2.1
x.sub A 192.0.2.2
other NS ns.other
ns.other A 192.0.2.3
ns.other AAAA 2001:db8::3
to-sub CNAME x.sub
`);
  const referral = [
    '@ sub.example. NS ns1.sub.example.',
    '@ sub.example. NS ns.other.example.',
    '@ sub.example. NS out.example.org.',
    '+ ns1.sub.example. A 192.0.2.1',
    '+ ns.other.example. A 192.0.2.3',
    '+ ns.other.example. AAAA 2001:db8::3',
  ];

  it.each([
    ['at the cut', 'sub.example.', 'A'],
    ['at the cut, for the name servers', 'sub.example.', 'NS'],
    ['for data that the child has to give', 'sub.example.', 'TXT'],
    ['for glue', 'ns1.sub.example.', 'A'],
    ['for occluded data', 'x.sub.example.', 'A'],
    ['for anything below', 'a.b.sub.example.', 'ANY'],
    ['for a DS below', 'x.sub.example.', 'DS'],
  ])('refer %s, with glue from below the cut first', (_what, name, type) => {
    expect(ask(zones, name, type)).toEqual(['NOERROR', ...referral]);
  });

  it('say how much of the glue is needed (RFC 9471)', () => {
    expect(answer(zones, parseName('sub.example.'), 1).requiredAdditionals).toBe(1);
    expect(answer(zones, parseName('other.example.'), 1).requiredAdditionals).toBe(2);
  });

  it('keep their DS in the parent', () => {
    expect(ask(zones, 'sub.example.', 'DS')).toEqual(['NOERROR AA', soa]);
    const digest = '00'.repeat(32).toUpperCase();
    expect(ask(zone(`sub NS ns\nsub DS 1 13 2 ${digest}`), 'sub.example.', 'DS')[1]).toMatch(/^> sub\.example\. DS /);
  });

  it('at the end of a chain of aliases leave the answer authoritative', () => {
    expect(ask(zones, 'to-sub.example.', 'A')).toEqual([
      'NOERROR AA',
      '> to-sub.example. CNAME x.sub.example.',
      ...referral,
    ]);
  });
});

describe('parent and child held both', () => {
  const digest = '00'.repeat(32).toUpperCase();
  const parent = zoneFromText('example.', `${head}sub NS ns.sub\nsub DS 1 13 2 ${digest}\nns.sub A 192.0.2.1`);
  const child = zoneFromText('sub.example.', `${head}www A 192.0.2.2`);

  it('the child answers for itself, the parent for its DS', () => {
    const zones = zoneSet([parent, child]);
    expect(ask(zones, 'www.sub.example.', 'A')).toEqual(['NOERROR AA', '> www.sub.example. A 192.0.2.2']);
    expect(ask(zones, 'sub.example.', 'DS')[1]).toMatch(/^> sub\.example\. DS /);
    expect(ask(zones, 'www.sub.example.', 'DS')[1]).toMatch(/^@ sub\.example\. SOA /);
  });

  it('the child alone says that it has none', () => {
    expect(ask(zoneSet([child]), 'sub.example.', 'DS')[1]).toMatch(/^@ sub\.example\. SOA /);
  });
});

describe('wildcards', () => {
  const zones = zone('*.w A 192.0.2.1\n*.w MX 1 ns\n*.c CNAME ns\nx.y.w TXT "y exists"');

  it('answer under the name that was asked for', () => {
    expect(ask(zones, 'q.w.example.', 'A')).toEqual(['NOERROR AA', '> q.w.example. A 192.0.2.1']);
    expect(ask(zones, 'q.q.w.example.', 'A')).toEqual(['NOERROR AA', '> q.q.w.example. A 192.0.2.1']);
    expect(ask(zones, '*.w.example.', 'A')).toEqual(['NOERROR AA', '> *.w.example. A 192.0.2.1']);
    expect(ask(zones, 'q.w.example.', 'TXT')).toEqual(['NOERROR AA', soa]);
    expect(ask(zones, 'w.example.', 'A')).toEqual(['NOERROR AA', soa]);
    expect(ask(zones, 'q.y.w.example.', 'A')).toEqual(['NXDOMAIN AA', soa]);
  });

  it('may be aliases', () => {
    expect(ask(zones, 'q.c.example.', 'A')).toEqual([
      'NOERROR AA',
      '> q.c.example. CNAME ns.example.',
      '> ns.example. A 192.0.2.53',
    ]);
    expect(ask(zones, 'q.c.example.', 'CNAME')).toEqual(['NOERROR AA', '> q.c.example. CNAME ns.example.']);
  });
});

describe('aliases', () => {
  it('are followed to data, to nothing, and out of the zone', () => {
    const zones = zone('a CNAME b\nb CNAME ns\nn CNAME nx\no CNAME www.example.org.');
    const chain = ['> a.example. CNAME b.example.', '> b.example. CNAME ns.example.'];
    expect(ask(zones, 'a.example.', 'A')).toEqual(['NOERROR AA', ...chain, '> ns.example. A 192.0.2.53']);
    expect(ask(zones, 'a.example.', 'MX')).toEqual(['NOERROR AA', ...chain, soa]);
    expect(ask(zones, 'n.example.', 'A')).toEqual(['NXDOMAIN AA', '> n.example. CNAME nx.example.', soa]);
    expect(ask(zones, 'o.example.', 'A')).toEqual(['NOERROR AA', '> o.example. CNAME www.example.org.']);
  });

  it('are followed into other zones that are held', () => {
    const other = zoneFromText('other.', `${head}www A 192.0.2.9`);
    const zones = zoneSet([zoneFromText('example.', `${head}a CNAME www.other.`), other]);
    expect(ask(zones, 'a.example.', 'A').at(-1)).toBe('> www.other. A 192.0.2.9');
  });

  it('in a circle end where the circle closes', () => {
    const zones = zone('a CNAME b\nb CNAME c\nc CNAME a\ns CNAME s');
    expect(ask(zones, 's.example.', 'A')).toEqual(['NOERROR AA', '> s.example. CNAME s.example.']);
    expect(ask(zones, 'b.example.', 'A')).toHaveLength(4);
  });

  it('without end are cut off', () => {
    const long = Array.from({ length: 100 }, (_, i) => `n${i} CNAME n${i + 1}`).join('\n');
    expect(answer(zone(long), parseName('n0.example.'), 1).answers.length).toBe(17);
    const grow = answer(zone('grow DNAME x.grow'), parseName('a.grow.example.'), 1);
    expect(grow.answers.length).toBe(18);
  });

  it('do not stand in the way of their own signatures', () => {
    expect(ask(zone('a CNAME ns'), 'a.example.', 'RRSIG')).toEqual(['NOERROR AA', soa]);
  });
});

describe('DNAME', () => {
  const zones = zone(`
d DNAME t
d A 192.0.2.1
hidden.d A 192.0.2.2
www.t A 192.0.2.3
long DNAME ${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}
`);

  it('makes a CNAME of every name below it', () => {
    const made = ['> d.example. DNAME t.example.', '> www.d.example. CNAME www.t.example.'];
    expect(ask(zones, 'www.d.example.', 'A')).toEqual(['NOERROR AA', ...made, '> www.t.example. A 192.0.2.3']);
    expect(ask(zones, 'www.d.example.', 'CNAME')).toEqual(['NOERROR AA', ...made]);
    expect(ask(zones, 'www.d.example.', 'ANY')).toEqual(['NOERROR AA', ...made]);
    expect(answer(zones, parseName('www.d.example.'), 1).answers[1]?.ttl).toBe(300);
  });

  it('hides what is below it, and not what is beside it', () => {
    expect(ask(zones, 'hidden.d.example.', 'A')).toEqual([
      'NXDOMAIN AA',
      '> d.example. DNAME t.example.',
      '> hidden.d.example. CNAME hidden.t.example.',
      soa,
    ]);
    expect(ask(zones, 'd.example.', 'A')).toEqual(['NOERROR AA', '> d.example. A 192.0.2.1']);
    expect(ask(zones, 'd.example.', 'DNAME')).toEqual(['NOERROR AA', '> d.example. DNAME t.example.']);
    expect(ask(zones, 'd.example.', 'MX')).toEqual(['NOERROR AA', soa]);
  });

  it('gives YXDOMAIN where the new name is too long (RFC 6672 section 2.2)', () => {
    const lines = ask(zones, `${'x'.repeat(60)}.${'y'.repeat(20)}.long.example.`, 'A');
    expect(lines).toEqual(['YXDOMAIN AA', expect.stringContaining('> long.example. DNAME')]);
    expect(ask(zones, `${'x'.repeat(60)}.\\000${'y'.repeat(20)}.long.example.`, 'A')[0]).toBe('YXDOMAIN AA');
  });

  it('may stand at the apex and lead to the root', () => {
    expect(ask(zone('@ DNAME .'), 'a.b.example.', 'A').slice(0, 3)).toEqual([
      'NOERROR AA',
      '> example. DNAME .',
      '> a.b.example. CNAME a.b.',
    ]);
    const root = zoneSet([zoneFromText('.', '$TTL 1\n. SOA a. b. 1 2 3 4 5\n. NS a.\n. DNAME x.test.')]);
    expect(ask(root, 'www.', 'A').slice(1, 3)).toEqual(['> . DNAME x.test.', '> www. CNAME www.x.test.']);
  });
});

describe('a signed zone', () => {
  const rrsig = (type: string) => `RRSIG ${type} 13 2 300 20300101000000 20200101000000 1 example. AAAA`;
  const digest = '00'.repeat(32).toUpperCase();
  const zones = zone(`
@ ${rrsig('SOA')}
@ ${rrsig('NS')}
www A 192.0.2.1
www ${rrsig('A')}
www ${rrsig('TXT')}
www TXT "x"
*.w A 192.0.2.2
*.w ${rrsig('A')}
sub NS ns.sub
sub DS 1 13 2 ${digest}
sub ${rrsig('DS')}
ns.sub A 192.0.2.3
`);
  const types = (lines: string[]) => lines.slice(1).map((line) => line.split(' ').slice(0, 4).join(' '));

  it('comes with its signatures when they are wanted', () => {
    expect(types(ask(zones, 'www.example.', 'A', true))).toEqual([
      '> www.example. A 192.0.2.1',
      '> www.example. RRSIG A',
    ]);
    expect(types(ask(zones, 'q.w.example.', 'A', true))).toEqual([
      '> q.w.example. A 192.0.2.2',
      '> q.w.example. RRSIG A',
    ]);
    expect(types(ask(zones, 'www.example.', 'MX', true))).toEqual([
      '@ example. SOA ns.example.',
      '@ example. RRSIG SOA',
    ]);
    expect(types(ask(zones, 'sub.example.', 'A', true))).toEqual([
      '@ sub.example. NS ns.sub.example.',
      '@ sub.example. DS 1',
      '@ sub.example. RRSIG DS',
      '+ ns.sub.example. A 192.0.2.3',
    ]);
  });

  it('comes without them when they are not', () => {
    expect(types(ask(zones, 'www.example.', 'A'))).toEqual(['> www.example. A 192.0.2.1']);
    expect(types(ask(zones, 'sub.example.', 'A'))).not.toContain('@ sub.example. DS 1');
  });

  it('gives signatures a TTL like what they sign', () => {
    expect(answer(zones, parseName('www.example.'), 15, true).authorities.map(({ ttl }) => ttl)).toEqual([60, 60]);
  });

  it('gives signatures as data once when they are asked for', () => {
    expect(types(ask(zones, 'www.example.', 'RRSIG', true))).toEqual([
      '> www.example. RRSIG A',
      '> www.example. RRSIG TXT',
    ]);
    expect(ask(zones, 'www.example.', 'ANY', true)).toHaveLength(5);
  });
});

describe('serveZone', () => {
  it('refuses what cannot be served', () => {
    expect(() => serveZone(parseName('example.'), new Map())).toThrow(RangeError);
    const outside = new Map([...fixtureZone('parent.test').owners, [parseName('example.org.'), []]]);
    expect(() => serveZone(parseName('parent.test.'), outside)).toThrow('example.org.');
  });
});

describe('any question', () => {
  const zones = zoneSet(estate.map(fixtureZone));
  const owners = [...zones.values()].flatMap((each) => [...each.owners.keys()]);
  const names: fc.Arbitrary<DomainName> = fc.oneof(
    fc.constantFrom(...owners),
    anyName,
    fc
      .tuple(anyName, fc.constantFrom(...owners))
      .filter(([a, b]) => a.length + b.length < 250)
      .map(([a, b]) => nameFromLabels([...labelsOf(a), ...labelsOf(b)])),
  );

  it('is answered, within bounds', () => {
    fc.assert(
      fc.property(names, fc.oneof(fc.nat(65535), fc.constantFrom(1, 2, 5, 6, 39, 43, 255)), (name, type) => {
        const found = answer(zones, name, type, true);
        expect(found.answers.length).toBeLessThan(40);
        if (found.rcode === 3) expect(found.authorities[0]?.type).toBe(6);
        expect(found.requiredAdditionals).toBeLessThanOrEqual(found.additionals.length);
      }),
      { numRuns: 500 },
    );
  });
});
