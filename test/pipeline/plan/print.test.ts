import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { diffZone } from '../../../src/compile/plan/delta.ts';
import { makePlan } from '../../../src/compile/plan/plan.ts';
import { type DomainName, parseName } from '../../../src/dns/name.ts';
import { rdataFromText } from '../../../src/dns/rdata.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import { planJson } from '../../../src/pipeline/plan/json.ts';
import { planMarkdown } from '../../../src/pipeline/plan/markdown.ts';
import { printPlan } from '../../../src/pipeline/plan/text.ts';
import { noPaint } from '../../../src/pipeline/report/text.ts';

const apex = parseName('example.com.');
const thresholds = { deletes: { percent: 30, records: 10 }, changes: undefined };
const www = parseName('www', apex);

function records(...rrsets: RRset[]) {
  const names = new Map<DomainName, RRset[]>();
  for (const rrset of rrsets) names.set(rrset.owner, [...(names.get(rrset.owner) ?? []), rrset]);
  return { apex, names };
}

function set(owner: DomainName, type: number, ttl: number, ...texts: string[]): RRset {
  return { owner, type, ttl, rdatas: texts.map((text) => rdataFromText(type, text, apex)) };
}

const before = records(
  set(apex, 2, 3600, 'ns1.example.net.'),
  set(www, 1, 3600, '192.0.2.1', '192.0.2.2'),
  set(parseName('old', apex), 16, 60, '"a ``` b"'),
);
const after = records(
  set(apex, 2, 3600, 'ns2.example.net.'),
  set(www, 1, 60, '192.0.2.1', '192.0.2.3'),
  set(parseName('new', apex), 5, 3600, 'www'),
);
const delta = diffZone(before, after);
const plan = makePlan(delta === undefined ? [] : [delta], thresholds, { deletes: false });
const nothing = makePlan([], thresholds, { deletes: false });

describe('a plan', () => {
  it('reads like a diff of a master file', () => {
    expect(printPlan(plan, noPaint)).toBe(`example.com: 1 record to delete, 3 records to change, 1 record to add
  - old 1m TXT "a \`\`\` b"
  - @ 1h NS ns1.example.net.
  + @ 1h NS ns2.example.net.
  - www 1h A 192.0.2.2
  - www 1h A 192.0.2.1
  + www 1m A 192.0.2.1
  + www 1m A 192.0.2.3
  + new 1h CNAME www

blocked: the name servers of example.com. change; the delegation in the parent zone must follow
  fix: tell the parent, and allow it with --allow-deletes
1 zone changes: 1 record to delete, 3 to change, 1 to add; 1 reason to stop
`);
    expect(printPlan(nothing, noPaint)).toBe('no changes\n');
  });

  it('says first what it means for DNSSEC, and little of what other zones wait for', () => {
    const waits = Array.from({ length: 60 }, (_, i) => ({
      zone: parseName(`zone-${i}.example.`),
      what: 'waiting' as const,
      text: 'until tomorrow',
      todo: undefined,
    }));
    const own = [
      { zone: apex, what: 'waiting' as const, text: 'until today', todo: undefined },
      { zone: parseName('zone-7.example.'), what: 'fault' as const, text: 'it has no key', todo: 'generate one' },
    ];
    const many = { ...plan, dnssec: [...waits, ...own] };
    const text = printPlan(many, noPaint);
    const section = text.slice(text.indexOf('DNSSEC\n'), text.indexOf('\nblocked')).split('\n');
    expect(section.slice(0, 5)).toEqual([
      'DNSSEC',
      '  example.com: until today',
      '  zone-7.example: it has no key',
      '    to do: generate one',
      '  zone-0.example: until tomorrow',
    ]);
    expect(section.slice(-3)).toEqual([
      '  zone-9.example: until tomorrow',
      '  and 50 more that other zones wait for, whatever changes here (zonewright keys status)',
      '',
    ]);
    const markdown = planMarkdown(many);
    expect(markdown.indexOf('it has no key')).toBeLessThan(markdown.indexOf('until tomorrow'));
    expect(markdown).toContain('- and 12 more\n');
    expect(JSON.parse(planJson(many)).dnssec).toHaveLength(62);
  });

  it('is a comment that starts with the summary, warns, and cannot be broken out of', () => {
    expect(planMarkdown(plan)).toBe(`**1 zone changes: 1 record to delete, 3 to change, 1 to add; 1 reason to stop**

> [!CAUTION]
> This would be stopped:
> - **the name servers of example.com. change; the delegation in the parent zone must follow**: tell the parent, and allow it with --allow-deletes

<details open><summary>example.com: 1 record to delete, 3 records to change, 1 record to add</summary>

\`\`\`\`diff
- old 1m TXT "a \`\`\` b"
- @ 1h NS ns1.example.net.
+ @ 1h NS ns2.example.net.
- www 1h A 192.0.2.2
- www 1h A 192.0.2.1
+ www 1m A 192.0.2.1
+ www 1m A 192.0.2.3
+ new 1h CNAME www
\`\`\`\`

</details>
`);
    expect(planMarkdown(nothing)).toBe('**no changes**\n');
  });

  it('stays below the limit whatever changes, and counts what it leaves out', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => set(parseName(`h${i}`, apex), 1, 60, '192.0.2.1'));
    const zones = ['a.example.', 'b.example.', 'c.example.'].map(
      (name) => ({ ...diffZone(undefined, records(...many)), zone: parseName(name) }) as NonNullable<typeof delta>,
    );
    const text = planMarkdown(makePlan(zones, thresholds, { deletes: false }));
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toMatch(/\n\d+ more lines: run "zonewright plan" to see all of it\.\n\n<\/details>/);
    expect(text).toMatch(/2 zones are not shown: run "zonewright plan"/);
  });

  it('is a JSON document under its schema', () => {
    const validate = new Ajv2020({ strict: false }).compile(
      JSON.parse(readFileSync('schemas/plan.schema.json', 'utf8')),
    );
    for (const each of [plan, nothing]) {
      expect(validate(JSON.parse(planJson(each))), JSON.stringify(validate.errors)).toBe(true);
    }
    expect(JSON.parse(planJson(plan)).zones[0].changes[2]).toEqual({
      kind: 'change',
      owner: 'www.example.com.',
      type: 'A',
      existing: { ttl: 3600, values: ['192.0.2.1', '192.0.2.2'] },
      desired: { ttl: 60, values: ['192.0.2.1', '192.0.2.3'] },
    });
  });
});
