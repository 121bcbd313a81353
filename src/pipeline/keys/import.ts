import { keyFlags } from '../../dns/dnssec/dnskey.ts';
import type { SigningAlgorithm } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { type DsData, dsData, dsForParent } from '../../dnssec/ds-data.ts';
import { type KeyPair, keyPair } from '../../dnssec/generate.ts';
import { flagsOf, type KeyRole, type ZoneKey } from '../../dnssec/key.ts';
import { missingRoles } from '../../dnssec/rollover/decide.ts';
import { KeyStoreError } from '../../dnssec/store/error.ts';
import { hasPrivateKey } from '../../dnssec/store/private-half.ts';
import { addKeys, readKeys, whileHeld } from '../../dnssec/store/store.ts';
import { lackOf, type RunningKey, takeOver, withGoal } from '../../dnssec/take-over.ts';
import { withoutKeys, type ZoneKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, failure, orFailure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { type ForeignKey, readKeyFiles } from './key-files.ts';
import { type KeyState, stateOf } from './list.ts';
import { type KeysOptions, policyOf, withKeys } from './open.ts';

/** What to import. */
export interface KeyImportOptions {
  readonly files: readonly string[];
  readonly zone: string;
  /** What the keys sign, where their files do not say it or say it wrongly. */
  readonly role?: KeyRole;
  /** Of RSA keys in PEM files. */
  readonly algorithm?: SigningAlgorithm;
  /** Whether the keys are in no zone that is served: then nothing counts as published. */
  readonly unpublished: boolean;
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
}

/** What `keys import` did. */
export interface KeysImported {
  readonly kind: 'imported';
  /** The folder of the store. */
  readonly store: string;
  readonly encrypted: boolean;
  readonly zone: DomainName;
  /** The keys of the files, and whether the store had them before as they are. */
  readonly keys: readonly { readonly key: ZoneKey; readonly state: KeyState; readonly known: boolean }[];
  /** What the parent is to have. */
  readonly ds: readonly DsData[];
  /** Keys that are to be used as well, beside those of a zone that is taken over. */
  readonly beside: readonly ZoneKey[];
  /** Whether the zone's settings name a policy, so that the next build signs it. */
  readonly signed: boolean;
  /** Whether the policy asks for keys that are not among them. */
  readonly differs: boolean;
}

/** Puts keys of another program into the key store: all of them, or none. What is there stays. */
export function importKeys(workspace: Workspace, options: KeyImportOptions): Promise<KeysImported | Failure> {
  const opening: KeysOptions = {
    zones: [options.zone],
    ...(options.store !== undefined && { store: options.store }),
  };
  return orFailure(() =>
    withKeys<KeysImported>(workspace, opening, async ({ project, store, named }) => {
      const [zone] = named as ReadonlySet<DomainName>;
      if (zone === undefined) throw new Error('no zone is named');
      const now = Math.floor(workspace.now / 1000);
      const files = readKeyFiles(options.files, zone, options.algorithm);
      const lacking = files.find(({ flags }) => flags === undefined);
      if (lacking !== undefined && options.role === undefined) {
        return failure(
          'usage',
          `${lacking.file} does not say what the key is for`,
          'say it with --role csk, ksk or zsk, as it is in the DNSKEY records of the zone: 257 is csk or ksk, 256 is zsk',
        );
      }
      const before = readKeys(store, zone);
      const running = runningKeys(files, before, zone, options.role, now);
      const { after, pairs } = decide(before, running, options.unpublished, now);
      const add = (): Promise<void> =>
        whileHeld(store, async (held) => {
          const known = readKeys(held, zone);
          const decided = decide(known, running, options.unpublished, now);
          const lost = running.filter(({ pair: { key } }) => !hasPrivateKey(held, key)).map(({ pair }) => pair);
          if (decided.pairs.length === 0 && decided.after === known && lost.length === 0) return;
          await addKeys(held, [{ keys: decided.after, pairs: [...new Set([...decided.pairs, ...lost])] }]);
        });
      const isLost = running.some(({ pair: { key } }) => !hasPrivateKey(store, key));
      if (after !== before || pairs.length > 0 || isLost) await add();
      const found = policyOf(project, zone);
      const digests = 'kind' in found ? ([2] as const) : found.policy.dsDigests;
      const ids = new Set(running.map(({ pair }) => pair.key.id));
      return {
        kind: 'imported',
        store: store.folder,
        encrypted: store.encrypted,
        zone,
        keys: after.keys
          .filter(({ id }) => ids.has(id))
          .map((key) => ({ key, state: stateOf(key, after), known: !pairs.some((pair) => pair.key.id === key.id) })),
        ds: dsData(zone, dsForParent(after, true), digests),
        beside: options.unpublished ? [] : after.keys.filter(({ id, goal }) => !ids.has(id) && goal === 'use'),
        signed: !('kind' in found) && found.name !== undefined,
        differs: !('kind' in found) && missingRoles(after.keys, found.policy).length > 0,
      };
    }),
  );
}

interface RunningPair extends RunningKey {
  readonly pair: KeyPair;
}

/** The keys of files with their roles: a key with the SEP bit is the only one of its algorithm, or one beside a ZSK. */
function runningKeys(
  files: readonly ForeignKey[],
  before: ZoneKeys | undefined,
  zone: DomainName,
  role: KeyRole | undefined,
  now: number,
): RunningPair[] {
  const known = before?.keys ?? [];
  const isSep = (flags: number): boolean => (flags & keyFlags.sep) !== 0;
  const withZsk = new Set([
    ...files.filter(({ flags }) => flags !== undefined && !isSep(flags)).map(({ algorithm }) => algorithm),
    ...known.filter((key) => key.role === 'zsk').map(({ algorithm }) => algorithm),
  ]);
  const running = files.map(({ file, algorithm, flags, times, privateKey }): RunningPair => {
    if (role !== undefined && flags !== undefined && flags !== flagsOf(role)) {
      throw new KeyStoreError(
        'refused',
        `${file} is published with flags ${flags}, and a ${role} has ${flagsOf(role)}`,
        `leave --role out: keys with flags ${flags} are ${isSep(flags) ? 'csk or ksk' : 'zsk'}`,
      );
    }
    const own = role ?? (!isSep(flags ?? 0) ? 'zsk' : withZsk.has(algorithm) ? 'ksk' : 'csk');
    const created = Math.min(times.created ?? times.publish ?? times.activate ?? now, now);
    // Their algorithm is that of the key.
    const { key, privateKey: half } = keyPair({ zone, role: own, algorithm, now: created }, privateKey) as KeyPair;
    const existing = known.find(({ id }) => id === key.id);
    if (existing !== undefined && existing.dnskey !== key.dnskey) {
      throw new KeyStoreError(
        'refused',
        `${displayName(zone)} has another key with the id ${key.id} of ${file}`,
        'roll one of the two over to a new key where it is in use now, and leave it out',
      );
    }
    return { key: withGoal(key, times, now), times, pair: { key, privateKey: half } };
  });
  return [...new Map(running.map((each) => [each.key.id, each])).values()];
}

/** What the store is to hold: `before` itself where that is so already. */
function decide(
  before: ZoneKeys | undefined,
  running: readonly RunningPair[],
  unpublished: boolean,
  now: number,
): { readonly after: ZoneKeys; readonly pairs: readonly KeyPair[] } {
  const { zone } = (running[0] as RunningPair).key;
  const known = before ?? withoutKeys(zone);
  const isKnown = ({ key }: RunningKey): boolean => known.keys.some(({ id }) => id === key.id);
  const added = running.filter((each) => !isKnown(each));
  const pairs = added.map(({ pair }) => pair);
  if (unpublished) {
    return added.length === 0
      ? { after: known, pairs }
      : { after: { ...known, keys: [...known.keys, ...added.map(({ key }) => key)] }, pairs };
  }
  const { progress } = known;
  const taken = progress === undefined ? [] : known.keys.filter(({ id }) => inChain(known, id));
  if (progress !== undefined && added.length === 0 && running.every(({ key }) => sameRole(known, key))) {
    return { after: known, pairs };
  }
  const name = displayName(zone);
  if (progress !== undefined && progress.serial !== 0) {
    throw new KeyStoreError(
      'refused',
      `${name} was signed by zonewright before, so its running keys are those that it knows`,
      'import keys that are in no zone that is served with --unpublished',
    );
  }
  const missing = taken.find(({ id }) => !running.some(({ key }) => key.id === id));
  if (missing !== undefined) {
    throw new KeyStoreError(
      'refused',
      `${name} was taken over with the key ${missing.id}, which is not among the files`,
      'name all keys of the zone in one command, those that were imported before as well',
    );
  }
  const after = takeOver(known, running, now);
  const lack = lackOf(after);
  if (lack === undefined) return { after, pairs };
  throw new KeyStoreError(
    'refused',
    `resolvers could not validate ${name} with these keys: ${lack}`,
    'name all keys of the zone that is served in one command, or say with --unpublished that none of them is in use',
  );
}

function inChain({ progress }: ZoneKeys, id: ZoneKey['id']): boolean {
  const { ds, dnskey, signatures } = progress?.chain ?? { ds: [], dnskey: [], signatures: [] };
  return [...ds, ...dnskey, ...signatures].some(({ keys }) => keys.includes(id));
}

function sameRole({ keys }: ZoneKeys, { id, role }: ZoneKey): boolean {
  return keys.some((key) => key.id === id && key.role === role);
}
