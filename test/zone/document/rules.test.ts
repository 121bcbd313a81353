import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readingChecks } from '../../../src/zone/document/rules.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const ids = new Set(readingChecks.map(({ id }) => id));

/** The ids that a file gives to faults: the last argument of `new DnsSyntaxError(...)`. */
function faultIds(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/new DnsSyntaxError\(([\s\S]*?)\);/g)].flatMap(([, call = '']) =>
    [...call.matchAll(/'([a-z0-9]+(?:-[a-z0-9]+)+)'(?=\s*[,:]?\s*$|\s*:)/g)].map(([, id = '']) => id),
  );
}

describe('what the reader of documents finds', () => {
  it('is stated with a reason, a repair and a standard', () => {
    for (const { id, reason, repair, standard, severity } of readingChecks) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      for (const text of [reason, repair]) expect(text, id).toMatch(/^[A-Z].*\.$/s);
      expect(standard, id).not.toBe('');
      expect(['error', 'warning', 'info']).toContain(severity);
    }
  });

  it('includes every fault that parsers of names and rdata name', () => {
    const files = ['name.ts', 'rdata.ts', 'token.ts', 'ttl.ts'].map((file) => `${root}src/dns/${file}`);
    for (const folder of ['fields', 'types']) {
      for (const file of readdirSync(`${root}src/dns/${folder}`)) files.push(`${root}src/dns/${folder}/${file}`);
    }
    const found = new Set(files.flatMap(faultIds));
    expect(found.size).toBeGreaterThan(20);
    expect([...found].filter((id) => !ids.has(id))).toEqual([]);
  });

  it('is broken by a document of the tests, each', () => {
    const documents = `${root}test/zone/documents/`;
    const seen = new Set<string>();
    for (const folder of ['bad', 'config']) {
      for (const file of readdirSync(documents + folder).filter((name) => name.endsWith('.txt'))) {
        const text = readFileSync(`${documents}${folder}/${file}`, 'utf8');
        for (const [, id = ''] of text.matchAll(/: (?:error|warning|info) ([a-z0-9-]+)$/gm)) seen.add(id);
      }
    }
    // Found in the layout of the repository, in bytes, or only in what is too big for a file here: tested elsewhere.
    const elsewhere = [
      'zone-file-name',
      'zone-twice',
      'file-encoding',
      'document-size',
      'too-many-findings',
      'rrset-size',
    ];
    expect([...ids].filter((id) => !seen.has(id) && !elsewhere.includes(id))).toEqual([]);
  });
});
