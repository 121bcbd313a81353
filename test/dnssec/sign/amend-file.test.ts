import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inTypeOrder } from '../../../src/dns/master/writer.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import { amendSignedFile } from '../../../src/dnssec/sign/amend-file.ts';
import { signZoneFile } from '../../../src/dnssec/sign/file.ts';
import { type FileIndex, indexFile } from '../../../src/dnssec/sign/file-index.ts';
import type { Denial, SignInputs } from '../../../src/dnssec/sign/inputs.ts';
import { APEX, here, inputsFor, NOW, newKey, times } from './zones.ts';

// Its signatures are always the same, so that whole files can be compared.
const key = newKey(15);
const defaultTtl = 3600;

const DS = `DS 12345 13 2 ${'0'.repeat(64)}`;

/** What a name may say: data, delegations with and without DS, and both; glue is whatever comes below one. */
const contents = fc.constantFrom(
  ['A 192.0.2.1'],
  ['A 192.0.2.2'],
  ['TXT "t"', 'A 192.0.2.3'],
  ['NS ns.example.net.'],
  ['NS ns1.example.net.', 'A 192.0.2.4'],
  ['NS ns.example.net.', DS],
);

/** Few labels, up to three of them, so that names are often below each other. */
const name = fc
  .array(fc.constantFrom('a', 'b', 'c', '*'), { minLength: 1, maxLength: 3 })
  .filter((labels) => labels.lastIndexOf('*') <= 0)
  .map((labels) => labels.join('.'));

const zone = fc.dictionary(name, contents, { maxKeys: 12 });
const change = fc.record({ name, content: fc.option(contents, { nil: undefined }) });
const changes = fc.array(change, { minLength: 1, maxLength: 3 });
const denials: readonly Denial[] = [
  { kind: 'nsec' },
  { kind: 'nsec3', optOut: false },
  { kind: 'nsec3', optOut: true },
];

type Content = Readonly<Record<string, readonly string[]>>;

function inputsOf(content: Content, serial: number, denial: Denial, after: number): SignInputs {
  const lines = Object.entries(content).flatMap(([owner, texts]) => texts.map((text) => `${owner} ${text}\n`));
  const text = `$TTL 3600\n@ SOA ns1 hostmaster ${serial} 14400 3600 1209600 1800\n@ NS ns.example.org.\n${lines.join('')}`;
  return inputsFor(text, [key], { denial, times: { ...times, now: NOW + after } });
}

async function signedFile(inputs: SignInputs, previous: Buffer | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const write = (octets: Uint8Array): void => void pieces.push(Uint8Array.from(octets));
  const signed = await signZoneFile(inputs, { apex: APEX, defaultTtl, previous, write }, here);
  if (signed.kind === 'fault') throw new Error(JSON.stringify(signed.fault));
  return Buffer.concat(pieces);
}

function byOwner(rrsets: readonly RRset[]): Map<DomainName, readonly RRset[]> {
  const owners = new Map<DomainName, RRset[]>();
  for (const rrset of rrsets) owners.set(rrset.owner, [...(owners.get(rrset.owner) ?? []), rrset]);
  return owners;
}

/** Amends a file; `undefined` where it has to be written as a whole. */
async function amended(before: { file: Buffer; index: FileIndex; inputs: SignInputs }, now: SignInputs) {
  const [was, is] = [before.inputs, now].map(({ rrsets }) => byOwner(rrsets)) as [
    ReturnType<typeof byOwner>,
    ReturnType<typeof byOwner>,
  ];
  const owners = new Set([...was.keys(), ...is.keys()]);
  const at = (of: typeof was, owner: DomainName): readonly RRset[] => inTypeOrder(of.get(owner) ?? []);
  const textOf = (of: typeof was, owner: DomainName): string => JSON.stringify(at(of, owner));
  const pieces: Uint8Array[] = [];
  const read = (from: number, to: number): Uint8Array => before.file.subarray(from, to);
  const outcome = await amendSignedFile(
    { ...now, rrsets: [] },
    {
      index: before.index,
      defaultTtl,
      changed: new Set([...owners].filter((owner) => owner !== APEX && textOf(was, owner) !== textOf(is, owner))),
      rrsetsAt: (owner) => at(is, owner),
      rrsetsBefore: (owner) => at(was, owner),
      read,
      write: (piece) => void pieces.push(Uint8Array.from(piece)),
      pass: (from, to) => void pieces.push(Uint8Array.from(read(from, to))),
    },
    here,
  );
  if (outcome === undefined) return undefined;
  if ('kind' in outcome) throw new Error(JSON.stringify(outcome.fault));
  return { file: Buffer.concat(pieces), index: outcome.index };
}

describe.each([
  ['NSEC', 0],
  ['NSEC3', 1],
  ['NSEC3 with opt-out', 2],
])('a file that is amended, with %s', (_, denial) => {
  it('is what the whole zone signed anew would be, whatever comes, goes or is delegated', async () => {
    let count = 0;
    let whole = 0;
    const steps = fc.array(fc.record({ changes, after: fc.constantFrom(0, 60, 86400, 4 * 86400) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(zone, steps, async (first, all) => {
        let content: Content = first;
        let now = 0;
        let inputs = inputsOf(content, 1, denials[denial] as Denial, now);
        let file = await signedFile(inputs, undefined);
        let index = indexFile(file, APEX) as FileIndex;
        for (const [i, { changes: some, after }] of all.entries()) {
          now += after;
          const next = new Map(Object.entries(content));
          for (const { name: owner, content: said } of some) {
            if (said === undefined) next.delete(owner);
            else next.set(owner, said);
          }
          content = Object.fromEntries(next);
          const then = inputsOf(content, 2 + i, denials[denial] as Denial, now);
          const wanted = await signedFile(then, file);
          const made = await amended({ file, index, inputs }, then);
          count++;
          if (made === undefined) whole++;
          else {
            expect(made.file.toString('latin1')).toBe(wanted.toString('latin1'));
            expect(made.index).toEqual(indexFile(wanted, APEX));
          }
          [inputs, file, index] = [then, wanted, indexFile(wanted, APEX) as FileIndex];
        }
      }),
      { numRuns: 1000 },
    );
    // Only where the hash of a name is the name of something, too, it has to be seen as a whole.
    expect(whole).toBe(0);
    expect(count).toBeGreaterThan(1000);
  });
});
