import { displayName } from '../../dns/name.ts';
import type { ParentSight } from '../../dnssec/chain.ts';
import { isEntry, type KeyId, type ZoneKey } from '../../dnssec/key.ts';
import { withLost } from '../../dnssec/rollover/merge.ts';
import { type KeyStore, readKeys, whileHeld, writeKeys } from '../../dnssec/store/store.ts';
import { withoutKeys, type ZoneKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, failure, orFailure } from '../failure.ts';
import { keysOfRelease } from '../signing.ts';
import type { Workspace } from '../workspace.ts';
import { signingOf, withKeys } from './open.ts';
import { releaseIn } from './release.ts';
import { knownKeys, type StatusFacts, type ZoneStatus, zoneStatus } from './zone-status.ts';

/** What somebody has seen at the parent of a zone. */
export interface ConfirmOptions {
  readonly zone: string;
  /** The keys that have a DS there, by their ids or key tags; empty: there is no DS. */
  readonly ds: readonly string[];
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
  /** The folder of the release that is served. */
  readonly release?: string;
}

/** What `keys confirm` recorded. */
export interface Confirmed {
  readonly kind: 'confirmed';
  /** The folder of the store. */
  readonly store: string;
  readonly status: ZoneStatus;
}

/** Records which DS somebody has seen at the servers of the parent. */
export function confirmDs(workspace: Workspace, options: ConfirmOptions): Promise<Confirmed | Failure> {
  const { zone: name, ds, release, ...place } = options;
  return orFailure(() =>
    withKeys<Confirmed>(workspace, { zones: [name], ...place }, async ({ project, store, named }) => {
      const [zone] = named ?? [];
      if (zone === undefined) return failure('usage', 'no zone is named', 'name one');
      const found = releaseIn(release);
      if ('kind' in found) return found;
      const signedBy = signingOf(project, zone, readKeys(store, zone) !== undefined);
      if ('kind' in signedBy) return signedBy;
      const shown = displayName(zone);
      const now = Math.floor(workspace.now / 1000);
      const released = keysOfRelease(found.release, zone);
      const read = (from: KeyStore): ZoneKeys => withLost(readKeys(from, zone) ?? withoutKeys(zone), released, now);
      if (read(store).keys.length === 0) {
        return failure('refused', `${shown} has no keys`, `make them with: zonewright keys generate ${shown}`);
      }
      return whileHeld<Confirmed | Failure>(store, async (held) => {
        const stored = read(held);
        const seen = keysNamed(stored, ds);
        if ('kind' in seen) return seen;
        const facts: StatusFacts = { now, signedBy, release: found.release };
        const known = knownKeys(stored, facts);
        const at = timeOfSight(known, facts.now);
        // What somebody has seen says nothing about TTLs: the longest that is known of counts.
        const ttl = Math.max(signedBy.policy.parent.dsTtl, known.parent?.ttl ?? 0);
        const parent: ParentSight = { keys: seen.ids, at, ttl, by: 'operator' };
        writeKeys(held, [{ ...stored, parent }]);
        return { kind: 'confirmed', store: store.folder, status: zoneStatus({ ...known, parent }, facts) };
      });
    }),
  );
}

/** What was asked for in this very second, by a build just before, is seen in the next. */
function timeOfSight({ progress }: ZoneKeys, now: number): number {
  return progress?.wanted.at(-1)?.since === now ? now + 1 : now;
}

function keysNamed({ zone, keys }: ZoneKeys, names: readonly string[]): { readonly ids: readonly KeyId[] } | Failure {
  const shown = displayName(zone);
  const known = keys.filter(isEntry).map(({ id }) => id);
  const fix = `name one of these: ${known.join(', ')}`;
  const ids = new Set<KeyId>();
  for (const name of names) {
    const matching = keys.filter((key) => isNamed(key, name));
    const [key] = matching;
    if (key === undefined) return failure('usage', `${shown} has no key ${name}`, fix);
    if (matching.length > 1) return failure('usage', `${name} is the tag of several keys of ${shown}`, fix);
    if (!isEntry(key)) return failure('usage', `${key.id} is a ${key.role} of ${shown}, which has no DS`, fix);
    ids.add(key.id);
  }
  return { ids: [...ids] };
}

function isNamed({ id, tag }: ZoneKey, name: string): boolean {
  return name === id || (/^\d{1,5}$/.test(name) && Number(name) === tag);
}
