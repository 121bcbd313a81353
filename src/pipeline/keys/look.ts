import type { DomainName } from '../../dns/name.ts';
import { isNeeded, type KeyFault } from '../../dnssec/alarm.ts';
import type { KeyId } from '../../dnssec/key.ts';
import { KeyStoreError } from '../../dnssec/store/error.ts';
import { privateHalfState } from '../../dnssec/store/private-half.ts';
import { type KeyStore, readKeys } from '../../dnssec/store/store.ts';
import type { ZoneKeys } from '../../dnssec/zone-keys.ts';
import type { PrivateHalf } from './zone-status.ts';

/** What the store has of a zone, and what is wrong with it. */
export interface StoredKeys {
  /** Without keys where there are none, or where they cannot be read. */
  readonly stored: ZoneKeys;
  readonly fault: KeyFault | undefined;
}

/** Reads the keys of a zone. What is damaged keeps nobody from looking at other zones. */
export function lookAtStored(store: KeyStore, zone: DomainName): StoredKeys {
  const none: ZoneKeys = { zone, keys: [], parent: undefined, progress: undefined };
  try {
    return { stored: readKeys(store, zone) ?? none, fault: undefined };
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    return { stored: none, fault: error };
  }
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
    if (typeof state !== 'string') faults.push(state.fault);
  }
  return { halves, faults };
}
