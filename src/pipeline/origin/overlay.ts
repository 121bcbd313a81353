import type { Project } from '../../compile/project.ts';
import { blobId, type SourceBytes } from '../../compile/source/tree.ts';
import type { DomainName } from '../../dns/name.ts';
import type { SourceFile } from '../../zone/source.ts';

/** A zone's document as an order leaves it; `undefined`: there is none. */
export interface WrittenDocument {
  readonly path: string;
  readonly text: string;
}

/** The project as an order leaves it: with these documents, and templates that become other texts, or none. */
export function overlayOf(
  project: Project,
  documents: ReadonlyMap<DomainName, WrittenDocument | undefined>,
  changed: ReadonlyMap<string, string | undefined>,
): Project {
  let zones = project.zones;
  const texts = new Map<string, SourceBytes>();
  const put = (path: string, text: string): void => {
    const bytes = Buffer.from(text);
    texts.set(path, { id: blobId(bytes), bytes, text });
  };
  for (const [apex, document] of documents) {
    if (document !== undefined) put(document.path, document.text);
    if (zones.get(apex) === document?.path) continue;
    const next = zones === project.zones ? new Map(zones) : (zones as Map<DomainName, string>);
    if (document === undefined) next.delete(apex);
    else next.set(apex, document.path);
    zones = next;
  }
  const templates = new Map(project.templates);
  const sources = new Map<string, SourceFile | undefined>();
  for (const [name, text] of changed) {
    const path = templates.get(name) ?? `templates/${name}.yaml`;
    sources.set(name, text === undefined ? undefined : { path, text });
    if (text === undefined) templates.delete(name);
    else {
      templates.set(name, path);
      put(path, text);
    }
  }
  return {
    ...project,
    zones,
    templates,
    template: (name) => (sources.has(name) ? sources.get(name) : project.template(name)),
    pathOf: (apex) => zones.get(apex),
    read(path) {
      return texts.get(path) ?? project.read(path);
    },
  };
}
