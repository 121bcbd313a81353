import { bitsOf, type Dnskey, isRsa, keyFlags, keyTag, readDnskey, readRsaKey } from '../../../dns/dnssec/dnskey.ts';
import { algorithmNames, algorithmText, deprecatedAlgorithms } from '../../../dns/dnssec/ds.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import type { Check } from '../check.ts';

/** `"@": { DNSKEY: 257 3 5 ... }` */
export const dnskeyWeak: Check = {
  id: 'dnskey-weak',
  severity: 'warning',
  standard: 'RFC 8624 section 3.1, RFC 9905, RFC 9906, NIST SP 800-57',
  reason: 'Old algorithms and short keys can be broken in years, and resolvers stop to support them one by one.',
  repair: 'Roll over to algorithm 13.',
  covers: ['K08'],
  rrset: {
    types: [DNSKEY.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const key = readDnskey(rdata);
        const weak = weaknessOf(key);
        if (weak === undefined || (key.flags & keyFlags.zone) === 0) continue;
        look.at(rrset, i, {
          message: `the DNSKEY with key tag ${keyTag(rdata)} has ${weak.text}`,
          ...(weak.mild && { severity: 'info' }),
        });
      }
    },
  },
};

/** Shorter RSA keys can be broken, and are refused by libraries that resolvers verify with. */
const SHORTEST_RSA = 1024;
const ADVISED_RSA = 2048;

function weaknessOf({ algorithm, key }: Dnskey): { text: string; mild: boolean } | undefined {
  if (deprecatedAlgorithms.has(algorithm)) {
    return { text: `${algorithmText(algorithm)}, not to be used any more`, mild: false };
  }
  if (!algorithmNames.has(algorithm)) {
    return { text: `${algorithmText(algorithm)}, which is not assigned`, mild: false };
  }
  const rsa = isRsa(algorithm) ? readRsaKey(key) : undefined;
  const bits = rsa === undefined ? ADVISED_RSA : bitsOf(rsa.modulus);
  if (bits >= ADVISED_RSA) return undefined;
  const mild = bits >= SHORTEST_RSA;
  return { text: `${bits} bits, less than ${mild ? ADVISED_RSA : SHORTEST_RSA}`, mild };
}
