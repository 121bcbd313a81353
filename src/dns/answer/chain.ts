import { MOST_ITERATIONS, nsec3Hash, nsec3Label } from '../dnssec/nsec3.ts';
import type { DomainName } from '../name.ts';
import { canonicalKey, firstLabel, parentName } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { readU16 } from '../octets.ts';
import type { ServedZone } from './served-zone.ts';
import { rrsetOf, TYPE } from './served-zone.ts';

/** The NSEC or NSEC3 of a zone in the order of their owners, in which those that deny a name are found. */
export interface DenialChain {
  readonly type: typeof TYPE.NSEC | typeof TYPE.NSEC3;
  /** What owners are sorted by. */
  readonly keys: readonly string[];
  readonly owners: readonly DomainName[];
  /** The key that a name is looked for by. */
  readonly keyOf: (name: DomainName) => string;
}

const chains = new WeakMap<ServedZone, { readonly chain: DenialChain | undefined }>();

/**
 * The chain of a zone, worked out when it is first asked for; `undefined` where the zone has none, or one with so many
 * iterations that each answer would cost more than it is worth (RFC 9276 section 3.2). A zone with both has the NSEC3 in use
 * (RFC 5155 section 10.4).
 */
export function chainOf(zone: ServedZone): DenialChain | undefined {
  const known = chains.get(zone);
  if (known !== undefined) return known.chain;
  const chain = zone.signed ? (nsec3Chain(zone) ?? nsecChain(zone)) : undefined;
  chains.set(zone, { chain });
  return chain;
}

/** The owner in the chain that is the name itself, or stands for it. */
export function matching(chain: DenialChain, name: DomainName): DomainName | undefined {
  const key = chain.keyOf(name);
  const at = lastUpTo(chain.keys, key);
  return chain.keys[at] === key ? chain.owners[at] : undefined;
}

/** The owner in the chain that is the name, or the one before the name; before the first one is the last one. */
export function matchingOrCovering(chain: DenialChain, name: DomainName): DomainName {
  return chain.owners.at(lastUpTo(chain.keys, chain.keyOf(name))) as DomainName;
}

/** The index of the last key that is not greater; -1 where all are. */
function lastUpTo(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function nsecChain(zone: ServedZone): DenialChain | undefined {
  const owners: DomainName[] = [];
  for (const [owner, rrsets] of zone.owners) {
    if (rrsetOf(rrsets, TYPE.NSEC) !== undefined) owners.push(owner);
  }
  return inOrder(TYPE.NSEC, owners, canonicalKey, canonicalKey);
}

function nsec3Chain(zone: ServedZone): DenialChain | undefined {
  const params = rrsetOf(zone.owners.get(zone.apex) ?? [], TYPE.NSEC3PARAM);
  for (const param of params?.rdatas ?? []) {
    const iterations = readU16(param, 2);
    // Parameters with flags are those of a chain that is not complete yet (RFC 5155 section 4.1.2).
    if (param.charCodeAt(0) !== 1 || param.charCodeAt(1) !== 0 || iterations > MOST_ITERATIONS) continue;
    const owners: DomainName[] = [];
    for (const [owner, rrsets] of zone.owners) {
      if (rrsetOf(rrsets, TYPE.NSEC3)?.rdatas.some((rdata) => isOf(rdata, param)) !== true) continue;
      if (parentName(owner) === zone.apex) owners.push(owner);
    }
    const salt = param.slice(5);
    const keyOf = (name: DomainName) => nsec3Label(nsec3Hash(name, iterations, salt));
    // The digits of base32hex sort like the numbers that they stand for, so the labels sort like the hashes.
    const chain = inOrder(TYPE.NSEC3, owners, firstLabel, keyOf);
    if (chain !== undefined) return chain;
  }
  return undefined;
}

/** Whether an NSEC3 has the hash algorithm, iterations and salt of an NSEC3PARAM. */
function isOf(nsec3: Rdata, param: Rdata): boolean {
  return nsec3[0] === param[0] && nsec3.slice(2, 5 + nsec3.charCodeAt(4)) === param.slice(2);
}

function inOrder(
  type: DenialChain['type'],
  owners: readonly DomainName[],
  sortKey: (owner: DomainName) => string,
  keyOf: (name: DomainName) => string,
): DenialChain | undefined {
  if (owners.length === 0) return undefined;
  const keyed = owners.map((owner) => ({ owner, key: sortKey(owner) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { type, keys: keyed.map(({ key }) => key), owners: keyed.map(({ owner }) => owner), keyOf };
}
