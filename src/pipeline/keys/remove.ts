import { type DomainName, displayName } from '../../dns/name.ts';
import { type DsData, dsData, dsForParent } from '../../dnssec/ds-data.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import { mergeKeys, withLost } from '../../dnssec/rollover/merge.ts';
import { dropKey, type KeyStore, readKeys, whileHeld } from '../../dnssec/store/store.ts';
import { needsOf, withoutKey } from '../../dnssec/without-key.ts';
import { withoutKeys, type ZoneKeys } from '../../dnssec/zone-keys.ts';
import { usualPolicy } from '../../zone/document/policy.ts';
import { type Failure, failure, orFailure } from '../failure.ts';
import { keysOfRelease } from '../signing.ts';
import type { Workspace } from '../workspace.ts';
import { type KeyState, stateOf } from './list.ts';
import { findKey } from './one-key.ts';
import { policyOf, withKeys } from './open.ts';
import { releaseIn } from './release.ts';

/** Which key to remove. */
export interface KeyRemoveOptions {
  readonly zone: string;
  /** Its id or tag. */
  readonly key: string;
  /** Whether it goes even where resolvers need it. */
  readonly breakTheChain: boolean;
  /** The folder of the release that is served, which tells what builds did where the key store was not told. */
  readonly release?: string;
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
}

/** What `keys remove` did. */
export interface KeyRemoved {
  readonly kind: 'removed';
  readonly zone: DomainName;
  readonly key: ZoneKey;
  /** The state that it was in. */
  readonly state: KeyState;
  /** What the parent is to have now. */
  readonly ds: readonly DsData[];
  /** Why the zone is broken now, in words that go on after "the key"; empty where it is not. */
  readonly broken: readonly string[];
}

/** Takes a key with its private half out of the store, for good. Refused where resolvers still need it. */
export function removeKey(workspace: Workspace, options: KeyRemoveOptions): Promise<KeyRemoved | Failure> {
  const { zone: name, key: named, breakTheChain, store: folder } = options;
  return orFailure(() =>
    withKeys<KeyRemoved>(
      workspace,
      { zones: [name], ...(folder !== undefined && { store: folder }) },
      async ({ project, store, named: zones }) => {
        const [zone] = zones as ReadonlySet<DomainName>;
        if (zone === undefined) throw new Error('no zone is named');
        const found = releaseIn(options.release);
        if ('kind' in found) return found;
        const policy = policyOf(project, zone);
        const { propagation, dsDigests } = 'kind' in policy ? usualPolicy : policy.policy;
        const now = Math.floor(workspace.now / 1000);
        const released = keysOfRelease(found.release, zone);
        const read = (from: KeyStore): ZoneKeys => withLost(readKeys(from, zone) ?? withoutKeys(zone), released, now);
        const missing = findKey(read(store), named);
        if ('kind' in missing) return missing;
        return whileHeld(store, async (held): Promise<KeyRemoved | Failure> => {
          const known = read(held);
          const key = findKey(known, named);
          if ('kind' in key) return key;
          const broken = needsOf(mergeKeys(known, released, now, propagation), key.id, now);
          if (broken.length > 0 && !breakTheChain) {
            return failure(
              'refused',
              `resolvers may need the key ${key.id} of ${displayName(zone)}: it ${broken.join('; it ')}`,
              `roll it over first ("zonewright keys roll"); with --break-the-chain it goes now, and the zone may fail for those who validate`,
            );
          }
          const rest = withoutKey(known, key.id);
          dropKey(held, rest, key);
          const ds = dsData(zone, dsForParent(rest, !('kind' in policy) && policy.name !== undefined), dsDigests);
          return { kind: 'removed', zone, key, state: stateOf(key, known), ds, broken };
        });
      },
    ),
  );
}
