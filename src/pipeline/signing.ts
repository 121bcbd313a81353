import { join } from 'node:path';
import type { Cache } from '../compile/cache/cache.ts';
import { compilerId } from '../compile/cache/compiler.ts';
import type { ReleaseFile } from '../compile/manifest.ts';
import { releaseName } from '../compile/paths.ts';
import type { Project } from '../compile/project.ts';
import type { ExistingRelease } from '../compile/release/place.ts';
import { readFile } from '../compile/release/state.ts';
import type { SigningDesk } from '../compile/signing/desk.ts';
import type { KeySource } from '../compile/signing/judge.ts';
import { openSigningDesk } from '../compile/signing/open-desk.ts';
import { openSettledZones, type SettledZones } from '../compile/signing/settled.ts';
import type { DomainName } from '../dns/name.ts';
import { mergeKeys } from '../dnssec/rollover/merge.ts';
import { privateKeyOf } from '../dnssec/store/private-half.ts';
import { type KeyStore, markOfKeys, readKeys, whileHeld, writeKeys, zonesOf } from '../dnssec/store/store.ts';
import { readZoneKeys } from '../dnssec/store/zone-keys-file.ts';
import { withoutKeys, type ZoneKeys } from '../dnssec/zone-keys.ts';
import { openProjectStore, policyName, prefetchUnknown } from './keys/open.ts';
import { cacheFolder, type Workspace } from './workspace.ts';

/** How a release is signed. */
export interface SigningOptions {
  /** The folder of the key store where it is not that of the configuration. */
  readonly store: string | undefined;
  /** The release before, from which signatures and roll-overs go on. */
  readonly previous: ExistingRelease | undefined;
  /** Whether the key store is told what the release did with keys. */
  readonly record: boolean;
  /** What was found out for earlier releases. */
  readonly settled?: SettledZones | undefined;
  /** What earlier runs have found out of zones. */
  readonly cache?: Cache | undefined;
}

/** The keys of a project, as its store and the release before know them. Throws a KeyStoreError. */
export function keySource(
  workspace: Workspace,
  project: Project,
  options: Pick<SigningOptions, 'store' | 'previous'>,
): KeySource {
  const { previous } = options;
  const store = openProjectStore(workspace, project.config.keys, options.store);
  const now = Math.floor(workspace.now / 1000);
  return {
    zones: () => [...new Set([...zonesOf(store), ...zonesWithKeys(previous)])],
    mark(apex) {
      const released = fileOfKeys(previous, apex)?.sha256;
      return `${markOfKeys(store, apex) ?? '-'} ${released ?? '-'}`;
    },
    read(apex, propagation) {
      const stored = readKeys(store, apex);
      const known = mergeKeys(stored ?? withoutKeys(apex), keysOfRelease(previous, apex), now, propagation);
      return stored === undefined && known.keys.length === 0 ? undefined : known;
    },
    privateKey: (key) => privateKeyOf(store, key),
    write: (zones) => recordProgress(store, zones),
  };
}

/** Opens the desk at which the zones of a project are signed. Close it when done. Throws a KeyStoreError. */
export function openDesk(workspace: Workspace, project: Project, options: SigningOptions): SigningDesk {
  const { cache } = options;
  return openSigningDesk({
    keys: keySource(workspace, project, options),
    zones: project.zones,
    policies: project.config.policies,
    prefetch: (apexes) => prefetchUnknown(project, cache, apexes),
    signedBy(apex) {
      const name = policyName(project, cache, apex);
      return name === 'unreadable' ? undefined : name;
    },
    now: Math.floor(workspace.now / 1000),
    record: options.record,
    settled: options.settled,
  });
}

/** What earlier processes have found out about the signing of zones; with a memory what this one has. */
export function settledZones(workspace: Workspace): SettledZones | undefined {
  if (workspace.memory !== undefined) return workspace.memory.settled;
  if (workspace.cache === false) return undefined;
  const path = join(cacheFolder(workspace), 'signing');
  return openSettledZones({ path, compiler: compilerId(workspace.version) });
}

/** The zones of which a release says something about keys, as each line of its manifest tells without being read. */
export function zonesWithKeys(release: ExistingRelease | undefined): DomainName[] {
  const zones: DomainName[] = [];
  for (const [apex, { hasKeys }] of release?.manifest.zones ?? []) if (hasKeys) zones.push(apex);
  return zones;
}

/** What a release says about the keys of a zone; `undefined` where it says nothing that can be trusted. */
export function keysOfRelease(release: ExistingRelease | undefined, apex: DomainName): ZoneKeys | undefined {
  const file = fileOfKeys(release, apex);
  const octets = release === undefined || file === undefined ? undefined : readFile(release.folder, file);
  return octets === undefined ? undefined : readZoneKeys(octets.toString('utf8'), apex, file?.path as string);
}

/** The file in which a release says it. */
function fileOfKeys(release: ExistingRelease | undefined, apex: DomainName): ReleaseFile | undefined {
  const path = `keys/${releaseName(apex)}.json`;
  return release?.manifest.zones.get(apex)?.zone.files.find((each) => each.path === path);
}

/** Records what a release did. Keys that were decided about meanwhile stay as they were decided; lost ones come back. */
function recordProgress(store: KeyStore, zones: readonly ZoneKeys[]): Promise<void> {
  return whileHeld(store, async (held) => {
    const recorded = zones.map(({ zone, keys, progress, parent }) => {
      const known = readKeys(held, zone) ?? withoutKeys(zone);
      const seen = (known.parent?.at ?? 0) > (parent?.at ?? 0) ? known.parent : parent;
      const listed = new Set([...known.keys.map(({ id }) => id), ...(known.dropped ?? [])]);
      const lost = keys.filter(({ id }) => !listed.has(id));
      return { ...known, keys: [...known.keys, ...lost], parent: seen, progress };
    });
    writeKeys(held, recorded);
  });
}
