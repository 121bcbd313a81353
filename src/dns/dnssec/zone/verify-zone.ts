import type { DomainName } from '../../name.ts';
import { displayName } from '../../name.ts';
import type { Rdata } from '../../octets.ts';
import { typeName } from '../../rdata.ts';
import type { RRset } from '../../rrset.ts';
import { DNSKEY } from '../../types/dnskey.ts';
import { NSEC3PARAM } from '../../types/nsec3param.ts';
import { RRSIG } from '../../types/rrsig.ts';
import { algorithmText } from '../ds.ts';
import { readRrsig } from '../rrsig.ts';
import { newBudget } from '../validate/budget.ts';
import type { Signers } from '../validate/signature.ts';
import { signingKeys, verifySignatures } from '../validate/signature.ts';
import { signaturesOf, signedRRset } from '../validate/signed-rrset.ts';
import { trustZone } from '../validate/trust.ts';
import type { ZoneFault } from './fault.ts';
import { hasNsec3, nsecChainFaults } from './nsec-chain.ts';
import { nsec3ChainFaults } from './nsec3-chain.ts';
import { mismatchOf } from './signatures.ts';
import type { SignedZone } from './signed-zone.ts';
import { rrsetAt, signedData, signedZone } from './signed-zone.ts';
import { zonemdFaults } from './zonemd.ts';

/** What a zone is verified against. */
export interface ZoneVerification {
  /** Seconds since 1970. */
  readonly now: number;
  /** The DS RRset of the parent; where it is given, one of each algorithm in it must lead to a key that signs the keys. */
  readonly ds?: readonly Rdata[];
}

/**
 * Everything that is wrong with a signed zone at a time; nothing where every validator takes every answer from it.
 *
 * Every RRset that has to be signed has a valid signature of each algorithm of the DNSKEY RRset (RFC 4035 section 2.2),
 * there is no signature that speaks of something else, the chain of NSEC or NSEC3 is complete and right, and so is the
 * ZONEMD. A zone without DNSKEY is reported as not signed and as nothing else.
 */
export function verifyZone(
  apex: DomainName,
  rrsets: ReadonlyMap<DomainName, readonly RRset[]>,
  { now, ds }: ZoneVerification,
): ZoneFault[] {
  const zone = signedZone(apex, rrsets);
  const dnskey = signedRRset(rrsets.get(apex) ?? [], DNSKEY.code);
  if (dnskey === undefined) return [atApex(zone, undefined, `${displayName(apex)} has no DNSKEY`)];
  const faults: ZoneFault[] = [];
  if (ds !== undefined) {
    const trust = trustZone(apex, ds, dnskey, { now, everyAlgorithm: true });
    if (trust.kind !== 'secure') faults.push(atApex(zone, DNSKEY.code, trust.reason));
  }
  faults.push(...signatureFaults(zone, dnskey.rrset.rdatas, now), ...nsecChainFaults(zone), ...nsec3ChainFaults(zone));
  if (rrsetAt(zone, apex, NSEC3PARAM.code) === undefined && hasNsec3(zone)) {
    faults.push(atApex(zone, undefined, `${displayName(apex)} has NSEC3 and no NSEC3PARAM`));
  }
  return [...faults, ...zonemdFaults(apex, rrsets)];
}

function signatureFaults(zone: SignedZone, dnskeys: readonly Rdata[], now: number): ZoneFault[] {
  const { apex, names } = zone;
  const keys = signingKeys(dnskeys);
  const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))];
  if (keys.length === 0) return [atApex(zone, DNSKEY.code, `no DNSKEY of ${displayName(apex)} may sign it`)];
  const faults: ZoneFault[] = [];
  for (const [owner, rrsets] of signedData(zone)) {
    const node = names.get(owner) ?? [];
    for (const rrset of rrsets) {
      const signatures = signaturesOf(node, rrset.type);
      for (const algorithm of algorithms) {
        const ofAlgorithm = signatures.filter((rdata) => readRrsig(rdata).algorithm === algorithm);
        const message = faultOf(rrset, ofAlgorithm, { apex, keys, algorithms: [algorithm] }, now);
        if (message !== undefined) faults.push({ owner, type: rrset.type, index: undefined, message });
      }
    }
    faults.push(...strayFaults(zone, owner, node));
  }
  return faults;
}

function faultOf(rrset: RRset, signatures: readonly Rdata[], signers: Signers, now: number): string | undefined {
  if (signatures.length === 0) {
    const by = signers.algorithms.map(algorithmText).join();
    return `the ${typeName(rrset.type)} of ${displayName(rrset.owner)} has no signature of ${by}`;
  }
  const verdict = verifySignatures({ rrset, signatures }, signers, now, newBudget());
  return verdict.kind === 'invalid' ? verdict.reason : undefined;
}

/** Signatures that do not speak of the data beside them. */
function strayFaults(zone: SignedZone, owner: DomainName, node: readonly RRset[]): ZoneFault[] {
  const faults: ZoneFault[] = [];
  for (const { type, rdatas } of node) {
    if (type !== RRSIG.code) continue;
    for (const rdata of rdatas) {
      const rrsig = readRrsig(rdata);
      const mismatch = mismatchOf(rrsig, owner, zone);
      if (mismatch === undefined) continue;
      const message = `the signature of ${typeName(rrsig.covered)} at ${displayName(owner)} ${mismatch}`;
      faults.push({ owner, type: RRSIG.code, index: undefined, message });
    }
  }
  return faults;
}

function atApex({ apex }: SignedZone, type: number | undefined, message: string): ZoneFault {
  return { owner: apex, type, index: undefined, message };
}
