import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newEstate } from '../../../src/compile/estate.ts';
import { type DomainName, parseName } from '../../../src/dns/name.ts';
import { amendZone } from '../../../src/zone/amend/amend.ts';
import type { Estate } from '../../../src/zone/checks/check.ts';
import { type CheckMemory, newCheckMemory } from '../../../src/zone/checks/memory.ts';
import { recheckZone } from '../../../src/zone/checks/recheck.ts';
import { checkZone } from '../../../src/zone/checks/run.ts';
import { readConfig } from '../../../src/zone/config.ts';
import { readZone, type ZoneReading } from '../../../src/zone/read.ts';
import type { Zone } from '../../../src/zone/zone.ts';

const APEX = parseName('example.com.');
const today = '2026-01-15';
const config = readConfig({ path: 'zonewright.yaml', text: 'defaults: { ttl: 1h }\n' }).config;

function read(text: string): ZoneReading {
  return readZone({ path: 'zones/example.com.yaml', text }, APEX, { config, template: () => undefined });
}

function estateOf(zone: Zone): Estate {
  return newEstate(new Map([[APEX, zone]]), () => zone);
}

/** All of a zone, the order of its names included. */
function allOf({ names, settingsAt, waivers, source, ...rest }: Zone) {
  return {
    ...rest,
    text: source.text,
    size: names.size,
    names: [...names].map(([owner, rrsets]) => [
      owner,
      rrsets.map((rrset) => ({ ...rrset, source: rrset.source.text })),
    ]),
    keys: [...names.keys()],
    settingsAt: [...(settingsAt ?? [])].map(([path, span]) => [path, span.source.path, span.start, span.end]),
    waivers: waivers.map(({ span, ...waiver }) => ({ ...waiver, at: [span.start, span.end] })),
  };
}

/** Entries that point at each other, are found fault with, are written in many ways, or cannot be amended. */
const entries = [
  'www: { A: 192.0.2.1 }',
  'www: { A: { ttl: 5m, values: [192.0.2.1, 192.0.2.2] } }',
  'www: { CNAME: host }',
  'www:\n    A: 192.0.2.1\n    TXT: >-\n      a long\n      text\n',
  'www: { AAAA: "2001:db8::1" } # with a comment',
  '"host": { A: 192.0.2.7 }',
  'host: { A: 192.0.2.8 }',
  'host: { CNAME: a.b.c }',
  'a.b.c: { A: 192.0.2.9 }',
  'b.c: { TXT: there }',
  'mail: { MX: 10 host }',
  'mail: { MX: [10 www, 20 nowhere] }',
  'other: { MX: 10 www }',
  'more:\n    SRV: 1 2 443 host\n    # said of both\n    TXT: x',
  'alias: { CNAME: www }',
  'alias: { CNAME: c }',
  'loop1: { CNAME: loop2 }',
  'loop2: { CNAME: loop1 }',
  '_443._tcp.www: { TLSA: 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef }',
  'tlsa: { TLSA: 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef }',
  'shared: { CNAME: tlsa }',
  'spf: { TXT: "v=spf1 include:host -all" }',
  '_dmarc.mail: { TXT: "v=DMARC1; p=none" }',
  'ns1: { A: 192.0.2.53 }',
  'ns1: { A: 10.0.0.1 }',
  'sub: { NS: [ns.sub, ns1] }',
  'ns.sub: { A: 192.0.2.54 }',
  'sub: { NS: ns1.example.net., TXT: below }',
  'x.sub: { A: 192.0.2.55 }',
  'far: { MX: 10 x.sub }',
  'c.sub: { CNAME: x.sub }',
  'x: { NS: [ns1, ns.x] }',
  '"*": { A: 192.0.2.99 }',
  'd: { DNAME: example.net. }',
  'waived: { MX: 10 gone, waive: { mx-target-without-address: on purpose } }',
  'pseudo: { ALIAS: www.example.net. }',
  'both: { CNAME: www, TXT: no }',
  'broken: { A: 192.0.2.999 }',
  'WWW: { TXT: twice }',
  '"@": { NS: [ns1, ns2.example.net.], A: 192.0.2.80 }',
  'anchor: &x { A: 192.0.2.3 }',
  'uses: *x',
];

const fillers = Array.from({ length: 60 }, (_, i) => `filler-${i}: { A: 192.0.2.${i + 100} }`);

interface Doc {
  readonly head: string;
  readonly entries: readonly string[];
  readonly tail: string;
}

function textOf({ head, entries: lines, tail }: Doc): string {
  return `${head}records:\n${lines.map((line) => `  ${line}\n`).join('')}${tail}`;
}

const start: fc.Arbitrary<Doc> = fc.record({
  head: fc.constantFrom('', 'ttl: 2h\n', 'soa: { primary: ns1.example.com. }\n# of records\n', '---\n'),
  entries: fc
    .uniqueArray(
      fc.constantFrom(...entries.filter((line) => !/ns1: |waive|ALIAS|both|broken|WWW|anchor|uses|"@"/.test(line))),
      {
        minLength: 4,
        selector: keyOf,
      },
    )
    .map((own) => ['"@": { NS: [ns1, ns2.example.net.] }', 'ns1: { A: 192.0.2.53 }', ...own, ...fillers]),
  tail: fc.constantFrom('', '', 'owners: [ann]\n', '\n# the end\n', 'waive: { mx-target-without-address: known }\n'),
});

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('put' as const), line: fc.constantFrom(...entries), at: fc.nat(200) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('drop' as const), at: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('swap' as const), at: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('splice' as const),
      at: fc.nat(4000),
      cut: fc.nat(30),
      text: fc.constantFrom('', ' ', '\n', '  - x\n', 'zzz: {}\n', '...\n', '    A: 1\n', '"', '}', ':', '# '),
    }),
  },
);

function keyOf(line: string): string {
  return (line.split(':')[0] ?? '').replaceAll('"', '');
}

/** The text after a step; owners that stand there already are replaced where they stand. */
function stepped(
  doc: Doc,
  text: string,
  each: typeof step extends fc.Arbitrary<infer T> ? T : never,
): { doc: Doc; text: string } {
  if (each.kind === 'splice') {
    const at = each.at % (text.length + 1);
    return { doc, text: text.slice(0, at) + each.text + text.slice(at + each.cut) };
  }
  const lines = [...doc.entries];
  const at = each.at % lines.length;
  if (each.kind === 'drop') lines.splice(at, 1);
  else if (each.kind === 'swap') lines.push(...lines.splice(at, 1));
  else {
    const key = keyOf(each.line);
    const same = lines.findIndex((line) => keyOf(line) === key);
    if (same >= 0) lines[same] = each.line;
    else lines.splice(at, 0, each.line);
  }
  const next = { ...doc, entries: lines };
  return { doc: next, text: textOf(next) };
}

describe('a zone of which only what changed is read again', () => {
  it('is the zone that the whole document gives, and is found the same fault with', () => {
    let amended = 0;
    let checked = 0;
    let aside = 0;
    fc.assert(
      fc.property(start, fc.array(step, { minLength: 1, maxLength: 12 }), (first, steps) => {
        let doc = first;
        let text = textOf(first);
        let zone = read(text).zone as Zone;
        let memory: CheckMemory | undefined;
        const look = (of: Zone): void => {
          memory = newCheckMemory();
          checkZone(of, estateOf(of), { today, memory });
        };
        look(zone);
        for (const each of steps) {
          const next = stepped(doc, text, each);
          const whole = read(next.text);
          const found = amendZone(zone, next.text);
          if (found === undefined) aside++;
          else {
            amended++;
            expect(whole.findings).toEqual([]);
            expect(allOf(found.zone)).toEqual(allOf(whole.zone as Zone));
            const again = recheckZone(found.zone, found, estateOf(found.zone), {
              today,
              memory: memory as CheckMemory,
            });
            if (again !== undefined) {
              checked++;
              expect(again).toEqual(checkZone(whole.zone as Zone, estateOf(whole.zone as Zone), { today }));
            }
            // Now and then a change is only tried.
            if (each.kind === 'put' && each.at % 5 === 0) continue;
            zone = found.zone;
            if (again === undefined) look(zone);
          }
          if (found === undefined) {
            // What is not good is refused, and the zone before stays.
            if (whole.findings.length > 0) continue;
            zone = whole.zone as Zone;
            look(zone);
          }
          ({ doc, text } = next);
        }
      }),
      { numRuns: 150 },
    );
    // Most changes are of a kind for which that is enough.
    expect(amended).toBeGreaterThan(aside);
    expect(checked).toBeGreaterThan(amended / 2);
  });

  it('shares what has not changed with the zone before, and leaves that one as it was', () => {
    const text = textOf({
      head: '',
      entries: ['"@": { NS: [ns1.example.net.] }', 'b: { A: 192.0.2.1 }', ...fillers],
      tail: '',
    });
    const { zone } = read(text) as { zone: Zone };
    const was = allOf(zone);
    const found = amendZone(zone, text.replace('  b: {', '  a: { A: 192.0.2.2 }\n  b: {')) as { zone: Zone };
    const [rrset, now] = [zone, found.zone].map(({ names }) => names.get('filler-5.example.com.' as DomainName)?.[0]);
    expect(now?.rdatas).toBe(rrset?.rdatas);
    expect(now?.ownerAt).toBe((rrset?.ownerAt ?? 0) + '  a: { A: 192.0.2.2 }\n'.length);
    expect(allOf(zone)).toEqual(was);
  });

  it('has its places written down anew after many changes', () => {
    let text = textOf({ head: '', entries: ['"@": { NS: [ns1.example.net.] }', ...fillers], tail: '' });
    let zone = read(text).zone as Zone;
    for (let i = 0; i < 300; i++) {
      text = text.replace('  filler-30:', `  new-${i}: { A: 192.0.2.${i % 250} }\n  filler-30:`);
      zone = (amendZone(zone, text) as { zone: Zone }).zone;
    }
    expect(allOf(zone)).toEqual(allOf(read(text).zone as Zone));
  });
});
