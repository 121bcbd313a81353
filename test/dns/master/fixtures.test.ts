import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import type { MasterProblem } from '../../../src/dns/master/problem.ts';
import { fromBuffer } from '../../../src/dns/octets.ts';
import { needs } from '../../setup/tools.ts';
import { APEX, namedReads, recordLines } from './named.ts';

const fixtures = new URL('fixtures/', import.meta.url).pathname;
const good = join(fixtures, 'good');
const bad = join(fixtures, 'bad');
const zonesOf = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.zone'));

function read(folder: string, name: string) {
  const include = (path: string) => {
    const file = join(folder, path);
    if (!existsSync(file)) return { message: `there is no file "${path}"`, fix: 'correct the path' };
    return { name: path, octets: fromBuffer(readFileSync(file)) };
  };
  return readRRsets({ name, octets: fromBuffer(readFileSync(join(folder, name))) }, { apex: APEX, include });
}

function problemText({ file, line, column, severity, rule, message, fix }: MasterProblem): string {
  return `${file}:${line}:${column}: ${severity} ${rule}: ${message}; ${fix}`;
}

describe.each(zonesOf(good))('%s', (name) => {
  it('has these records and warnings', async () => {
    const { rrsets, errors, problems } = read(good, name);
    expect(errors).toBe(0);
    const text = [...recordLines(rrsets), ...problems.map(problemText)].join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot(join(good, name.replace(/zone$/, 'expected')));
  });

  it.skipIf(needs('named-compilezone'))('means the same to named', async () => {
    const octets = fromBuffer(readFileSync(join(good, name)));
    expect(recordLines(read(good, name).rrsets)).toEqual(await namedReads(octets, APEX, good));
  });
});

describe.each(zonesOf(bad))('%s', (name) => {
  it('has these problems', async () => {
    const { problems, errors } = read(bad, name);
    expect(errors).toBeGreaterThan(0);
    const text = problems.map(problemText).join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot(join(bad, name.replace(/zone$/, 'expected')));
  });

  it.skipIf(needs('named-compilezone'))('is refused by named', async () => {
    expect(await namedReads(fromBuffer(readFileSync(join(bad, name))), APEX, bad)).toBeUndefined();
  });
});
