import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { pemOf, signingAlgorithms } from '../../../src/dnssec/algorithm.ts';
import { bindFileName, printBindPublic, readBindPublic } from '../../../src/dnssec/bind/key-file.ts';
import { type BindTimes, printBindPrivate, readBindPrivate } from '../../../src/dnssec/bind/private-file.ts';
import { generateKey, type KeyPair } from '../../../src/dnssec/generate.ts';
import { KeyStoreError } from '../../../src/dnssec/store/error.ts';

const zone = parseName('example.com.');
const pairs = await Promise.all(
  signingAlgorithms.map((algorithm) =>
    generateKey({ zone, role: algorithm === 8 ? 'zsk' : 'csk', algorithm, rsaBits: 1024, now: 1_700_000_000 }, []),
  ),
);
const anyPair = fc.constantFrom(...pairs);
const time = fc.integer({ min: 0, max: 253402300799 });
const anyTimes = fc.record(
  { created: time, publish: time, activate: time, inactive: time, delete: time },
  { requiredKeys: [] },
) as fc.Arbitrary<BindTimes>;

const print = ({ key, privateKey }: KeyPair, times: BindTimes): string =>
  printBindPrivate({ algorithm: key.algorithm, privateKey, times });

/** The words of the error, or what came instead of one. */
function refusalOf(work: () => unknown): string {
  try {
    return `no error: ${typeof work()}`;
  } catch (error) {
    if (error instanceof KeyStoreError) return [error.message, error.fix, error.stack].join('\n');
    throw error;
  }
}

describe('private keys of BIND', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(anyPair, anyTimes, fc.constantFrom('v1.3', 'v1.2'), (pair, times, format) => {
        const read = readBindPrivate(print(pair, times).replace('v1.3', format), 'K.private');
        expect([read.algorithm, pemOf(read.privateKey), read.times]).toEqual([
          pair.key.algorithm,
          pemOf(pair.privateKey),
          times,
        ]);
      }),
    );
  });

  it('are refused in words that hold nothing of them, wherever they are cut off', () => {
    fc.assert(
      fc.property(anyPair, fc.double({ min: 0, max: 0.999, noNaN: true }), (pair, part) => {
        const text = print(pair, {});
        const cut = text.slice(0, Math.floor((text.length - 6) * part));
        const said = refusalOf(() => readBindPrivate(cut, 'K.private'));
        expect(said).toMatch(/^K\.private is /);
        for (const line of text.split('\n').slice(2, -1)) {
          const secret = line.slice(line.indexOf(' ') + 1);
          if (secret !== 'AQAB') expect(said).not.toContain(secret.slice(0, 12));
        }
      }),
    );
  });

  it('with a changed part of an RSA key are refused', () => {
    const lines = print(pairs[0] as KeyPair, {}).split('\n');
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(100), (at, position) => {
        const [name, value] = (lines[at] as string).split(': ') as [string, string];
        const octets = Buffer.from(value, 'base64');
        const where = position % octets.length;
        octets[where] = (octets[where] as number) ^ 2;
        const changed = lines.with(at, `${name}: ${octets.toString('base64')}`).join('\n');
        expect(refusalOf(() => readBindPrivate(changed, 'K.private'))).toMatch(/^K\.private is cut off or changed/);
      }),
    );
  });

  it.each([
    ['', 'no private key of BIND'],
    ['Private-key-format: v2.0\nAlgorithm: 13\n', 'no private key of BIND'],
    [
      'Private-key-format: v1.3\nAlgorithm: 5 (RSASHA1)\n',
      'algorithm 5 (RSASHA1), with which zonewright does not sign',
    ],
    ['Private-key-format: v1.3\nAlgorithm: 13\nEngine: cGtjczExAA==\nLabel: a2V5\n', 'hardware module'],
    ['Private-key-format: v1.3\nAlgorithm: 13\nPrivateKey: AAAA\n', 'cut off or changed'],
    ['Private-key-format: v1.3\nAlgorithm: 13\nAlgorithm: 14\n', 'cut off or changed'],
  ])('that are %j are told: %s', (text, said) => {
    expect(refusalOf(() => readBindPrivate(text, 'K.private'))).toContain(said);
  });

  it('with a time that is none are refused', () => {
    const text = print(pairs[2] as KeyPair, {});
    for (const wrong of ['20260231000000', '2026', '99999999999999', '']) {
      expect(refusalOf(() => readBindPrivate(`${text}Publish: ${wrong}\n`, 'K.private'))).toMatch(/^K\.private is cut/);
    }
  });
});

describe('public keys of BIND', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(anyPair, anyTimes, ({ key }, times) => {
        expect(readBindPublic(printBindPublic(key, times), 'K.key')).toEqual({ zone, dnskey: key.dnskey });
      }),
    );
  });

  it('are refused where there is anything else, and nothing of it is told', () => {
    const [text, more] = pairs.slice(2, 4).map(({ key }) => printBindPublic(key, {})) as [string, string];
    const secret = print(pairs[2] as KeyPair, {});
    for (const wrong of ['', text + more, `${text}example.com. IN A 192.0.2.1\n`, text.slice(0, -8), secret, '\0(']) {
      const said = refusalOf(() => readBindPublic(wrong, 'K.key'));
      expect(said).toContain('K.key is no file with one DNSKEY record');
      expect(said).not.toContain('PrivateKey');
    }
  });
});

it.each([
  ['example.com.', 'Kexample.com.+013+00042'],
  ['.', 'K.+013+00042'],
  ['0/25.2.0.192.in-addr.arpa.', 'K0%2F25.2.0.192.in-addr.arpa.+013+00042'],
  ['\\.\\./x.', 'K%2E%2E%2Fx.+013+00042'],
])('files of keys of %s are named %s', (name, file) => {
  expect(bindFileName({ zone: parseName(name), algorithm: 13, tag: 42 })).toBe(file);
});
