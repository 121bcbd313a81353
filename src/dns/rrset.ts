import type { DomainName } from './name.ts';
import type { Rdata } from './octets.ts';
import { comparableRdata } from './rdata.ts';

/** The records of one owner and one type (RFC 9499): one TTL, one or more rdata, none of them twice. */
export interface RRset {
  readonly owner: DomainName;
  /** The code of the type. */
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly rdatas: readonly Rdata[];
}

/** Whether two RRsets say the same: owner, type, TTL and rdata in any order, names compared without case. */
export function sameRRset(a: RRset, b: RRset): boolean {
  return a.owner === b.owner && a.type === b.type && a.ttl === b.ttl && sameRdatas(a, b);
}

/** Whether two RRsets of one type hold the same rdata, in any order. */
export function sameRdatas(a: RRset, b: RRset): boolean {
  if (a.rdatas.length !== b.rdatas.length) return false;
  if (a.rdatas.length === 1) {
    const x = a.rdatas[0] as Rdata;
    const y = b.rdatas[0] as Rdata;
    return x === y || comparableRdata(a.type, x) === comparableRdata(b.type, y);
  }
  const wanted = new Set(a.rdatas.map((rdata) => comparableRdata(a.type, rdata)));
  return b.rdatas.every((rdata) => wanted.has(comparableRdata(b.type, rdata)));
}
