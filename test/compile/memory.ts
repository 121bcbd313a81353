import { type Compilation, compileZone } from '../../src/compile/compile.ts';
import { newEstate } from '../../src/compile/estate.ts';
import { openProject, type Project, readDocument } from '../../src/compile/project.ts';
import { blobId, type SourceTree } from '../../src/compile/source/tree.ts';
import type { DomainName } from '../../src/dns/name.ts';
import { parseName } from '../../src/dns/name.ts';
import { rdataToText, typeName } from '../../src/dns/rdata.ts';
import type { RRset } from '../../src/dns/rrset.ts';
import type { Zone } from '../../src/zone/zone.ts';

/** Files that are texts in memory. */
export function memoryTree(files: Readonly<Record<string, string>>): SourceTree {
  const bytes = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  return {
    paths: [...bytes.keys()],
    findings: [],
    id: (path) => blobId(bytes.get(path) as Buffer),
    prefetch: () => Promise.resolve(),
    read: (path) => ({ id: blobId(bytes.get(path) as Buffer), bytes: bytes.get(path) as Buffer }),
    close: () => undefined,
  };
}

/** A project of files in memory. */
export function memoryProject(files: Readonly<Record<string, string>>): Project {
  return openProject(memoryTree(files));
}

/** Compiles one zone of a project. Throws where a document cannot be read. */
export function compileOne(files: Readonly<Record<string, string>>, name: string): Compilation {
  const project = memoryProject(files);
  const zones = new Map<DomainName, Zone>();
  const contentOf = (apex: DomainName): Zone => {
    let zone = zones.get(apex);
    if (zone === undefined) {
      const read = readDocument(project, apex);
      if (read.zone === undefined) throw new Error(read.findings.map(({ message }) => message).join('; '));
      zone = read.zone;
      zones.set(apex, zone);
    }
    return zone;
  };
  const apex = parseName(name);
  return compileZone(contentOf(apex), newEstate(project.zones, contentOf), project.inventory);
}

/** The records of one owner as text, without its SOA: `A 300 192.0.2.1`. */
export function recordsAt(names: ReadonlyMap<DomainName, readonly RRset[]> | undefined, owner: string): string[] {
  return (names?.get(parseName(owner)) ?? [])
    .filter(({ type }) => type !== 6)
    .flatMap(({ type, ttl, rdatas }) => rdatas.map((rdata) => `${typeName(type)} ${ttl} ${rdataToText(type, rdata)}`))
    .sort();
}
