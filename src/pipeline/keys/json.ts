import type { DomainName } from '../../dns/name.ts';
import { type DsData, dsData } from '../../dnssec/ds-data.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import { printTime } from '../../dnssec/store/time.ts';
import type { Generated } from './generate.ts';
import type { DsList, KeyList, KeyState } from './list.ts';

interface ZoneData {
  readonly zone: DomainName;
  readonly keys?: readonly object[];
  readonly ds: readonly DsData[];
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

function keyData({ id, role, algorithm, tag, created, goal }: ZoneKey, state: KeyState): object {
  return { id, role, algorithm, key_tag: tag, state, goal, created: printTime(created) };
}

function print(more: object, zones: readonly ZoneData[]): string {
  return `${JSON.stringify({ format_version: '1.0', ...more, zones }, null, 2)}\n`;
}
