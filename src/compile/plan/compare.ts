import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRRsets } from '../../dns/master/collect.ts';
import type { DomainName } from '../../dns/name.ts';
import { fromBuffer } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Zone } from '../../zone/zone.ts';
import type { CacheLine } from '../cache/line.ts';
import { type CompiledZone, compileZone } from '../compile.ts';
import { newEstate } from '../estate.ts';
import { templateNames, type ZoneFacts } from '../facts.ts';
import type { ManifestZone } from '../manifest.ts';
import { type Project, readDocument } from '../project.ts';
import { ReleaseError } from '../release/error.ts';
import type { ExistingRelease } from '../release/place.ts';
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

/** A state that another is held against: a commit, or a release. */
export interface ExistingState {
  readonly zones: ReadonlySet<DomainName>;
  /** Whether a zone may say something else there than now; where that is out of the question it need not be compiled. */
  mayDiffer(zone: KnownZone): boolean;
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
    mayDiffer({ apex, id, templates, dependent, hasNodes }) {
      if (!sameConfig || dependent || (hasNodes && !sameInventory)) return true;
      if (idIn(project, project.zones.get(apex)) !== id) return true;
      return templateNames(templates).some(
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
    mayDiffer: ({ apex, content }) => content === '' || manifest.zones.get(apex)?.zone.content !== content,
    prefetch: () => Promise.resolve(),
    compiled(apex) {
      const entry = manifest.zones.get(apex)?.zone;
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
  return rrsets;
}
