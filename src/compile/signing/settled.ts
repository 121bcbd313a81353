import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { DomainName } from '../../dns/name.ts';
import type { Serial } from '../../dns/serial.ts';

/** What was found out about the signing of a zone, and for how long it holds, so that its keys need not be read. */
export interface SettledZone {
  /** What tells whether its keys are as they were. */
  readonly mark: string;
  /** The name of the policy that signs it, and a digest of what that says. */
  readonly policy: string;
  /** From when until when nothing changes by itself, seconds since 1970; without end where `until` is null. */
  readonly from: number;
  readonly until: number | null;
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

const FORMAT = 'zonewright signing 1';

/** A memory in a file; without one it ends with the process. */
export function openSettledZones(file: string | undefined): SettledZones {
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
      if (file !== undefined && changed) write(file, zones);
      changed = false;
    },
  };
}

/** What a file has; nothing where there is none, or it is damaged. */
function read(file: string): Map<DomainName, SettledZone> {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (text.slice(0, end) === headOf(body)) return new Map(JSON.parse(body) as [DomainName, SettledZone][]);
  } catch {
    // It is made anew.
  }
  return new Map();
}

function write(file: string, zones: ReadonlyMap<DomainName, SettledZone>): void {
  const body = JSON.stringify([...zones]);
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, `${headOf(body)}\n${body}`);
    renameSync(draft, file);
  } catch {
    // The next run is slower, that is all.
    rmSync(draft, { force: true });
  }
}

function headOf(body: string): string {
  return `${FORMAT} ${crc32(body).toString(16)} ${body.length}`;
}
