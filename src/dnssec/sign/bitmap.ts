import { encodeBitmap } from '../../dns/fields/rrtype.ts';
import { DS } from '../../dns/types/ds.ts';
import { NS } from '../../dns/types/ns.ts';
import { NSEC } from '../../dns/types/nsec.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import type { Node } from './nodes.ts';

/** A set of types: the sets that begin with it, and its bitmap. Zones have few of them, so each is encoded once. */
interface TypeSet {
  readonly types: readonly number[];
  readonly longer: Map<number, TypeSet>;
  readonly bitmaps: { nsec: string | undefined; nsec3: string | undefined };
}

/** Gives the type bitmap of the NSEC or NSEC3 of a name (RFC 4035 section 2.3, RFC 5155 section 7.1). */
export type BitmapOf = (node: Node) => string;

/** Bitmaps for one zone. */
export function newBitmaps(kind: 'nsec' | 'nsec3'): BitmapOf {
  const none = newSet([]);
  return ({ authority, rrsets }) => {
    let set = none;
    for (const { type } of rrsets) {
      if (authority === 'cut' && type !== NS.code && type !== DS.code) continue;
      let next = set.longer.get(type);
      if (next === undefined) {
        next = newSet([...set.types, type]);
        set.longer.set(type, next);
      }
      set = next;
    }
    set.bitmaps[kind] ??= encodeBitmap([...set.types, ...ofSigner(kind, authority === 'cut', set.types)]);
    return set.bitmaps[kind];
  };
}

function newSet(types: readonly number[]): TypeSet {
  return { types, longer: new Map(), bitmaps: { nsec: undefined, nsec3: undefined } };
}

/** The types that signing brings to a name. An NSEC3 has a name of its own, so a cut without DS gets no signature. */
function ofSigner(kind: 'nsec' | 'nsec3', cut: boolean, types: readonly number[]): readonly number[] {
  if (kind === 'nsec') return [RRSIG.code, NSEC.code];
  return cut && !types.includes(DS.code) ? [] : [RRSIG.code];
}
