import type { DomainName } from '../../dns/name.ts';
import { type DsData, dsData, dsForParent } from '../../dnssec/ds-data.ts';
import { isEntry, type ZoneKey } from '../../dnssec/key.ts';
import { readKeys, zonesOf } from '../../dnssec/store/store.ts';
import type { KeyTimes, ZoneKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, failure, orFailure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { type KeysOptions, policyOf, withKeys } from './open.ts';

/** Where a key is on its way (RFC 7583 section 3.1). */
export type KeyState = 'generated' | keyof KeyTimes;

/** A key of the list. */
export interface ListedKey {
  readonly key: ZoneKey;
  readonly state: KeyState;
  /** Of keys that have a DS. */
  readonly ds: readonly DsData[];
}

/** The keys of zones. */
export interface KeyList {
  readonly kind: 'keys';
  readonly store: string;
  readonly zones: readonly { readonly zone: DomainName; readonly keys: readonly ListedKey[] }[];
}

/** The keys of zones, of all in the store where none is named. */
export function listKeys(workspace: Workspace, options: KeysOptions): Promise<KeyList | Failure> {
  return orFailure(() =>
    withKeys(workspace, options, async ({ project, store, named }) => {
      const zones = [...(named ?? zonesOf(store))].map((zone) => {
        const found = project.zones.has(zone) ? policyOf(project, zone) : undefined;
        const digests = found === undefined || 'kind' in found ? ([2] as const) : found.policy.dsDigests;
        const known = readKeys(store, zone);
        const keys = known?.keys ?? [];
        return {
          zone,
          keys: keys.map((key) => ({
            key,
            state: stateOf(key, known as ZoneKeys),
            ds: isEntry(key) ? dsData(zone, [key], digests) : [],
          })),
        };
      });
      return { kind: 'keys', store: store.folder, zones };
    }),
  );
}

/** The last state that a key came into. */
export function stateOf({ id }: ZoneKey, { progress }: ZoneKeys): KeyState {
  const times = progress?.times.get(id);
  const states = ['removed', 'retired', 'active', 'ready', 'published'] as const;
  return states.find((state) => times?.[state] !== undefined) ?? 'generated';
}

/** The DS records of zones. */
export interface DsList {
  readonly kind: 'ds';
  readonly zones: readonly {
    readonly zone: DomainName;
    /** None: the parent is to have no DS. */
    readonly keys: readonly ZoneKey[];
    readonly digests: readonly (2 | 4)[];
    /** Whether a key of them is not known to all resolvers yet, so that the DS must wait. */
    readonly early: boolean;
  }[];
}

/** The DS that the parents of zones are to have, of all zones with keys where none is named. */
export function listDs(
  workspace: Workspace,
  options: KeysOptions & { readonly digests?: readonly (2 | 4)[] },
): Promise<DsList | Failure> {
  return orFailure(() =>
    withKeys<DsList>(workspace, options, async ({ project, store, named }) => {
      const zones: DsList['zones'][number][] = [];
      for (const zone of named ?? zonesOf(store)) {
        const known = readKeys(store, zone);
        if (known === undefined || known.keys.length === 0) {
          if (named === undefined) continue;
          return failure('refused', `${zone} has no keys`, `make them with: zonewright keys generate ${zone}`);
        }
        const found = project.zones.has(zone) ? policyOf(project, zone) : undefined;
        const usual = found === undefined || 'kind' in found ? ([2] as const) : found.policy.dsDigests;
        const isLeft = found === undefined || 'kind' in found || found.name === undefined;
        const keys = dsForParent(known, !isLeft || known.progress === undefined);
        const asked = known.progress?.wanted.at(-1)?.keys ?? [];
        const early = keys.some(({ id }) => !asked.includes(id));
        zones.push({ zone, keys, digests: options.digests ?? usual, early });
      }
      return { kind: 'ds', zones };
    }),
  );
}
