import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { printGithub } from '../../../src/pipeline/report/github.ts';
import { printJson } from '../../../src/pipeline/report/json.ts';
import type { Report } from '../../../src/pipeline/report/report.ts';
import { countFindings, summarize } from '../../../src/pipeline/report/report.ts';
import { printSarif } from '../../../src/pipeline/report/sarif.ts';
import { noPaint, printText } from '../../../src/pipeline/report/text.ts';
import type { Check } from '../../../src/zone/checks/check.ts';
import type { Finding } from '../../../src/zone/finding.ts';

const place = { file: 'zones/a b,c.yaml', line: 3, column: 8, endLine: 3, endColumn: 12 };

const bad: Finding = {
  rule: 'ipv4-syntax',
  severity: 'error',
  message: '"1.2.3" is not an IPv4 address\n::error::injected',
  fix: 'write four numbers: 100% of them',
  place,
  zone: parseName('example.com.'),
  owner: parseName('www.example.com.'),
  type: 'A',
  related: [{ place: { ...place, line: 1, endLine: 1 }, message: 'the first one' }],
  edits: [],
};
const mild: Finding = { ...bad, rule: 'single-ns', severity: 'warning', place: { ...place, endLine: 5 } };
const waived: Finding = { ...bad, rule: 'underscore-in-host', waived: 'vendor appliance' };
const report: Report = { findings: [bad, mild, waived], zones: 2 };

const checks: Check[] = [
  {
    id: 'ipv4-syntax',
    severity: 'error',
    standard: 'RFC 1035',
    reason: 'It cannot be served.',
    repair: 'Mend it.',
    covers: ['A01'],
    found: 'reading',
  },
  {
    id: 'unused',
    severity: 'info',
    standard: 'none',
    reason: 'Never.',
    repair: 'Never.',
    covers: [],
    found: 'reading',
  },
];

describe('counting', () => {
  it('counts waived findings apart and in no other number', () => {
    expect(countFindings(report.findings)).toEqual({ error: 1, warning: 1, info: 0, waived: 1 });
    expect(summarize(report)).toBe('2 zones: 1 error, 1 warning, 1 waived');
    expect(summarize({ findings: [], zones: 1 })).toBe('1 zone: nothing found');
  });
});

describe('text', () => {
  it('gives place, severity, rule, the line with a caret, the fix and the other place; waived ones are only counted', () => {
    const line = '  www: { A: 1.2.3 }';
    expect(printText({ findings: [{ ...bad, message: 'm' }, waived], zones: 1 }, noPaint, () => line)).toBe(
      [
        'zones/a b,c.yaml:3:8: error ipv4-syntax: m',
        '    3 |   www: { A: 1.2.3 }',
        '      |        ^^^^',
        '  fix: write four numbers: 100% of them (check --fix does it)',
        '  see: zones/a b,c.yaml:1:8: the first one',
        '1 zone: 1 error, 1 waived',
        '',
      ].join('\n'),
    );
  });

  it('lets no control character of a file reach the terminal', () => {
    const text = printText(
      { findings: [{ ...bad, message: '\x1b[31mred\x07\u202e' }], zones: 1 },
      noPaint,
      () => 'a\x1b]0;title\x07',
    );
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
  });

  it('shows only the neighbourhood of a value in a very long line', () => {
    const long = `${'x'.repeat(5_000_000)}BAD${'y'.repeat(5_000_000)}`;
    const far = { ...bad, place: { ...place, column: 5_000_001, endColumn: 5_000_004 } };
    const text = printText({ findings: [far], zones: 1 }, noPaint, () => long);
    expect(text.length).toBeLessThan(700);
    expect(text).toContain('BAD');
  });
});

describe('github', () => {
  it('escapes what would start another command or property', () => {
    const [first, second, last] = printGithub(report).split('\n');
    expect(first).toBe(
      '::error file=zones/a b%2Cc.yaml,line=3,endLine=3,col=8,endColumn=12,title=ipv4-syntax::"1.2.3" is not an IPv4 address%0A::error::injected. write four numbers: 100%25 of them',
    );
    expect(second).toMatch(/^::warning file=zones\/a b%2Cc\.yaml,line=3,endLine=5,title=single-ns::/);
    expect(last).toBe('2 zones: 1 error, 1 warning, 1 waived');
  });
});

describe('json', () => {
  it('is valid under its schema and holds every finding, waived ones too', () => {
    const validate = new Ajv2020({ strict: false }).compile(
      JSON.parse(readFileSync('schemas/findings.schema.json', 'utf8')),
    );
    const document = JSON.parse(printJson(report));
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.findings.map((each: { rule: string }) => each.rule)).toEqual([
      'ipv4-syntax',
      'single-ns',
      'underscore-in-host',
    ]);
    expect(document.findings[2].waived).toBe('vendor appliance');
  });
});

describe('sarif', () => {
  it('is valid under the schema of SARIF 2.1.0 and suppresses what is waived', () => {
    const {
      $schema: _draft,
      id: _id,
      ...schema
    } = JSON.parse(readFileSync('test/pipeline/report/sarif-2.1.0.schema.json', 'utf8'));
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
    const log = JSON.parse(printSarif(report, checks, '1.2.3'));
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    const run = log.runs[0];
    expect(run.tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(['ipv4-syntax']);
    expect(run.results[0]).toMatchObject({ ruleId: 'ipv4-syntax', ruleIndex: 0, level: 'error' });
    expect(run.results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'zones/a%20b%2Cc.yaml' },
      region: { startLine: 3, startColumn: 8, endLine: 3, endColumn: 12 },
    });
    expect(run.results[2].suppressions).toEqual([{ kind: 'inSource', justification: 'vendor appliance' }]);
  });
});
