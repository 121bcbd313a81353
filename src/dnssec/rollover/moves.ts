import type { Chain } from '../chain.ts';
import { isEntry, type KeyId, signsZone, type ZoneKey } from '../key.ts';
import { current, indexOf, isSafe, type Known, type Part, sameKeys } from './gate.ts';

/** A step of a roll-over that a release takes: a part is served with other keys from then on. */
export interface Move {
  readonly part: 'dnskey' | 'signatures';
  readonly keys: readonly KeyId[];
}

/** Where the chain is to end: the keys of each part. */
export interface Target {
  readonly ds: readonly KeyId[];
  readonly dnskey: readonly KeyId[];
  readonly signatures: readonly KeyId[];
}

/** Where the chain of a zone is to end. A zone that is not to be secure needs no keys. */
export function targetOf(keys: readonly ZoneKey[], secure: boolean): Target {
  const used = secure ? keys.filter(({ goal }) => goal === 'use') : [];
  const ids = (list: readonly ZoneKey[]): KeyId[] => list.map(({ id }) => id);
  return { ds: ids(used.filter(isEntry)), dnskey: ids(used), signatures: ids(used.filter(signsZone)) };
}

/** The steps towards a target, the ones that are preferred first, whether they are safe by now or not. */
export function movesTo(chain: Chain, target: Target, keys: readonly ZoneKey[]): Move[] {
  const index = indexOf(keys);
  const published = current(chain, 'dnskey').keys;
  const signing = current(chain, 'signatures').keys;
  const algorithms = new Set(published.map((id) => index.get(id)?.algorithm));
  const moves: Move[] = [];
  const propose = (part: Move['part'], ids: readonly KeyId[]): void => {
    if (!sameKeys(ids, current(chain, part).keys)) moves.push({ part, keys: ids });
  };
  propose('signatures', target.signatures);
  propose('dnskey', union(published, target.dnskey));
  // A new algorithm must have signed everything before its key is seen (RFC 6781 section 4.1.4).
  const ofNewAlgorithm = target.signatures.filter((id) => !algorithms.has(index.get(id)?.algorithm));
  propose('signatures', union(signing, ofNewAlgorithm));
  propose('dnskey', target.dnskey);
  for (const id of published) {
    if (!target.dnskey.includes(id))
      propose(
        'dnskey',
        published.filter((other) => other !== id),
      );
  }
  for (const id of signing) {
    if (!target.signatures.includes(id))
      propose(
        'signatures',
        signing.filter((other) => other !== id),
      );
  }
  return moves;
}

function union(a: readonly KeyId[], b: readonly KeyId[]): KeyId[] {
  return [...a, ...b.filter((id) => !a.includes(id))];
}

/**
 * Whether a step is safe now: every combination validates, and no key goes whose DS a resolver may have, or the parent may
 * yet publish.
 */
export function isAllowed(
  known: Known,
  { part, keys }: { readonly part: Part; readonly keys: readonly KeyId[] },
  all: readonly ZoneKey[],
): boolean {
  if (part === 'dnskey') {
    const needed = new Set([...known.chain.ds, ...known.wanted].flatMap((version) => version.keys));
    const published = current(known.chain, 'dnskey').keys;
    if (published.some((id) => needed.has(id) && !keys.includes(id))) return false;
  }
  return isSafe(known, part, keys, indexOf(all));
}
