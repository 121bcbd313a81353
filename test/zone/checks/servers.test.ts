import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { rdataToText, typeName } from '../../../src/dns/rdata.ts';
import { checksById } from '../../../src/zone/checks/list.ts';
import { checkZone } from '../../../src/zone/checks/run.ts';
import type { Zone } from '../../../src/zone/zone.ts';
import { needs, runTool } from '../../setup/tools.ts';
import { estateOf, today, zoneOf } from './fixture.ts';

const digest = '0'.repeat(64);
const key = '3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==';

const owner = fc.constantFrom('"@"', 'a', 'b', 'a.b', '"*"', '"*.b"', 'c.a.b', '_x._tcp', 'x--y', 'h-', 'u_s', 'ns1');
const target = fc.constantFrom('a', 'b', 'c.b', 'x.y.b', 'ns1.example.net.', '192.0.2.1.', 'u_s', 'h-', 'ns1');
const record = fc.oneof(
  ...['NS', 'NS', 'CNAME', 'DNAME'].map((type) => target.map((name) => `${type}: ${name}`)),
  ...['MX: 10', 'SRV: 1 2 3'].map((rdata) => target.map((name) => `${rdata} ${name}`)),
  fc.constantFrom('A: 192.0.2.1', 'AAAA: "2001:db8::1"', 'TXT: x', `DS: 1 13 2 ${digest}`, `DNSKEY: 257 ${key}`),
);
const types = fc.uniqueArray(record, { minLength: 1, maxLength: 3, selector: (each) => each.split(':')[0] });
const entries = fc.uniqueArray(fc.tuple(owner, types), { selector: ([name]) => name, maxLength: 6 });

/** Zones with every mistake of structure, and without. */
const zones = entries.map((list) => {
  const named = new Map([['"@"', ['NS: ns1.example.net.']], ...list]);
  return `records:\n${[...named].map(([name, each]) => `  ${name}: { ${each.join(', ')} }\n`).join('')}`;
});

/** What BIND (in its default, `check-names`) or Knot refuse and zonewright warns of. */
const milder = new Set(['underscore-in-host', 'missing-glue']);

describe.skipIf(needs('named-checkzone', 'kzonecheck', 'nsd-checkzone'))('name servers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'example.com.zone');

  /** The programs that refuse a zone, each with what it says. */
  async function refusals(zone: Zone): Promise<string[]> {
    writeFileSync(file, masterFile(zone));
    const programs = [
      ['named-checkzone', '-i', 'local', '-k', 'fail', '-n', 'fail', '-m', 'ignore', 'example.com', file],
      ['kzonecheck', '-o', 'example.com', file],
      ['nsd-checkzone', 'example.com', file],
    ];
    const results = await Promise.all(programs.map(([program = '', ...args]) => runTool(program, args)));
    return results.flatMap(({ status, stdout, stderr }, i) =>
      status === 0 ? [] : [`${programs[i]?.[0]}: ${stdout}${stderr}`],
    );
  }

  it('load every zone without errors, and refuse what the hard core finds', async () => {
    await fc.assert(
      fc.asyncProperty(zones, async (text) => {
        const zone = zoneOf(text);
        const findings = checkZone(zone, estateOf([zone]), { today });
        const refused = await refusals(zone);
        const errors = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
        if (errors.some((rule) => checksById.get(rule)?.hard === true)) expect(refused).not.toEqual([]);
        if (errors.length === 0 && !findings.some(({ rule }) => milder.has(rule))) expect(refused).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

function masterFile(zone: Zone): string {
  const rrsets = [...zone.names.values()].flat();
  const lines = rrsets.flatMap(({ owner: name, ttl, type, rdatas }) =>
    rdatas.map((rdata) => `${name} ${ttl} ${typeName(type)} ${rdataToText(type, rdata)}\n`),
  );
  return lines.join('');
}
