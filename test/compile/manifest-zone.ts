import type { ManifestZone, ReleaseFile } from '../../src/compile/manifest.ts';
import type { DomainName } from '../../src/dns/name.ts';
import type { Serial } from '../../src/dns/serial.ts';

/** What a manifest says of an unsigned zone with these files. */
export function manifestZone(
  name: string,
  files: readonly ReleaseFile[],
  more: Partial<ManifestZone> = {},
): ManifestZone {
  return {
    apex: name as DomainName,
    serial: 1 as Serial,
    serialFrom: 'history',
    commit: null,
    source: '0'.repeat(64),
    content: '0'.repeat(64),
    signing: null,
    dsOf: [],
    records: 1,
    signaturesExpire: null,
    files,
    ...more,
  };
}
