import type { DomainName } from '../../name.ts';
import { displayName } from '../../name.ts';
import type { Rdata } from '../../octets.ts';
import { dsMatches, readDs } from '../ds.ts';
import { canVerify } from '../verify.ts';
import { MOST_DS, MOST_KEYS_OF_A_TAG, newBudget } from './budget.ts';
import type { Signers } from './signature.ts';
import { signingKeys, verifySignatures } from './signature.ts';
import type { SignedRRset } from './signed-rrset.ts';
import type { ValidationOptions, Verdict } from './verdict.ts';
import { bogus, insecure } from './verdict.ts';

/** What is known of the keys of a zone. */
export type ZoneTrust = { readonly apex: DomainName } & (
  | ({ readonly kind: 'secure' } & Signers)
  | Exclude<Verdict, { kind: 'secure' }>
);

/**
 * Verifies the DNSKEY RRset of a zone with its DS RRset, which is taken as proven (RFC 4035 section 5.2). Without a DS, or
 * with none whose algorithm and digest are known here, the zone is insecure.
 */
export function trustZone(
  apex: DomainName,
  ds: readonly Rdata[],
  dnskey: SignedRRset | undefined,
  options: ValidationOptions,
): ZoneTrust {
  const name = displayName(apex);
  if (ds.length === 0) return { apex, ...insecure(`${name} has no DS`) };
  const usable = usableDs(ds.slice(0, MOST_DS));
  if (usable.length === 0) return { apex, ...insecure(`no DS of ${name} is of an algorithm and digest known here`) };
  if (dnskey === undefined) return { apex, ...bogus(`${name} has a DS and no DNSKEY`) };
  const keys = signingKeys(dnskey.rrset.rdatas);
  const budget = newBudget();
  let reason = `no DNSKEY of ${name} is one that its DS speaks of`;
  const lacking = new Set(usable.map((rdata) => readDs(rdata).algorithm));
  for (const rdata of usable) {
    const { tag, algorithm } = readDs(rdata);
    const entries = keys
      .filter((key) => key.tag === tag && key.algorithm === algorithm)
      .slice(0, MOST_KEYS_OF_A_TAG)
      .filter((key) => dsMatches(apex, rdata, key.dnskey));
    if (entries.length === 0) continue;
    const verdict = verifySignatures(dnskey, { apex, keys: entries, algorithms: [] }, options.now, budget);
    if (verdict.kind === 'invalid') {
      reason = verdict.reason;
      continue;
    }
    lacking.delete(algorithm);
    if (options.everyAlgorithm !== true) return { kind: 'secure', apex, keys, algorithms: [] };
  }
  if (lacking.size > 0) return { apex, ...bogus(reason) };
  const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))].filter(canVerify);
  const verdict = verifySignatures(dnskey, { apex, keys, algorithms }, options.now, budget);
  return verdict.kind === 'valid' ? { kind: 'secure', apex, keys, algorithms } : { apex, ...bogus(verdict.reason) };
}

/** The DS that a validator goes by: SHA-1 only where there is nothing better (RFC 4509 section 3). */
function usableDs(ds: readonly Rdata[]): Rdata[] {
  const known = ds.filter((rdata) => {
    const { algorithm, digestType } = readDs(rdata);
    return canVerify(algorithm) && (digestType === 1 || digestType === 2 || digestType === 4);
  });
  const better = known.filter((rdata) => readDs(rdata).digestType !== 1);
  return better.length > 0 ? better : known;
}
