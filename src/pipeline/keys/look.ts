import type { ExistingRelease } from '../../compile/release/place.ts';
import type { DomainName } from '../../dns/name.ts';
import { zoneFileName } from '../../dns/zone-file.ts';
import { isNeeded, type KeyFault } from '../../dnssec/alarm.ts';
import type { KeyId } from '../../dnssec/key.ts';
import { withLost } from '../../dnssec/rollover/merge.ts';
import { KeyStoreError } from '../../dnssec/store/error.ts';
import { privateHalfState } from '../../dnssec/store/private-half.ts';
import { type KeyStore, readKeys } from '../../dnssec/store/store.ts';
import { withoutKeys, type ZoneKeys } from '../../dnssec/zone-keys.ts';
import { keysOfRelease } from '../signing.ts';
import type { PrivateHalf } from './zone-status.ts';

/** What is known of a zone's keys, and what is wrong with how the store has it. */
export interface StoredKeys {
  /** With those that only the release knows; without any where there are none, or where they cannot be read. */
  readonly keys: ZoneKeys;
  readonly fault: KeyFault | undefined;
}

/** Reads the keys of a zone. What is damaged keeps nobody from looking at other zones. */
export function lookAtStored(
  store: KeyStore,
  zone: DomainName,
  release: ExistingRelease | undefined,
  now: number,
): StoredKeys {
  try {
    const stored = readKeys(store, zone) ?? withoutKeys(zone);
    const keys = withLost(stored, keysOfRelease(release, zone), now);
    return { keys, fault: keys === stored ? undefined : lossOf(stored, keys, store) };
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    return { keys: withoutKeys(zone), fault: error };
  }
}

function lossOf(stored: ZoneKeys, { zone, keys }: ZoneKeys, { folder }: KeyStore): KeyFault {
  const lost = keys.slice(stored.keys.length).map(({ id }) => id);
  const file = `${zoneFileName(zone)}/keys.json`;
  return {
    message: `${file} in ${folder} does not name ${lost.join(', ')}, with which the release is signed`,
    fix: `bring ${file} back from a backup; where there is none, put keys/${zoneFileName(zone)}.json of the release in its place`,
  };
}

/** How the private halves of keys are with which builds sign, or will. */
export async function lookAtHalves(
  store: KeyStore,
  known: ZoneKeys,
): Promise<{ readonly halves: ReadonlyMap<KeyId, PrivateHalf>; readonly faults: readonly KeyFault[] }> {
  const halves = new Map<KeyId, PrivateHalf>();
  const faults: KeyFault[] = [];
  for (const key of known.keys.filter((each) => isNeeded(each, known))) {
    const state = await privateHalfState(store, key);
    halves.set(key.id, typeof state === 'string' ? state : 'unusable');
    // What is wrong with the identity is so for all keys.
    if (typeof state !== 'string' && !faults.some(({ message }) => message === state.fault.message))
      faults.push(state.fault);
  }
  return { halves, faults };
}
