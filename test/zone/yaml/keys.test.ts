import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNewKey, keyTable } from '../../../src/zone/yaml/keys.ts';
import { scalarNode } from '../../../src/zone/yaml/node.ts';
import { readYaml } from '../../../src/zone/yaml/read.ts';

describe('keys of a map', () => {
  it('are each new once, as a Set has it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 6 }), { maxLength: 400 }),
        (all) => {
          const text = all.join('\n');
          const table = keyTable(text);
          const seen = new Set<string>();
          let start = 0;
          for (const key of all) {
            expect(isNewKey(table, scalarNode(key, start, start + key.length, 'plain'), [])).toBe(!seen.has(key));
            seen.add(key);
            start += key.length + 1;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('stay distinct when all their hashes are equal', () => {
    // FNV-1a folded to few bits: keys with equal low bits are found by trying, enough of them to overflow every slot.
    const low = (text: string): number => {
      let hash = 0x811c9dc5 | 0;
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      return (hash ^ (hash >>> 15)) & 0xfff;
    };
    const keys: string[] = [];
    for (let i = 0; keys.length < 300; i++) if (low(`k${i}`) === 7) keys.push(`k${i}`);
    const text = [...keys, ...keys].map((key) => `${key}: x\n`).join('');
    const { root, problems } = readYaml(text);
    expect(root?.kind === 'map' && root.entries.map(({ key }) => key.text)).toEqual(keys);
    expect(problems.map(({ related }) => related?.start)).toEqual(keys.map((key) => text.indexOf(`${key}: x`)));
  });

  it('are equal whatever their spelling, and the problem names both places', () => {
    const spellings = ['www', '"www"', "'www'", '"w\\x77w"', '"\\u0077ww"'];
    for (const first of spellings) {
      for (const second of spellings) {
        for (const filler of ['', Array.from({ length: 20 }, (_, i) => `n${i}: x\n`).join('')]) {
          const text = `${first}: a\n${filler}${second}: b\n`;
          const { problems } = readYaml(text);
          expect(problems).toHaveLength(1);
          const at = text.lastIndexOf(second);
          expect(problems[0]).toMatchObject({ code: 'duplicate-key', start: at, end: at + second.length });
          expect(problems[0]?.related?.start).toBe(first.startsWith('w') ? 0 : 1);
        }
      }
    }
  });

  it('may be called like members of objects', () => {
    const { root, problems } = readYaml('__proto__: a\nconstructor: b\ntoString: c\n__proto__: d\n');
    expect(root?.kind === 'map' && root.entries.map(({ key }) => key.text)).toEqual([
      '__proto__',
      'constructor',
      'toString',
    ]);
    expect(problems.map(({ code }) => code)).toEqual(['duplicate-key']);
  });
});
