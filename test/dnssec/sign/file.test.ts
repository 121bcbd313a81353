import { createPrivateKey } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromText } from '../../../src/dns/octets.ts';
import { signZoneFile } from '../../../src/dnssec/sign/file.ts';
import type { Denial, SignInputs, SigningTimes } from '../../../src/dnssec/sign/inputs.ts';
import { readKeptSignatures } from '../../../src/dnssec/sign/kept.ts';
import { openSigningPool, type SigningPool } from '../../../src/dnssec/sign/pool.ts';
import { APEX, here, inputsFor, NASTY, NOW, newKey, signed, textOf, times } from './zones.ts';

const DAY = 86400;

/** Signs a zone into a file. */
async function fileOf(inputs: SignInputs, previous?: string, defaultTtl = 3600, pool: SigningPool = here) {
  const pieces: Buffer[] = [];
  const result = await signZoneFile(
    inputs,
    {
      apex: inputs.apex,
      defaultTtl,
      previous: previous === undefined ? undefined : Buffer.from(previous, 'latin1'),
      write: (octets) => pieces.push(Buffer.from(octets)),
    },
    pool,
  );
  if (result.kind === 'fault') throw new Error(JSON.stringify(result.fault));
  return { ...result, text: Buffer.concat(pieces).toString('latin1') };
}

/** Every other batch is signed a little later than the one behind it. */
const everyOtherLate: SigningPool = {
  ...here,
  open(keys, expected) {
    const session = here.open(keys, expected);
    if ('kind' in session) return session;
    let count = 0;
    const sign: typeof session.sign = async (batch) => {
      const isLate = count++ % 2 === 0;
      const signed = await session.sign(batch);
      for (let i = 0; isLate && i < 3; i++) await setImmediate();
      return signed;
    };
    return { ...session, sign };
  },
};

// Signatures of these algorithms are always the same, so that whole files can be compared.
const one = newKey(15);
const other = newKey(15);
const third = newKey(16, 256);
const splits: readonly Pick<SignInputs, 'dnskeys' | 'dnskeySigners' | 'zoneSigners'>[] = [
  { dnskeys: [one.dnskey], dnskeySigners: [one], zoneSigners: [one] },
  { dnskeys: [one.dnskey, third.dnskey], dnskeySigners: [one], zoneSigners: [third] },
  { dnskeys: [one.dnskey, other.dnskey], dnskeySigners: [one, other], zoneSigners: [one] },
  {
    dnskeys: [one, other, third].map(({ dnskey }) => dnskey),
    dnskeySigners: [other, one],
    zoneSigners: [third, other],
  },
];
const denials: readonly Denial[] = [
  { kind: 'nsec' },
  { kind: 'nsec3', optOut: false },
  { kind: 'nsec3', optOut: true },
];

const [head, apexLines, others] = [
  NASTY.split('\n').slice(0, 3),
  NASTY.split('\n').slice(3, 5),
  NASTY.split('\n').slice(5),
];
const lines = [...others.filter((line) => line !== ''), ...[...'abcdefgh'].map((c, i) => `${c}${i} A 192.0.2.${i}`)];

interface Version {
  readonly lines: readonly string[];
  readonly serial: number;
  readonly split: number;
  readonly denial: number;
  readonly after: number;
  readonly defaultTtl: number;
}

const version: fc.Arbitrary<Version> = fc.record({
  lines: fc.subarray(lines, { minLength: lines.length - 6 }),
  serial: fc.constantFrom(1, 2, 4294967295),
  split: fc.constantFrom(0, 0, 0, 1, 2, 3),
  denial: fc.constantFrom(0, 0, 1, 1, 2),
  after: fc.constantFrom(0, 0, 60, DAY, 8 * DAY, 9 * DAY, 10 * DAY, 30 * DAY),
  defaultTtl: fc.constantFrom(3600, 3600, 3600, 60),
});

function inputsOf(of: Version, now: number): SignInputs {
  const text = [
    head[0],
    head[1]?.replace('4294967295', String(of.serial)),
    head[2],
    ...apexLines,
    ...of.lines,
    '',
  ].join('\n');
  const moved: SigningTimes = { ...times, now };
  return inputsFor(text, [one], { ...splits[of.split], denial: denials[of.denial] as Denial, times: moved });
}

describe('a zone file that is signed while it is written', () => {
  it.each([NOW, 2 ** 32 - 40 * DAY])(
    'is that of the zone that is signed first, release after release from %i on',
    async (start) => {
      await fc.assert(
        fc.asyncProperty(fc.array(version, { minLength: 1, maxLength: 4 }), async (versions) => {
          let now = start;
          let before: string | undefined;
          for (const of of versions) {
            now += of.after;
            const inputs = inputsOf(of, now);
            const kept = before === undefined ? undefined : readKeptSignatures(APEX, fromText(before));
            const zone = await signed({ ...inputs, ...(kept !== undefined && { kept }) });
            const file = await fileOf(inputs, before, of.defaultTtl);
            expect(file.text).toBe(textOf(zone, APEX, of.defaultTtl));
            expect(file).toMatchObject({
              expires: zone.expires,
              signed: zone.signed,
              kept: zone.kept,
              records: zone.rrsets.reduce((sum, { rdatas }) => sum + rdatas.length, 0),
              maxTtl: Math.max(...zone.rrsets.map(({ ttl }) => ttl)),
            });
            before = file.text;
          }
        }),
        { numRuns: 25 },
      );
    },
  );

  it('is the same whatever part of a foreign or damaged file stands before it', async () => {
    const inputs = inputsFor(NASTY, [one]);
    const { text } = await fileOf(inputs);
    for (const file of [
      '',
      '\n',
      'x',
      text.slice(0, -1),
      text.replace('$TTL', '$ttl'),
      `$ORIGIN ${APEX}\n$TTL 3600\n\n`,
      text.slice(0, text.indexOf('\n', 900) + 1),
      // The signature that would be tried of its key cannot be read.
      text.replace(/(RRSIG .* )\S+\n/, '$1\0\n'),
    ]) {
      expect((await fileOf(inputs, file)).text).toBe(text);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length),
        fc.string({ unit: 'binary', maxLength: 5 }),
        fc.nat(40),
        async (at, put, cut) => {
          const damaged = text.slice(0, at) + Buffer.from(put).toString('latin1') + text.slice(at + cut);
          const again = await fileOf(inputs, damaged);
          // What is not as it would be written is not taken over. Of signatures only one of each key is tried: it is the digest of
          // the file that tells of damage.
          const bare = (of: string): string => of.replace(/(RRSIG +\S+)[^\n]*/g, '$1');
          expect(bare(again.text)).toBe(bare(text));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has a signature of each key tried', async () => {
    const wrong = { ...one, privateKey: other.privateKey };
    await expect(fileOf(inputsFor(NASTY, [wrong]))).rejects.toThrow('bad-key');
    const { text } = await fileOf(inputsFor(NASTY, [one]));
    await expect(fileOf(inputsFor(NASTY, [wrong]), text)).rejects.toThrow('bad-key');
    // The private number of another key beside the public ones of this: only a signature tells.
    const [a, b] = [newKey(13), newKey(13)];
    const numberOf = ({ privateKey }: typeof a): Buffer =>
      Buffer.from(privateKey.export({ format: 'jwk' }).d as string, 'base64url');
    const key = a.privateKey.export({ format: 'der', type: 'pkcs8' });
    numberOf(b).copy(key, key.indexOf(numberOf(a)));
    const mixed = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    await expect(fileOf(inputsFor(NASTY, [{ ...a, privateKey: mixed }]))).rejects.toThrow('bad-key');
    // A key that has the tag of another one: nothing of that is kept.
    const double = { ...other, tag: one.tag };
    await expect(fileOf(inputsFor(NASTY, [double]), text)).resolves.toMatchObject({ kept: 0 });
  });

  it('is the same by threads', async () => {
    const many = `${NASTY}${Array.from({ length: 3000 }, (_, i) => `host-${i} A 192.0.2.1\n`).join('')}`;
    const inputs = inputsFor(many, [one]);
    const { text } = await fileOf(inputs);
    const pool = openSigningPool(2);
    try {
      expect((await fileOf(inputs, undefined, 3600, pool)).text).toBe(text);
      const changed = inputsFor(many.replace('host-77 A', 'host-77 AAAA 2001:db8::7\nhost-77 A'), [one]);
      // AAAA and NSEC of the name, and the SOA stays.
      expect(await fileOf(changed, text, 3600, pool)).toMatchObject({ signed: 2 });
    } finally {
      await pool.close();
    }
  });

  it('is the same in whatever order threads are done', async () => {
    // So many that memory which was given back is used again.
    const lines = Array.from({ length: 8000 }, (_, i) => `host-${i} A 192.0.2.1\n`);
    const inputs = inputsFor(`${NASTY}${lines.join('')}`, [one]);
    const { text } = await fileOf(inputs);
    expect((await fileOf(inputs, undefined, 3600, everyOtherLate)).text).toBe(text);
  });

  it('is broken off where it is not wanted any more or cannot be written, and the threads sign the next one', async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => `host-${i} A 192.0.2.1\n`);
    const inputs = inputsFor(`${NASTY}${lines.join('')}`, [one]);
    const next = inputsFor(NASTY, [other]);
    const { text } = await fileOf(next);
    const pool = openSigningPool(2);
    try {
      const signal = AbortSignal.abort(new Error('not wanted'));
      await expect(fileOf({ ...inputs, signal }, undefined, 3600, pool)).rejects.toThrow('not wanted');
      const write = (): void => {
        throw new Error('the disk is full');
      };
      const file = { apex: inputs.apex, defaultTtl: 3600, previous: undefined, write };
      await expect(signZoneFile(inputs, file, pool)).rejects.toThrow('the disk is full');
      await expect(signed({ ...inputs, signal }, pool)).rejects.toThrow('not wanted');
      expect((await fileOf(next, undefined, 3600, pool)).text).toBe(text);
    } finally {
      await pool.close();
    }
  });
});
