import type { DomainName } from '../../dns/name.ts';
import { printTime } from '../../dns/timestamp.ts';
import { type DsData, dsData } from '../../dnssec/ds-data.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import type { KeyExported } from './export.ts';
import type { Generated } from './generate.ts';
import type { KeysImported } from './import.ts';
import type { DsList, KeyList, KeyState } from './list.ts';
import type { KeyRemoved } from './remove.ts';

interface ZoneData {
  readonly zone: DomainName;
  readonly keys?: readonly object[];
  readonly ds: readonly DsData[];
  readonly signed?: boolean;
  readonly differs?: boolean;
  readonly broken?: boolean;
}

/** What `keys generate` did, as one JSON document (`schemas/keys.schema.json`). */
export function generatedJson({ store, encrypted, zones }: Generated): string {
  const made = zones.map(({ zone, made: keys, ds, signed, differs }) => ({
    zone,
    keys: keys.map((key) => keyData(key, 'generated')),
    ds,
    signed,
    differs,
  }));
  return print({ store, encrypted }, made);
}

/** Keys as one JSON document (`schemas/keys.schema.json`). */
export function listJson({ store, zones }: KeyList): string {
  const listed = zones.map(({ zone, keys }) => ({
    zone,
    keys: keys.map(({ key, state }) => keyData(key, state)),
    ds: keys.flatMap(({ ds }) => ds),
  }));
  return print({ store }, listed);
}

/** DS data as one JSON document (`schemas/keys.schema.json`). */
export function dsListJson({ zones }: DsList): string {
  const listed = zones.map(({ zone, keys, digests, early }) => ({ zone, ds: dsData(zone, keys, digests), early }));
  return print({}, listed);
}

/** What `keys import` did, as one JSON document (`schemas/keys.schema.json`). */
export function importedJson({ store, encrypted, zone, keys, ds, signed, differs }: KeysImported): string {
  const imported = keys.map(({ key, state, known }) => ({ ...keyData(key, state), known }));
  return print({ store, encrypted }, [{ zone, keys: imported, ds, signed, differs }]);
}

/** What `keys export` did, as one JSON document (`schemas/keys.schema.json`), which holds nothing secret. */
export function exportedJson({ zone, key, state, files }: KeyExported): string {
  return print({ files }, [{ zone, keys: [keyData(key, state)], ds: [] }]);
}

/** What `keys remove` did, as one JSON document (`schemas/keys.schema.json`). */
export function removedJson({ zone, key, state, ds, broken }: KeyRemoved): string {
  return print({}, [{ zone, keys: [keyData(key, state)], ds, broken: broken.length > 0 }]);
}

function keyData({ id, role, algorithm, tag, created, goal }: ZoneKey, state: KeyState): object {
  return { id, role, algorithm, key_tag: tag, state, goal, created: printTime(created) };
}

function print(more: object, zones: readonly ZoneData[]): string {
  return `${JSON.stringify({ format_version: '1.0', ...more, zones }, null, 2)}\n`;
}
