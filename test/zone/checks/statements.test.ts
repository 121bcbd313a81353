import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { excluded } from '../../../src/zone/checks/excluded.ts';
import { checks, checksById } from '../../../src/zone/checks/list.ts';

/** How many rules the page of rules has under each letter, and which it begins with. */
const pageOfRules: Readonly<Record<string, readonly [number, number]>> = {
  Y: [1, 17],
  N: [0, 19],
  T: [1, 8],
  Z: [1, 38],
  S: [1, 14],
  A: [1, 8],
  G: [1, 5],
  M: [1, 16],
  X: [1, 7],
  R: [1, 8],
  C: [1, 7],
  K: [1, 26],
  H: [1, 15],
  P: [1, 9],
};

const source = fileURLToPath(new URL('../../../src', import.meta.url));

describe('statements', () => {
  it('have each an id of its own, in kebab case', () => {
    expect(checks.map(({ id }) => id).filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(id))).toEqual([]);
    expect(checksById.size).toBe(checks.length);
  });

  it('say in one sentence each why and what to do', () => {
    const fragments = checks.filter(
      ({ reason, repair }) => ![reason, repair].every((text) => /^[A-Z$"'].*[.]$/.test(text)),
    );
    expect(fragments.map(({ id }) => id)).toEqual([]);
  });

  it('are found somewhere: by a function, by the reader or by the engine, and by one of them only', () => {
    const unclear = checks.filter((check) => {
      const functions = [check.rrset, check.owner, check.zone, check.change].filter((each) => each !== undefined);
      return (check.found === undefined) !== functions.length > 0;
    });
    expect(unclear.map(({ id }) => id)).toEqual([]);
  });

  it('cover every rule of the page of rules, or the page of checks says why not', () => {
    const known = new Set([...checks.flatMap(({ covers }) => covers), ...excluded.map(({ code }) => code)]);
    const codes = Object.entries(pageOfRules).flatMap(([letter, [first, last]]) =>
      Array.from({ length: last - first + 1 }, (_, i) => `${letter}${String(first + i).padStart(2, '0')}`),
    );
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
  });

  it('exclude nothing that a check covers', () => {
    const covered = new Set(checks.flatMap(({ covers }) => covers));
    expect(excluded.filter(({ code }) => covered.has(code))).toEqual([]);
  });

  it('exist for every rule that a parser or reader names in its code', () => {
    const folders = ['dns/fields', 'dns/types', 'dns/master', 'zone'];
    const files = [
      ...['name.ts', 'rdata.ts', 'token.ts', 'ttl.ts', 'octets.ts', 'fault.ts'].map((file) =>
        join(source, 'dns', file),
      ),
      ...folders.flatMap((folder) => filesBelow(join(source, folder))),
    ];
    const unknown = files.flatMap((file) =>
      rulesNamedIn(readFileSync(file, 'utf8'))
        .filter((rule) => !checksById.has(rule))
        .map((rule) => `${file.slice(source.length + 1)}: ${rule}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('the search for rules in code', () => {
  it('finds them in faults, findings and notes', () => {
    const code = `throw new DnsSyntaxError('a', 'write b', 'one-rule');
      throw new DnsSyntaxError(
        \`the value \${quoted(text)} is bad\`,
        'write c',
        'other-rule',
      );
      note(run, 'warning', 'third-rule', 'x', 'y', 0);
      const finding = { rule: 'fourth-rule', severity };`;
    expect(rulesNamedIn(code)).toEqual(['fourth-rule', 'one-rule', 'other-rule', 'third-rule']);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The rules that code gives to faults, findings and notes, as far as they stand there as words. */
function rulesNamedIn(code: string): string[] {
  const id = "'([a-z0-9]+(?:-[a-z0-9]+)+)'";
  const found = [
    new RegExp(String.raw`new DnsSyntaxError\((?:[^;]*?),\s*${id},?\s*\)`, 'g'),
    new RegExp(String.raw`\brule: ${id}`, 'g'),
    new RegExp(String.raw`\bnote\([^;]*?'(?:error|warning)',\s*${id}`, 'g'),
  ].flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] as string));
  return [...new Set(found)].sort();
}
