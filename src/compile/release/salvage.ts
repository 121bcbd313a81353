import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type DomainName, parseName } from '../../dns/name.ts';
import { type Serial, serial } from '../../dns/serial.ts';
import { MANIFEST, type Manifest, type ManifestEntry, manifestEntry } from '../manifest.ts';
import { zoneFilePath } from '../paths.ts';

/** The folders of a release. */
const FOLDERS = new Set(['zones', 'nodes', 'nameservers', 'ds', 'keys', 'web', 'collector', 'monitoring']);

/** A zone file says its serial within so many octets. */
const HEAD = 4096;

/**
 * What can be told of a release without its manifest: the serial of each of its zones, from their files. That is enough for the
 * next release, which has greater ones and is made anew otherwise. `undefined` where a folder may be anything else, or holds a
 * zone without a serial.
 */
export function salvageManifest(folder: string): Manifest | undefined {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (!entries.every((each) => each.name === MANIFEST || (each.isDirectory() && FOLDERS.has(each.name))))
    return undefined;
  if (!entries.some(({ name }) => name === 'zones')) return undefined;
  const zones = new Map<DomainName, ManifestEntry>();
  for (const file of readdirSync(join(folder, 'zones'))) {
    const head = readHead(join(folder, 'zones', file));
    const found = head === undefined ? undefined : serialIn(head);
    if (found === undefined || zoneFilePath(found.apex) !== `zones/${file}`) return undefined;
    zones.set(found.apex, entryOf(found.apex, found.serial));
  }
  return { generator: '', commit: null, dirty: true, files: [], zones };
}

/** A zone of which nothing but its serial is known, so that nothing of it can be kept. */
function entryOf(apex: DomainName, known: Serial): ManifestEntry {
  const unknown = '0'.repeat(64);
  return manifestEntry({
    apex,
    serial: known,
    serialFrom: 'previous',
    commit: null,
    source: unknown,
    content: unknown,
    signing: null,
    dsOf: [],
    records: 0,
    signaturesExpire: null,
    files: [],
  });
}

function readHead(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const octets = Buffer.alloc(HEAD);
      return octets.toString('latin1', 0, readSync(file, octets, 0, HEAD, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** Zone and serial of a zone file as it is printed: its SOA comes first. */
function serialIn(head: string): { readonly apex: DomainName; readonly serial: Serial } | undefined {
  const [, origin, digits] =
    /^\$ORIGIN (\S+)\n(?:\$TTL \d+\n)?@ +(?:\d+ +)?SOA +\S+ +\S+ +\(\s+(\d{1,10}) /.exec(head) ?? [];
  if (origin === undefined || Number(digits) > 0xffffffff) return undefined;
  try {
    return { apex: parseName(origin), serial: serial(Number(digits)) };
  } catch {
    return undefined;
  }
}
