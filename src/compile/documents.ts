import type { DomainName } from '../dns/name.ts';
import { documentOf, type Project, type readDocument } from './project.ts';
import { LONG } from './steps.ts';

/** The documents that were read, as long as there is room: zones ask each other. */
export interface Documents {
  read(apex: DomainName): ReturnType<typeof readDocument>;
}

const ROOM = 16 * 1024 * 1024;
/** The zone that is being compiled and the one that it asks stay, whatever their size. */
const LEAST = 2;

/** No document was read yet. `foresee` is told of a zone whose document is long, before that is read. */
export function newDocuments(project: Project, foresee: ((apex: DomainName) => void) | undefined): Documents {
  const readOf = (apex: DomainName): ReturnType<typeof readDocument> => {
    if (foresee === undefined) return documentOf(project, apex);
    const path = project.zones.get(apex);
    return documentOf(
      {
        ...project,
        read(each) {
          const read = project.read(each);
          if (each === path && read.bytes.length >= LONG) foresee(apex);
          return read;
        },
      },
      apex,
    );
  };
  const held = new Map<DomainName, ReturnType<typeof readDocument>>();
  let size = 0;
  return {
    read(apex) {
      let document = held.get(apex);
      if (document === undefined) {
        document = readOf(apex);
        size += lengthOf(document);
      } else {
        held.delete(apex);
      }
      held.set(apex, document);
      for (const [oldest, other] of held) {
        if (size <= ROOM || held.size <= LEAST) break;
        held.delete(oldest);
        size -= lengthOf(other);
      }
      return document;
    },
  };
}

function lengthOf({ zone }: ReturnType<typeof readDocument>): number {
  return zone?.source.text.length ?? 0;
}
