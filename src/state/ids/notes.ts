import { hash } from 'node:crypto';
import { type DomainName, parseName } from '../../dns/name.ts';
import { type Octets, octets } from '../../dns/octets.ts';
import { isAccountName } from '../accounts/account.ts';
import { MAX_NUMBER } from '../counter.ts';

/** One record of a zone: where it stands, and what stands for its data. */
export interface RecordValue {
  readonly owner: DomainName;
  /** The mnemonic, as in documents: `MX`, `ALIAS`. */
  readonly type: string;
  /** See {@link digestOf}. */
  readonly digest: string;
}

/** What a commit says about ids: who has one, or that one is gone. */
export type IdNote =
  | {
      readonly kind: 'zone';
      readonly id: number;
      readonly zone: DomainName;
      /** The name of the account that made the zone. */
      readonly account: string | undefined;
    }
  | { readonly kind: 'zone-gone'; readonly id: number }
  | ({ readonly kind: 'record'; readonly id: number; readonly zoneId: number } & RecordValue)
  | { readonly kind: 'record-gone'; readonly id: number };

/** The keys of the trailers of a commit in which notes stand. */
export const ZONE_TRAILER = 'Zonewright-Zone';
/** See {@link ZONE_TRAILER}. */
export const RECORD_TRAILER = 'Zonewright-Record';

/** Stands for the data of a record: 96 bits of SHA-256, so that a trailer stays short and shows no secret. */
export function digestOf(data: Octets): string {
  // 96 bits are 16 characters.
  return hash('sha256', Buffer.from(data, 'latin1'), 'base64url').slice(0, 16);
}

/**
 * Stands for the SOA of a zone, which is a record to providers: there is one in every zone, and it stays the same whatever
 * becomes of its fields.
 */
export function soaValue(zone: DomainName): RecordValue {
  return { owner: zone, type: 'SOA', digest: SOA_DIGEST };
}

const SOA_DIGEST = digestOf(octets('SOA'));

/** A note as a trailer of a commit. */
export function printNote(note: IdNote): { readonly key: string; readonly value: string } {
  switch (note.kind) {
    case 'zone':
      return { key: ZONE_TRAILER, value: `${note.id} ${note.zone} ${note.account ?? '-'}` };
    case 'zone-gone':
      return { key: ZONE_TRAILER, value: `${note.id} gone` };
    case 'record':
      return {
        key: RECORD_TRAILER,
        value: `${note.id} ${note.zoneId} ${note.owner} ${note.type} ${note.digest}`,
      };
    case 'record-gone':
      return { key: RECORD_TRAILER, value: `${note.id} gone` };
  }
}

/** The notes among the trailers of a commit. Anybody may have written them: what is not exactly as we print it is no note. */
export function readNotes(trailers: readonly { readonly key: string; readonly value: string }[]): IdNote[] {
  return trailers.flatMap(({ key, value }) => {
    if (key !== ZONE_TRAILER && key !== RECORD_TRAILER) return [];
    const words = value.length > 3000 ? [] : value.split(' ');
    return (key === ZONE_TRAILER ? readZone(words) : readRecord(words)) ?? [];
  });
}

function readZone([first, name, account, ...more]: readonly string[]): IdNote | undefined {
  const id = readId(first);
  if (id === undefined || name === undefined || more.length > 0) return undefined;
  if (account === undefined) return name === 'gone' ? { kind: 'zone-gone', id } : undefined;
  const zone = readName(name);
  if (zone === undefined || !(account === '-' || isAccountName(account))) return undefined;
  return { kind: 'zone', id, zone, account: account === '-' ? undefined : account };
}

function readRecord([first, second, name, type, digest, ...more]: readonly string[]): IdNote | undefined {
  const id = readId(first);
  if (id === undefined || more.length > 0) return undefined;
  if (name === undefined) return second === 'gone' ? { kind: 'record-gone', id } : undefined;
  const zoneId = readId(second);
  const owner = readName(name);
  if (zoneId === undefined || owner === undefined) return undefined;
  if (type === undefined || !/^[A-Z][A-Z0-9-]{0,29}$/.test(type)) return undefined;
  if (digest === undefined || !/^[A-Za-z0-9_-]{16}$/.test(digest)) return undefined;
  return { kind: 'record', id, zoneId, owner, type, digest };
}

function readId(text: string | undefined): number | undefined {
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) return undefined;
  return Number(text) <= MAX_NUMBER ? Number(text) : undefined;
}

function readName(text: string): DomainName | undefined {
  try {
    const name = parseName(text);
    return name === text ? name : undefined;
  } catch {
    return undefined;
  }
}
