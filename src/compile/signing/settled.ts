import type { DomainName } from '../../dns/name.ts';
import type { Serial } from '../../dns/serial.ts';
import type { Span } from '../../dnssec/rollover/moments.ts';
import { readChecked, writeChecked } from '../cache/checked-file.ts';

/** What was found out about the signing of a zone, and for how long it holds, so that its keys need not be read. */
export interface SettledZone extends Span {
  /** What tells whether its keys are as they were. */
  readonly mark: string;
  /** The name of the policy that signs it, and a digest of what that says. */
  readonly policy: string;
  /** The digest of what is added to it, and the greatest serial that it ever had. */
  readonly digest: string;
  readonly serial: Serial | null;
}

/** What was found out about zones: a memory that may be lost at any time. */
export interface SettledZones {
  get(apex: DomainName): SettledZone | undefined;
  note(apex: DomainName, zone: SettledZone): void;
  /** Forgets zones that are not there any more, and writes it down for the next process. Never throws. */
  save(isThere: (apex: DomainName) => boolean): void;
}

/** Where a memory is kept from one process to the next. */
export interface SettledFile {
  readonly path: string;
  /** What tells one compiler from another: what is added to a zone, another version may put together otherwise. */
  readonly compiler: string;
}

const FORMAT = 'zonewright signing 1';

/** A memory in a file; without one it ends with the process. */
export function openSettledZones(file: SettledFile | undefined): SettledZones {
  const zones = file === undefined ? new Map<DomainName, SettledZone>() : read(file);
  let changed = false;
  return {
    get: (apex) => zones.get(apex),
    note(apex, zone) {
      zones.set(apex, zone);
      changed = true;
    },
    save(isThere) {
      for (const apex of zones.keys()) if (!isThere(apex)) changed = zones.delete(apex);
      if (file === undefined || !changed) return;
      changed = false;
      const body = JSON.stringify({ compiler: file.compiler, zones: [...zones] });
      try {
        writeChecked(file.path, FORMAT, Buffer.from(body));
      } catch {
        // The next run is slower, that is all.
      }
    },
  };
}

/** What a file has; nothing where there is none, it is damaged, or of another compiler. */
function read({ path, compiler }: SettledFile): Map<DomainName, SettledZone> {
  const body = readChecked(path, FORMAT);
  if (body === undefined) return new Map();
  const stored = JSON.parse(body.toString('utf8')) as { compiler: string; zones: [DomainName, SettledZone][] };
  return new Map(stored.compiler === compiler ? stored.zones : []);
}
