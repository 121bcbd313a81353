import { type OctetBuffer, putOctets, putText, putU8 } from '../octet-buffer.ts';
import type { Rdata } from '../octets.ts';
import { portableTypeName, rdataToText, typeName } from '../rdata.ts';
import type { RRset } from '../rrset.ts';
import { SOA } from '../types/soa.ts';
import { linePrefix, rrsetText, type ZoneHead } from './writer.ts';

/** The lines of a master file as octets: what `rrsetText` gives, for whoever writes a great many of them. */
export interface MasterLines {
  /** Puts the lines of an RRset. `first` is what `ownerColumn` gives for its owner. */
  put(to: OctetBuffer, rrset: RRset, first: string): void;
  /** Puts a line up to its rdata. */
  putPrefix(to: OctetBuffer, type: number, ttl: number, first: string): void;
}

const NEWLINE = 10;

/** Lines of one zone. */
export function newMasterLines(zone: ZoneHead): MasterLines {
  /** What stands between the owner and the rdata, by the width of the owner and the type; a type has few TTLs. */
  const columns = new Map<number, { readonly ttl: number; readonly octets: Uint8Array }>();
  const columnsOf = (type: number, ttl: number, first: string): Uint8Array => {
    const place = first.length * 65536 + type;
    let found = columns.get(place);
    if (found?.ttl !== ttl) {
      found = { ttl, octets: Buffer.from(linePrefix({ type, ttl }, first, zone).slice(first.length), 'latin1') };
      columns.set(place, found);
    }
    return found.octets;
  };
  let last = '';
  let lastOctets = Buffer.alloc(0);
  const putPrefix = (to: OctetBuffer, type: number, ttl: number, first: string): void => {
    if (first !== last) {
      last = first;
      lastOctets = Buffer.from(first, 'latin1');
    }
    putOctets(to, lastOctets);
    putOctets(to, columnsOf(type, ttl, first));
  };
  return {
    putPrefix,
    put(to, rrset, first) {
      const { type, ttl, rdatas } = rrset;
      if (rdatas.length > 1 || type === SOA.code || portableTypeName(type) !== typeName(type)) {
        putText(to, rrsetText(rrset, first, zone));
        return;
      }
      putPrefix(to, type, ttl, first);
      putText(to, rdataToText(type, rdatas[0] as Rdata, zone.apex));
      putU8(to, NEWLINE);
    },
  };
}
