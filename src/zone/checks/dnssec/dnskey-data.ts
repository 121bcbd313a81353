import { bitsOf, type Dnskey, isRsa, keyOctets, keyTag, readDnskey, readRsaKey } from '../../../dns/dnssec/dnskey.ts';
import { algorithmText, asksForRemoval } from '../../../dns/dnssec/ds.ts';
import { typeName } from '../../../dns/rdata.ts';
import { CDNSKEY } from '../../../dns/types/cdnskey.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import type { Check } from '../check.ts';

/** `"@": { DNSKEY: 257 1 13 ... }`, a key that was cut off */
export const dnskeyData: Check = {
  id: 'dnskey-data',
  severity: 'error',
  standard: 'RFC 4034 section 2.1.2, RFC 3110 section 2, RFC 6605 section 4, RFC 8080 section 3',
  reason: 'A resolver cannot verify anything with a key that is not of the form of its algorithm.',
  repair: 'Copy the key anew, as a whole.',
  covers: ['K08'],
  rrset: {
    types: [DNSKEY.code, CDNSKEY.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const key = readDnskey(rdata);
        if (rrset.type === CDNSKEY.code && asksForRemoval(key.algorithm)) continue;
        const fault = faultOf(key);
        if (fault === undefined) continue;
        look.at(rrset, i, { message: `the ${typeName(rrset.type)} with key tag ${keyTag(rdata)} ${fault}` });
      }
    },
  },
};

/** The longest modulus (RFC 3110 section 2). */
const LONGEST_RSA = 4096;

function faultOf({ protocol, algorithm, key }: Dnskey): string | undefined {
  if (protocol !== 3) return `has the protocol ${protocol}, not 3`;
  const wanted = keyOctets.get(algorithm);
  if (wanted !== undefined && key.length !== wanted) {
    return `has ${key.length} octets, and ${wanted} belong to ${algorithmText(algorithm)}`;
  }
  if (!isRsa(algorithm)) return undefined;
  const rsa = readRsaKey(key);
  if (rsa === undefined) return 'is cut off';
  if (rsa.exponent.startsWith('\0') || rsa.modulus.startsWith('\0')) return 'has numbers that begin with an octet 0';
  const bits = bitsOf(rsa.modulus);
  return bits > LONGEST_RSA ? `has ${bits} bits, more than ${LONGEST_RSA}` : undefined;
}
