import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import type { DomainName } from '../../dns/name.ts';
import { type DsData, dsData, dsForParent } from '../../dnssec/ds-data.ts';
import { generateKeyPairs } from '../../dnssec/generate.ts';
import type { KeyRole, ZoneKey } from '../../dnssec/key.ts';
import { rolesOf } from '../../dnssec/rollover/decide.ts';
import { addKeys, readKeys, whileHeld } from '../../dnssec/store/store.ts';
import { withoutKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, orFailure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { type KeysOptions, knownPolicy, policyOf, withKeys } from './open.ts';

/** What became of a zone. */
export interface GeneratedZone {
  readonly zone: DomainName;
  readonly made: readonly ZoneKey[];
  /** What the parent is to have, or in a zone that was never signed, what it is going to have. */
  readonly ds: readonly DsData[];
  /** Whether its settings name a policy, so that the next build signs it. */
  readonly signed: boolean;
  /** Whether there are keys of another algorithm, or for other roles, than the policy asks for. */
  readonly differs: boolean;
}

/** What `keys generate` did. */
export interface Generated {
  readonly kind: 'generated';
  /** The folder of the store. */
  readonly store: string;
  readonly encrypted: boolean;
  readonly zones: readonly GeneratedZone[];
}

/** Makes the keys that the policies of zones ask for and that they do not have. What is there stays. */
export function generateKeys(workspace: Workspace, options: KeysOptions): Promise<Generated | Failure> {
  return orFailure(() =>
    withKeys(workspace, options, async ({ project, cache, store, named }) => {
      const now = Math.floor(workspace.now / 1000);
      const wanted: { readonly zone: DomainName; readonly policy: DnssecPolicy; readonly signed: boolean }[] = [];
      const zonesToSee = [...(named ?? [...project.zones.keys()].sort())];
      const unknown = zonesToSee.filter((zone) => knownPolicy(project, cache, zone) === undefined);
      await project.tree.prefetch(unknown.map((zone) => project.zones.get(zone) as string));
      for (const zone of zonesToSee) {
        const found = knownPolicy(project, cache, zone) ?? policyOf(project, zone);
        if ('kind' in found) {
          if (named !== undefined || !found.message.endsWith('signed elsewhere')) return found;
        } else if (named !== undefined || found.name !== undefined) {
          wanted.push({ zone, policy: found.policy, signed: found.name !== undefined });
        }
      }
      const zones: GeneratedZone[] = [];
      const generate = (): Promise<void> =>
        whileHeld(store, async (held) => {
          const made = await Promise.all(
            wanted.map(async ({ zone, policy, signed }) => {
              const known = readKeys(held, zone) ?? withoutKeys(zone);
              const { missing, differs } = compare(known.keys, policy);
              const { algorithm, rsaBits } = policy;
              const pairs = await generateKeyPairs({ zone, algorithm, rsaBits, now }, missing, known.keys);
              const keys = { ...known, keys: [...known.keys, ...pairs.map(({ key }) => key)] };
              return { zone, policy, signed, differs, pairs, keys };
            }),
          );
          const added = made.filter(({ pairs }) => pairs.length > 0);
          if (added.length > 0) await addKeys(held, added);
          for (const { zone, policy, signed, differs, pairs, keys } of made) {
            const ds = dsData(zone, dsForParent(keys, true), policy.dsDigests);
            zones.push({ zone, made: pairs.map(({ key }) => key), ds, signed, differs });
          }
        });
      if (wanted.length > 0) await generate();
      return { kind: 'generated', store: store.folder, encrypted: store.encrypted, zones };
    }),
  );
}

/** What a policy asks for beyond the keys in use, as long as these are such as it asks for. */
function compare(keys: readonly ZoneKey[], policy: DnssecPolicy): { missing: readonly KeyRole[]; differs: boolean } {
  const used = keys.filter(({ goal }) => goal === 'use');
  const roles = rolesOf(policy);
  const differs = used.some(({ role, algorithm }) => algorithm !== policy.algorithm || !roles.includes(role));
  return { differs, missing: differs ? [] : roles.filter((role) => !used.some((key) => key.role === role)) };
}
