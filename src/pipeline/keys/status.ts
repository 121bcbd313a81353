import { type Project, readDocument } from '../../compile/project.ts';
import type { ExistingRelease } from '../../compile/release/place.ts';
import { mapBounded } from '../../deploy/parent/bounded.ts';
import { askParent } from '../../deploy/parent/parent.ts';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import type { DomainName } from '../../dns/name.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import { withLost } from '../../dnssec/rollover/merge.ts';
import { type Sighting, sightOf } from '../../dnssec/sight.ts';
import { type KeyStore, readKeys, whileHeld, writeKeys, zonesOf } from '../../dnssec/store/store.ts';
import { withoutKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, orFailure } from '../failure.ts';
import { keysOfRelease, zonesWithKeys } from '../signing.ts';
import type { Workspace } from '../workspace.ts';
import { lookAtHalves, lookAtStored, type StoredKeys } from './look.ts';
import { type KeysOptions, withKeys as openKeys, signingOf, type ZonePolicy } from './open.ts';
import { releaseIn } from './release.ts';
import { knownKeys, type ZoneStatus, zoneStatus } from './zone-status.ts';

/** What to tell of keys. */
export interface StatusOptions extends KeysOptions {
  /** The folder of the release that is served. */
  readonly release?: string;
  /** Whether the servers of the parents are asked for the DS; what all of them say is recorded in the key store. */
  readonly askParent?: boolean;
  /** The port of the parents' servers. Default 53. */
  readonly parentPort?: number;
}

/** What came of asking the servers of a parent. */
export type Asked =
  | { readonly kind: 'recorded' }
  /** Nothing was recorded. */
  | { readonly kind: 'doubt'; readonly message: string; readonly fix: string };

/** How things stand with the keys of zones. */
export interface KeysStatus {
  readonly kind: 'status';
  /** The folder of the store. */
  readonly store: string;
  readonly zones: readonly (ZoneStatus & { readonly asked: Asked | undefined })[];
}

/** Parents that are asked at the same time. */
const AT_ONCE = 8;

/** How things stand with the keys of zones; where none is named, of all that have keys or are to be signed. */
export function statusOfKeys(workspace: Workspace, options: StatusOptions): Promise<KeysStatus | Failure> {
  return orFailure(() =>
    openKeys<KeysStatus>(workspace, options, async ({ project, store, named }) => {
      const found = releaseIn(options.release);
      if ('kind' in found) return found;
      const policies = new Map<DomainName, ZonePolicy>();
      const withKeys = new Set([...zonesOf(store), ...zonesWithKeys(found.release)]);
      for (const zone of named ?? concerned(project, withKeys)) {
        const signedBy = signingOf(project, zone, withKeys.has(zone));
        if ('kind' in signedBy) return signedBy;
        policies.set(zone, signedBy);
      }
      const stored = (zone: DomainName): StoredKeys =>
        lookAtStored(store, zone, found.release, Math.floor(workspace.now / 1000));
      const asks = (): Ask[] =>
        [...policies].map(([zone, { policy }]) => ({ zone, policy, keys: stored(zone).keys.keys }));
      const answers = options.askParent === true ? await askParents(workspace, asks(), options.parentPort) : undefined;
      await record(store, found.release, answers);
      const zones: KeysStatus['zones'][number][] = [];
      for (const [zone, signedBy] of policies) {
        const { at = Math.floor(workspace.now / 1000), asked, sighting } = answers?.get(zone) ?? {};
        const facts = { now: at, signedBy, release: found.release, sighting };
        const { keys, fault } = stored(zone);
        const known = knownKeys(keys, facts);
        // A release may still speak of keys of a zone that went unsigned.
        if (named === undefined && signedBy.name === undefined && known.keys.length === 0 && fault === undefined)
          continue;
        const isSigned = signedBy.name !== undefined || known.progress !== undefined;
        const { halves, faults } = isSigned ? await lookAtHalves(store, known) : { halves: undefined, faults: [] };
        const keyFaults = fault === undefined ? faults : [fault, ...faults];
        zones.push({ ...zoneStatus(known, { ...facts, halves, keyFaults }), asked });
      }
      return { kind: 'status', store: store.folder, zones };
    }),
  );
}

/** The zones that have keys, and those that are to be signed here. */
function concerned(project: Project, withKeys: ReadonlySet<DomainName>): DomainName[] {
  const ofProject = [...project.zones.keys()].filter((zone) => {
    const { zone: document } = readDocument(project, zone);
    if (document === undefined) return withKeys.has(zone);
    const { dnssec } = document.settings;
    return withKeys.has(zone) || (dnssec !== 'presigned' && dnssec !== false);
  });
  return [...ofProject, ...[...withKeys].filter((zone) => !project.zones.has(zone))].sort();
}

/** What the servers of a parent have said. */
interface Answered {
  readonly asked: Asked;
  readonly sighting: Sighting | undefined;
  /** When the last of them had answered, seconds since 1970. */
  readonly at: number;
}

interface Ask {
  readonly zone: DomainName;
  readonly policy: DnssecPolicy;
  readonly keys: readonly ZoneKey[];
}

/** Asks the servers of the parents of all zones that have keys. */
async function askParents(
  workspace: Workspace,
  asks: readonly Ask[],
  parentPort: number | undefined,
): Promise<Map<DomainName, Answered>> {
  const started = performance.now();
  const withKeys = asks.filter(({ keys }) => keys.length > 0);
  const answers = await mapBounded(
    withKeys,
    AT_ONCE,
    async ({ zone, policy, keys }): Promise<[DomainName, Answered]> => {
      const { resolvers } = policy.parent;
      const answer = await askParent(zone, { resolvers, ...(parentPort !== undefined && { port: parentPort }) });
      // Until it had answered, a server may have given out something else.
      const at = Math.ceil((workspace.now + performance.now() - started) / 1000);
      const doubt = ({ message, fix }: { message: string; fix: string }): Asked => ({ kind: 'doubt', message, fix });
      if (answer.kind !== 'agreed') return [zone, { asked: doubt(answer), sighting: undefined, at }];
      const sighting = sightOf(zone, keys, answer, at);
      return [zone, { asked: sighting.kind === 'sight' ? { kind: 'recorded' } : doubt(sighting), sighting, at }];
    },
  );
  return new Map(answers);
}

/** Records what was seen, unless something later was recorded meanwhile. */
async function record(
  store: KeyStore,
  release: ExistingRelease | undefined,
  answers: ReadonlyMap<DomainName, Answered> = new Map(),
): Promise<void> {
  const sights = [...answers].flatMap(([zone, { sighting }]) =>
    sighting?.kind === 'sight' ? [{ zone, sight: sighting.sight }] : [],
  );
  if (sights.length === 0) return;
  await whileHeld(store, async (held) => {
    const seen = sights.flatMap(({ zone, sight }) => {
      const stored = withLost(readKeys(held, zone) ?? withoutKeys(zone), keysOfRelease(release, zone), sight.at);
      return (stored.parent?.at ?? 0) <= sight.at ? [{ ...stored, parent: sight }] : [];
    });
    writeKeys(held, seen);
  });
}
