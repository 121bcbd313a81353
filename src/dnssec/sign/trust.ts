import { isSignedWith } from '../../dns/dnssec/verify.ts';
import type { Rdata } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { SigningKey } from './inputs.ts';

/**
 * Whether an earlier signature is by this very key: another one may have had its tag. One is tried of each key; one that
 * cannot be read (`undefined`) is not trusted.
 */
export type Trust = (key: SigningKey, rrset: RRset, rrsig: () => Rdata | undefined) => boolean;

/** The trust in the earlier signatures of one zone. */
export function newTrust(): Trust {
  const known = new Map<SigningKey, boolean>();
  return (key, rrset, rrsig) => {
    let trust = known.get(key);
    if (trust === undefined) {
      const tried = rrsig();
      trust = tried !== undefined && isSignedWith(rrset, tried, key.dnskey);
      known.set(key, trust);
    }
    return trust;
  };
}
