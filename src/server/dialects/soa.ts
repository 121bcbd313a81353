import { DnsSyntaxError } from '../../dns/fault.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { rdataFromText, rdataToData, rdataToText } from '../../dns/rdata.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { SettingEdits } from '../../pipeline/origin/order.ts';
import type { NumberedZone, Origin } from '../../pipeline/origin/origin.ts';
import type { ZoneView } from '../../pipeline/origin/view.ts';
import { soaValue } from '../../state/ids/notes.ts';
import type { RecordId } from '../../state/ids/replay.ts';
import { recordIdsOf } from '../../state/ids/store.ts';
import { type DeclaredRRset, findRRset } from '../../zone/zone.ts';

/** The SOA of a zone as a record: documents keep it as settings, providers list it among the records. */
export interface SoaRecord {
  /** It stays what it is whatever the SOA becomes. */
  readonly id: RecordId;
  readonly ttl: number;
  /** All seven fields, with the serial of the newest release; 0 before the first. */
  readonly text: string;
}

/** The SOA of a zone with its id. */
export async function soaRecord({ state, standing }: Origin, { id, view }: NumberedZone): Promise<SoaRecord> {
  const [known] = await recordIdsOf(state, id.id, [soaValue(view.zone)]);
  const { serial = 0 } = await standing(view.zone);
  return { id: known as RecordId, ...soaOf(view, serial) };
}

/** The SOA of a zone with a serial. */
export function soaOf(view: ZoneView, serial: number): Pick<SoaRecord, 'ttl' | 'text'> {
  const { ttl, rdatas } = findRRset(view.declared, view.zone, SOA.code) as DeclaredRRset;
  const words = rdataToText(SOA.code, rdatas[0] as Rdata).split(' ');
  words[2] = String(serial);
  return { ttl, text: words.join(' ') };
}

/** The fields of an SOA as the settings that hold them; the serial is the compiler's, whatever is asked for. */
const settings = new Map([
  ['mname', 'primary'],
  ['rname', 'contact'],
  ['refresh', 'refresh'],
  ['retry', 'retry'],
  ['expire', 'expire'],
  ['minimum', 'minimum'],
]);

/** What has to be set so that a new zone has this SOA. A text: why it is none. */
export function newSoa(zone: DomainName, text: string, ttl: number | undefined): SettingEdits | string {
  try {
    const wanted = rdataToData(SOA.code, rdataFromText(SOA.code, text, zone));
    const soa = new Map([...settings].map(([field, setting]) => [setting, String(wanted[field])]));
    if (ttl !== undefined) soa.set('ttl', String(ttl));
    return { soa };
  } catch (error) {
    if (error instanceof DnsSyntaxError) return error.message;
    throw error;
  }
}

/** What has to be set so that a zone has this SOA: what differs, and nothing where all is as it is. A text: why it is none. */
export function soaEdits(view: ZoneView, text: string | undefined, ttl: number | undefined): SettingEdits | string {
  const now = soaOf(view, 0);
  const soa = new Map<string, string | null>();
  if (ttl !== undefined && ttl !== now.ttl) soa.set('ttl', String(ttl));
  if (text === undefined) return { soa };
  try {
    const wanted = rdataToData(SOA.code, rdataFromText(SOA.code, text, view.zone));
    const existing = rdataToData(SOA.code, rdataFromText(SOA.code, now.text));
    for (const [field, setting] of settings)
      if (wanted[field] !== existing[field]) soa.set(setting, String(wanted[field]));
    return { soa };
  } catch (error) {
    if (error instanceof DnsSyntaxError) return error.message;
    throw error;
  }
}
