import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseName } from '../../compile/paths.ts';
import { type Release, zonesBetween } from '../../deploy/release/release.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { isSafeToServe } from '../../dnssec/rollover/going-back.ts';
import { readZoneKeys } from '../../dnssec/store/zone-keys-file.ts';
import type { ZoneKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, failure } from '../failure.ts';

/** So many zones are named. */
const NAMED = 3;

/**
 * Says why a release must not take the place of the one that is served: it is signed with keys that resolvers do not know any
 * more, or not at all where the parent has a DS. Throws a KeyStoreError where a release is damaged.
 */
export function keysFault(served: Release, desired: Release, now: number): Failure | undefined {
  const broken: string[] = [];
  for (const apex of zonesBetween(served, desired)) {
    if (!served.zones.has(apex) || !desired.zones.has(apex)) continue;
    const latter = keysIn(served, apex);
    if (latter === undefined) continue;
    if (!isSafeToServe(keysIn(desired, apex), latter, now)) broken.push(displayName(apex));
  }
  if (broken.length === 0) return undefined;
  const more = broken.length > NAMED ? ` and ${broken.length - NAMED} more` : '';
  return failure(
    'refused',
    `resolvers would take ${broken.slice(0, NAMED).join(', ')}${more} for forged: the keys of ${desired.id} are not those that caches and parents know now`,
    'go forward with a new release instead; --force serves it all the same',
  );
}

function keysIn({ folder }: Release, apex: DomainName): ZoneKeys | undefined {
  if (folder === undefined) return undefined;
  const path = join(folder, 'keys', `${releaseName(apex)}.json`);
  return existsSync(path) ? readZoneKeys(readFileSync(path, 'utf8'), apex, path) : undefined;
}
