import type { DomainName } from '../../../dns/name.ts';
import { readU32 } from '../../../dns/octets.ts';
import { rdataNames } from '../../../dns/rdata.ts';
import { SOA } from '../../../dns/types/soa.ts';
import type { Zone } from '../../zone.ts';
import { findRRset } from '../../zone.ts';
import { oncePer } from '../once.ts';

/** The fields of a zone's SOA that the document and the configuration decide; times in seconds. */
export interface SoaFields {
  readonly primary: DomainName;
  readonly contact: DomainName;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/** The SOA of a zone; `undefined` where it has none, because the document could not be read as a whole. */
export const soaOf = oncePer((zone: Zone): SoaFields | undefined => {
  const rdata = findRRset(zone, zone.apex, SOA.code)?.rdatas[0];
  if (rdata === undefined) return undefined;
  const [primary, contact] = rdataNames(SOA.code, rdata);
  if (primary === undefined || contact === undefined) return undefined;
  const timers = rdata.length - 16;
  return {
    primary,
    contact,
    refresh: readU32(rdata, timers),
    retry: readU32(rdata, timers + 4),
    expire: readU32(rdata, timers + 8),
    minimum: readU32(rdata, timers + 12),
  };
});
