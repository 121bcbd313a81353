import { canonicalRdatas } from '../../dns/dnssec/canonical.ts';
import { readRRsets, type ZoneRRsets } from '../../dns/master/collect.ts';
import { type DomainName, domainToWire } from '../../dns/name.ts';
import { type Octets, type Rdata, readU16, readU32 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import type { SigningKey, SigningTimes } from './inputs.ts';
import { isFresh } from './rrsig.ts';

/** The zone of the release before, for its signatures. */
export interface KeptSignatures {
  readonly apex: DomainName;
  /** Its RRsets by owner. */
  readonly names: () => ReadonlyMap<DomainName, readonly RRset[]>;
}

/**
 * Takes the signatures of the release before from its zone file, one octet a unit, or from its RRsets. What is not right in
 * the file is passed over: it is signed anew.
 */
export function readKeptSignatures(
  apex: DomainName,
  previous: Octets | ReadonlyMap<DomainName, readonly RRset[]>,
): KeptSignatures {
  if (typeof previous !== 'string') return { apex, names: () => previous };
  let names: ZoneRRsets | undefined;
  return {
    apex,
    names: () => {
      names ??= readRRsets({ name: apex, octets: previous }, { apex }).rrsets;
      return names;
    },
  };
}

/** The rdata of the signature that an RRset had by a key, if it is good for the RRset of now and not due. */
export function keptSignature(
  kept: KeptSignatures,
  rrset: RRset,
  key: SigningKey,
  times: SigningTimes,
): Rdata | undefined {
  const before = kept.names().get(rrset.owner);
  const old = before?.find(({ type }) => type === rrset.type);
  if (before === undefined || old === undefined || old.ttl !== rrset.ttl || !isSame(old, rrset)) return undefined;
  for (const { type, rdatas } of before) {
    if (type === RRSIG.code) for (const rdata of rdatas) if (fits(rdata, rrset, key, kept.apex, times)) return rdata;
  }
  return undefined;
}

function isSame(a: RRset, b: RRset): boolean {
  if (a.rdatas.length === 1 && b.rdatas.length === 1 && a.rdatas[0] === b.rdatas[0]) return true;
  const wanted = canonicalRdatas(a);
  const given = canonicalRdatas(b);
  return wanted.length === given.length && wanted.every((rdata, i) => rdata === given[i]);
}

function fits(rrsig: Rdata, rrset: RRset, key: SigningKey, signer: DomainName, times: SigningTimes): boolean {
  return (
    readU16(rrsig, 0) === rrset.type &&
    rrsig.charCodeAt(2) === key.algorithm &&
    readU16(rrsig, 16) === key.tag &&
    readU32(rrsig, 4) === rrset.ttl &&
    rrsig.startsWith(domainToWire(signer), 18) &&
    isFresh(readU32(rrsig, 8), readU32(rrsig, 12), times)
  );
}
