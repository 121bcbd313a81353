import type { WantedDs } from '../chain.ts';
import { dsForParent } from '../ds-data.ts';
import type { KeyId, ZoneKey } from '../key.ts';
import { isEntry } from '../key.ts';
import type { ZoneKeys } from '../zone-keys.ts';
import { current, indexOf } from './gate.ts';

/** What a release does with the keys of a zone. */
export interface SigningPlan {
  /** The keys of the DNSKEY RRset; none: the zone is not signed. */
  readonly dnskeys: readonly ZoneKey[];
  /** Those that sign the DNSKEY RRset. */
  readonly dnskeySigners: readonly ZoneKey[];
  /** Those that sign everything else. */
  readonly zoneSigners: readonly ZoneKey[];
  /** The keys that the parent is to have a DS of now. */
  readonly ds: readonly ZoneKey[];
  /** The same, and those that it is going to have where it never was asked for any. */
  readonly dsToCome: readonly ZoneKey[];
  /** The keys that CDS and CDNSKEY name (RFC 7344); `delete`: the parent is asked to remove the DS (RFC 8078). */
  readonly cds: readonly ZoneKey[] | 'delete';
}

/** What a release does with the keys that {@link advance} has given. */
export function signingPlan({ keys, progress }: Pick<ZoneKeys, 'keys' | 'progress'>, secure: boolean): SigningPlan {
  if (progress === undefined) return { dnskeys: [], dnskeySigners: [], zoneSigners: [], ds: [], dsToCome: [], cds: [] };
  const { chain, wanted } = progress;
  const index = indexOf(keys);
  const keysOf = (ids: readonly KeyId[]): ZoneKey[] => ids.flatMap((id) => index.get(id) ?? []);
  const dnskeys = keysOf(current(chain, 'dnskey').keys);
  const ds = keysOf((wanted.at(-1) as WantedDs).keys);
  const mayHaveDs = [...chain.ds, ...wanted].some((each) => each.keys.length > 0);
  return {
    dnskeys,
    dnskeySigners: dnskeys.filter(isEntry),
    zoneSigners: keysOf(current(chain, 'signatures').keys),
    ds,
    dsToCome: dsForParent({ keys, progress }, secure),
    cds: secure ? ds : mayHaveDs ? 'delete' : [],
  };
}
