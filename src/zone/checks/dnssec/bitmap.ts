import { decodeBitmap } from '../../../dns/fields/rrtype.ts';
import type { DomainName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { DS } from '../../../dns/types/ds.ts';
import { NS } from '../../../dns/types/ns.ts';
import { NSEC } from '../../../dns/types/nsec.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import type { Look } from '../check.ts';
import { listed } from '../wording.ts';

/** The types that the bitmap of an owner names: all that it has; of a cut what the zone has to say about it. */
export function typesAt(look: Look, owner: DomainName): Set<number> {
  const atCut = look.shape.cutAtOrAbove(owner) === owner;
  const types = new Set<number>();
  for (const { type } of look.zone.names.get(owner) ?? []) {
    if (type !== NSEC3.code && (!atCut || namedAtCut.has(type))) types.add(type);
  }
  return types;
}

/** Neither glue nor what a delegation hides (RFC 4035 section 2.3). */
const namedAtCut = new Set<number>([NS.code, DS.code, NSEC.code, RRSIG.code]);

/** What is wrong with the bitmap of types that begins at `at` and ends the rdata, as the end of a sentence. */
export function bitmapFault(rdata: string, at: number, types: ReadonlySet<number>): string | undefined {
  const named = new Set(decodeBitmap(rdata, at, rdata.length));
  const missing = [...types].filter((type) => !named.has(type)).map(typeName);
  if (missing.length > 0) return `denies ${listed(missing)}, which ${missing.length > 1 ? 'are' : 'is'} there`;
  const extra = [...named].filter((type) => !types.has(type)).map(typeName);
  return extra.length > 0 ? `names ${listed(extra)}, which ${extra.length > 1 ? 'are' : 'is'} not there` : undefined;
}
