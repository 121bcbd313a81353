import { createPrivateKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatePrivateKey, pemOf, readPem, signatureLength, signingAlgorithms } from '../../src/dnssec/algorithm.ts';

const numbersOf = (key: KeyObject | undefined) => key?.export({ format: 'jwk' });

/** What the library makes of a text. */
function byLibrary(text: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: text, format: 'pem' });
  } catch {
    return undefined;
  }
}

describe('a private key that is read', () => {
  it.each(signingAlgorithms)('is the one that was written, of algorithm %d', async (algorithm) => {
    const key = await generatePrivateKey(algorithm, 2048);
    const read = readPem(pemOf(key));
    expect(numbersOf(read)).toEqual(numbersOf(key));
    expect(pemOf(read as KeyObject)).toBe(pemOf(key));
  });

  it('is what the library makes of it, whatever was changed', async () => {
    const pem = pemOf(await generatePrivateKey(13, 0));
    const change = fc.record({
      at: fc.nat(pem.length - 1),
      by: fc.constantFrom('A', 'z', '/', '=', '\n', ' ', '', '\r\n', '-', 'é'),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        let text = pem;
        for (const { at, by } of changes) text = text.slice(0, at) + by + text.slice(at + 1);
        // A number that is none of the curve the library may take; nobody can sign with it.
        const [ours, theirs] = [readPem(text), byLibrary(text)];
        if (ours !== undefined) expect(numbersOf(ours)).toEqual(numbersOf(theirs));
        else expect(theirs === undefined || !isOnCurve(theirs)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** Whether the library can make the key again from its numbers. */
function isOnCurve(key: KeyObject): boolean {
  try {
    createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

it('knows how long signatures are', async () => {
  const { sign } = await import('node:crypto');
  for (const algorithm of signingAlgorithms) {
    const key = await generatePrivateKey(algorithm, 2048);
    const hash = algorithm === 15 || algorithm === 16 ? null : 'sha256';
    const { length } = sign(hash, Buffer.from('x'), { key, dsaEncoding: 'ieee-p1363' });
    expect(signatureLength(key, algorithm), `${algorithm}`).toBe(length);
  }
});
