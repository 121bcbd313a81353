import { type Mnemonics, named8 } from './integer.ts';

/**
 * DNSSEC algorithms by the names of the IANA registry "DNS Security Algorithm Numbers" and those that BIND, Knot and NSD
 * read beside them.
 */
const algorithms: Mnemonics = {
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  ECC: 4,
  RSASHA1: 5,
  'DSA-NSEC3-SHA1': 6,
  NSEC3DSA: 6,
  'RSASHA1-NSEC3-SHA1': 7,
  NSEC3RSASHA1: 7,
  RSASHA256: 8,
  RSASHA512: 10,
  'ECC-GOST': 12,
  ECCGOST: 12,
  ECDSAP256SHA256: 13,
  ECDSA256: 13,
  ECDSAP384SHA384: 14,
  ECDSA384: 14,
  ED25519: 15,
  ED448: 16,
  SM2SM3: 17,
  'ECC-GOST12': 23,
  INDIRECT: 252,
  PRIVATEDNS: 253,
  PRIVATEOID: 254,
};

/** The number of a DNSSEC algorithm (RFC 4034 appendix A.1); its mnemonic is accepted. */
export const algorithm = named8(algorithms);

/** The number of a DS digest algorithm (RFC 4034 appendix A.2); its mnemonic is accepted. */
export const digestType = named8({
  'SHA-1': 1,
  SHA1: 1,
  'SHA-256': 2,
  SHA256: 2,
  GOST: 3,
  'SHA-384': 4,
  SHA384: 4,
});
