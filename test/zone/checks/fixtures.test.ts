import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checks } from '../../../src/zone/checks/list.ts';
import type { Edit, Finding } from '../../../src/zone/finding.ts';
import { applyEdits } from '../../../src/zone/fix.ts';
import {
  checkFiles,
  type Fixture,
  filesOf,
  findingsIn,
  fixturesFolder,
  fixturesOf,
  line,
  rulesWithFixtures,
} from './fixture.ts';

/** Rules whose input is no file of a sensible size, or is read by other programs than these; the tests named make it. */
const testedElsewhere = new Map([
  ['document-size', 'test/zone/yaml'],
  ['too-many-findings', 'test/zone'],
  ['too-many-problems', 'test/dns/master'],
  ['entry-length', 'test/dns/master'],
  ['include-limit', 'test/dns/master'],
  ['text-encoding', 'test/dns/master'],
  ['unknown-field', 'test/dns'],
  ['import-zone-name', 'test/zone/import'],
  ['import-no-soa', 'test/zone/import'],
  ['import-octodns', 'test/zone/import'],
  ['import-several-soas', 'test/zone/import'],
  ['import-signed', 'test/pipeline'],
  ['import-unreadable', 'test/pipeline'],
  ['import-exists', 'test/pipeline'],
  ['import-address', 'test/pipeline'],
]);

const withFixtures = checks.filter(({ id }) => !testedElsewhere.has(id));

describe('fixtures', () => {
  it('break every check, and pass it', () => {
    const lacking = withFixtures.flatMap(({ id }) => {
      const names = fixturesOf(id).map(({ name }) => name);
      return ['bad-', 'good-']
        .filter((kind) => !names.some((name) => name.startsWith(kind)))
        .map((kind) => `${id}: ${kind}`);
    });
    expect(lacking).toEqual([]);
  });

  it('are of checks that exist', () => {
    const ids = new Set(checks.map(({ id }) => id));
    expect(rulesWithFixtures().filter((rule) => !ids.has(rule))).toEqual([]);
  });
});

describe.each(rulesWithFixtures())('%s', (rule) => {
  const fixtures = fixturesOf(rule);

  it('finds in its bad fixtures what expected.txt says', () => {
    const found = fixtures.flatMap((fixture) =>
      ofRule(rule, findingsIn(fixture)).map((finding) => line(fixture, finding)),
    );
    const file = join(fixturesFolder, rule, 'expected.txt');
    const text = found.map((each) => `${each}\n`).join('');
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
  });

  it.each(fixtures)('$name', (fixture) => {
    const findings = findingsIn(fixture);
    const own = ofRule(rule, findings);
    if (fixture.name.startsWith('good-')) {
      expect(own).toEqual([]);
      // A good zone that could not be released would show nothing.
      expect(findings.filter(({ severity, waived }) => severity === 'error' && waived === undefined)).toEqual([]);
    } else {
      expect(own).not.toEqual([]);
      expect(leftAfterRepair(fixture, own)).toEqual([]);
    }
  });
});

function ofRule(rule: string, findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.rule === rule);
}

/** The findings with edits that are still there when all edits are made. */
function leftAfterRepair(fixture: Fixture, findings: readonly Finding[]): Finding[] {
  const edits = findings.flatMap((finding) => finding.edits ?? []);
  if (edits.length === 0) return [];
  const files = new Map(filesOf(fixture));
  for (const [path, source] of files) {
    const ofFile = edits.filter((edit: Edit) => edit.file === path);
    if (ofFile.length > 0) files.set(path, { path, text: applyEdits(source.text, ofFile) });
  }
  const left = checkFiles(fixture, files);
  return left.filter(({ rule, edits: more }) => rule === fixture.rule && more !== undefined);
}
