import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRRsets } from '../../dns/master/collect.ts';
import type { DomainName } from '../../dns/name.ts';
import { fromBuffer } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import type { Zone } from '../../zone/zone.ts';
import { type CompiledZone, compileZone } from '../compile.ts';
import { newEstate } from '../estate.ts';
import { templateNames, type ZoneFacts } from '../facts.ts';
import type { ManifestZone } from '../manifest.ts';
import { type Project, readDocument } from '../project.ts';
import { ReleaseError } from '../release/error.ts';
import type { ExistingRelease } from '../release/place.ts';
import { CONFIG_FILE, INVENTORY_FILE } from '../source/tree.ts';

/** A state that another is held against: a commit, or a release. */
export interface ExistingState {
  readonly zones: ReadonlySet<DomainName>;
  /** Whether a zone may say something else there than now; where that is out of the question it need not be compiled. */
  mayDiffer(facts: ZoneFacts): boolean;
  prefetch(zones: readonly DomainName[]): Promise<void>;
  /** The zone as it is served there; `undefined` where it is not there, or was too broken to be served. */
  compiled(apex: DomainName): CompiledZone | undefined;
}

/** A state of the repository. `now` is the state that it is held against. */
export function stateOfProject(project: Project, now: Project): ExistingState {
  const documents = new Map<DomainName, Zone | undefined>();
  const contentOf = (apex: DomainName): Zone | undefined => {
    if (!documents.has(apex)) {
      documents.set(apex, project.zones.has(apex) ? readDocument(project, apex).zone : undefined);
    }
    return documents.get(apex);
  };
  const estate = newEstate(project.zones.keys(), contentOf);
  const idIn = ({ tree }: Project, path: string | undefined): string | undefined =>
    path === undefined ? undefined : tree.id(path);
  const isSame = (path: string): boolean => {
    const [a, b] = [project, now].map((each) => (each.tree.paths.includes(path) ? each.tree.id(path) : undefined));
    return a === b;
  };
  const sameConfig = isSame(CONFIG_FILE);
  const sameInventory = isSame(INVENTORY_FILE);
  return {
    zones: new Set(project.zones.keys()),
    mayDiffer(facts) {
      const { apex, dependent, nodes } = facts;
      if (!sameConfig || dependent || (nodes.length > 0 && !sameInventory)) return true;
      if (idIn(project, project.zones.get(apex)) !== facts.id) return true;
      return templateNames(facts).some(
        (name) => idIn(project, project.templates.get(name)) !== idIn(now, now.templates.get(name)),
      );
    },
    prefetch: (zones) => {
      documents.clear();
      return project.tree.prefetch(zones.flatMap((apex) => project.zones.get(apex) ?? []));
    },
    compiled(apex) {
      const zone = contentOf(apex);
      return zone === undefined ? undefined : compileZone(zone, estate, project.inventory).compiled;
    },
  };
}

/** What a release holds. */
export function stateOfRelease({ folder, manifest }: ExistingRelease): ExistingState {
  return {
    zones: new Set(manifest.zones.keys()),
    mayDiffer: ({ apex, state }) => state.kind !== 'content' || manifest.zones.get(apex)?.content !== state.content,
    prefetch: () => Promise.resolve(),
    compiled(apex) {
      const entry = manifest.zones.get(apex);
      return entry === undefined ? undefined : readRelease(folder, entry);
    },
  };
}

function readRelease(folder: string, { apex, files }: ManifestZone): CompiledZone {
  const nodes = new Map<string, ReadonlyMap<DomainName, readonly RRset[]>>();
  let names: ReadonlyMap<DomainName, readonly RRset[]> = new Map();
  for (const { path } of files) {
    const [top, node] = path.split('/') as [string, string];
    const records = readZoneFile(folder, path, apex);
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
  for (const [owner, ofOwner] of rrsets)
    if (ofOwner.some(({ type }) => type === RRSIG.code)) rrsets.set(owner, joined(ofOwner));
  return rrsets;
}

/** The reader parts signatures by what they sign; documents, and so compiled zones, have one RRset of them. */
function joined(rrsets: readonly RRset[]): RRset[] {
  const signatures = rrsets.filter(({ type }) => type === RRSIG.code);
  const rdatas = signatures.flatMap((rrset) => rrset.rdatas);
  return [...rrsets.filter(({ type }) => type !== RRSIG.code), { ...(signatures[0] as RRset), rdatas }];
}
