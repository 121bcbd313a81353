import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { readRrsig } from '../../dns/dnssec/rrsig.ts';
import { readRRsets } from '../../dns/master/collect.ts';
import type { DomainName } from '../../dns/name.ts';
import { fromBuffer } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { settingsFor } from '../../zone/config.ts';
import type { Zone } from '../../zone/zone.ts';
import type { CacheLine } from '../cache/line.ts';
import { type CompiledZone, compileZone } from '../compile.ts';
import { newEstate } from '../estate.ts';
import { templateNames, type ZoneFacts } from '../facts.ts';
import type { ManifestZone } from '../manifest.ts';
import { zoneFilePath } from '../paths.ts';
import { type Project, readDocument } from '../project.ts';
import { ReleaseError } from '../release/error.ts';
import type { ExistingRelease } from '../release/place.ts';
import { withoutAdditions } from '../signing/without-additions.ts';
import { CONFIG_FILE, INVENTORY_FILE } from '../source/tree.ts';

/** What is known about a zone without its content. */
export type KnownZone = Pick<CacheLine, 'apex' | 'id' | 'templates' | 'dependent' | 'hasNodes' | 'content'>;

/** What is known about a zone that was compiled. */
export function knownZone(facts: ZoneFacts): KnownZone {
  const { apex, id, templates, dependent, nodes, state } = facts;
  return {
    apex,
    id,
    templates,
    dependent,
    hasNodes: nodes.length > 0,
    content: state.kind === 'content' ? state.content : '',
  };
}

/** A zone, and the name of the policy that signs it now. */
export interface PlannedZone {
  readonly zone: KnownZone;
  readonly policy: string | undefined;
}

/** A state that another is held against: a commit, or a release. */
export interface ExistingState {
  readonly zones: Pick<ReadonlySet<DomainName>, 'has' | 'keys'>;
  /** Whether a zone may say something else there than now; where that is out of the question it need not be compiled. */
  mayDiffer(zone: KnownZone): boolean;
  prefetch(zones: readonly DomainName[]): Promise<void>;
  /** The release that it is; `undefined` for a state of the repository. */
  readonly release: ExistingRelease | undefined;
  /** The policies by which zones were signed, as far as is known; one that was not is left out. */
  signedBy(zones: readonly PlannedZone[]): Promise<ReadonlyMap<DomainName, DnssecPolicy>>;
  /** How many signatures of a zone expire before a time, seconds since 1970; `undefined` where there are none to look at. */
  dueSignatures(apex: DomainName, time: number): number | undefined;
  /** The zone as it is served there; `undefined` where it is not there, or was too broken to be served. */
  compiled(apex: DomainName): CompiledZone | undefined;
}

/** So many documents are fetched together. */
const TOGETHER = 256;

/** A state of the repository. `now` is the state that it is held against. */
export function stateOfProject(project: Project, now: Project): ExistingState {
  const documents = new Map<DomainName, Zone | undefined>();
  const contentOf = (apex: DomainName): Zone | undefined => {
    if (!documents.has(apex)) {
      documents.set(apex, project.zones.has(apex) ? readDocument(project, apex).zone : undefined);
    }
    return documents.get(apex);
  };
  const estate = newEstate(project.zones, contentOf);
  const idIn = ({ tree }: Project, path: string | undefined): string | undefined =>
    path === undefined ? undefined : tree.id(path);
  const isSame = (path: string): boolean => {
    const [a, b] = [project, now].map((each) => (each.tree.paths.includes(path) ? each.tree.id(path) : undefined));
    return a === b;
  };
  const sameConfig = isSame(CONFIG_FILE);
  const sameInventory = isSame(INVENTORY_FILE);
  const prefetch = (zones: readonly DomainName[]): Promise<void> => {
    documents.clear();
    return project.tree.prefetch(zones.flatMap((apex) => project.zones.get(apex) ?? []));
  };
  /** Whether a zone is written there as it is now. */
  const isWritten = ({ apex, id, templates }: KnownZone): boolean =>
    sameConfig &&
    idIn(project, project.zones.get(apex)) === id &&
    templateNames(templates).every(
      (name) => idIn(project, project.templates.get(name)) === idIn(now, now.templates.get(name)),
    );
  return {
    zones: new Set(project.zones.keys()),
    release: undefined,
    dueSignatures: () => undefined,
    async signedBy(zones) {
      const policies = new Map<DomainName, DnssecPolicy>();
      const note = (apex: DomainName, name: string | undefined): void => {
        const policy = name === undefined ? undefined : project.config.policies.get(name);
        if (policy !== undefined) policies.set(apex, policy);
      };
      // Most zones of an estate are as they were: none of them is read for this.
      for (const { zone, policy } of zones) if (isWritten(zone)) note(zone.apex, policy);
      const others = zones.flatMap(({ zone }) => (isWritten(zone) ? [] : [zone.apex]));
      for (let i = 0; i < others.length; i += TOGETHER) {
        const some = others.slice(i, i + TOGETHER);
        await prefetch(some);
        for (const apex of some) note(apex, contentOf(apex)?.settings.dnssec || undefined);
      }
      return policies;
    },
    mayDiffer: (zone) => !isWritten(zone) || zone.dependent || (zone.hasNodes && !sameInventory),
    prefetch,
    compiled(apex) {
      const zone = contentOf(apex);
      return zone === undefined ? undefined : compileZone(zone, estate, project.inventory).compiled;
    },
  };
}

/** What a release holds. */
export function stateOfRelease(release: ExistingRelease, now: Project): ExistingState {
  const { folder, manifest } = release;
  return {
    zones: manifest.zones,
    release,
    async signedBy(zones) {
      const policies = new Map<DomainName, DnssecPolicy>();
      for (const { apex } of zones.map(({ zone }) => zone)) {
        const entry = manifest.zones.get(apex)?.zone;
        if (entry?.files.some(({ path }) => path.startsWith('keys/')) !== true) continue;
        const policy = now.config.policies.get(settingsFor(now.config, apex).dnssec || 'default');
        if (policy !== undefined) policies.set(apex, policy);
      }
      return policies;
    },
    dueSignatures(apex, time) {
      const entry = manifest.zones.get(apex)?.zone;
      if (entry?.signaturesExpire == null || Date.parse(entry.signaturesExpire) / 1000 > time) return undefined;
      let due = 0;
      for (const rrsets of readZoneFile(folder, zoneFilePath(apex), apex).values()) {
        for (const { type, rdatas } of rrsets) {
          if (type === RRSIG.code) due += rdatas.filter((rdata) => readRrsig(rdata).expiration <= time).length;
        }
      }
      return due;
    },
    mayDiffer: ({ apex, content }) => content === '' || manifest.zones.get(apex)?.zone.content !== content,
    prefetch: () => Promise.resolve(),
    compiled(apex) {
      const entry = manifest.zones.get(apex)?.zone;
      return entry === undefined ? undefined : recordsIn(folder, entry);
    },
  };
}

/** The records of a zone in the folder of a release that are not the compiler's doing. Throws a ReleaseError. */
export function recordsIn(folder: string, { apex, files, signing, dsOf }: ManifestZone): CompiledZone {
  const nodes = new Map<string, ReadonlyMap<DomainName, readonly RRset[]>>();
  let names: ReadonlyMap<DomainName, readonly RRset[]> = new Map();
  for (const { path } of files) {
    const [top, node] = path.split('/') as [string, string];
    if (top !== 'nodes' && top !== 'zones') continue;
    const all = readZoneFile(folder, path, apex);
    const records = signing === null ? all : withoutAdditions(all, apex, dsOf);
    if (top === 'nodes') nodes.set(node, records);
    else names = records;
  }
  return { apex, names, nodes };
}

function readZoneFile(folder: string, path: string, apex: DomainName): ReadonlyMap<DomainName, readonly RRset[]> {
  const file = join(folder, path);
  const fix = 'check the release: every file must be what its manifest says';
  let octets: Buffer;
  try {
    octets = readFileSync(file);
  } catch (error) {
    throw new ReleaseError('refused', `${file} cannot be read: ${(error as Error).message}`, fix, error);
  }
  const { rrsets, errors } = readRRsets({ name: path, octets: fromBuffer(octets) }, { apex });
  if (errors > 0) throw new ReleaseError('refused', `${file} is damaged`, fix);
  return rrsets;
}
