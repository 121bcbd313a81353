/**
 * The algorithms that zones are signed with, by their numbers in the IANA registry (RFC 8624): RSASHA256, RSASHA512,
 * ECDSAP256SHA256, ECDSAP384SHA384, ED25519, ED448.
 */
export type SigningAlgorithm = 8 | 10 | 13 | 14 | 15 | 16;

/** How zones are signed. Times are seconds. */
export interface DnssecPolicy {
  readonly algorithm: SigningAlgorithm;
  /** The length of RSA keys. */
  readonly rsaBits: number;
  /** One key for everything, or one for the DNSKEY RRset and one for the zone. */
  readonly keys: 'csk' | 'ksk+zsk';
  readonly denial: 'nsec' | 'nsec3';
  /** Whether delegations without DS are left out of the NSEC3 chain (RFC 5155 section 6). */
  readonly optOut: boolean;
  readonly dnskeyTtl: number;
  readonly signatures: {
    readonly lifetime: number;
    /** At most this much is taken off a lifetime, so that not all signatures expire at once. */
    readonly jitter: number;
    /** How long before its expiry a signature is renewed. */
    readonly refresh: number;
    /** How far in the past signatures begin, for clocks that are wrong. */
    readonly inception: number;
  };
  /** The digest types of DS data: 2 is SHA-256, 4 is SHA-384. */
  readonly dsDigests: readonly (2 | 4)[];
  /** Whether CDS and CDNSKEY are published (RFC 7344). */
  readonly cds: boolean;
  /** Whether a ZONEMD is published (RFC 8976). */
  readonly zonemd: boolean;
  /** How long a key is used before it is rolled over; `undefined`: only by hand. */
  readonly rollover: {
    readonly csk: number | undefined;
    readonly ksk: number | undefined;
    readonly zsk: number | undefined;
  };
  /** How long after a release was made name servers may still answer with the one before. */
  readonly propagation: number;
  readonly parent: {
    /** The TTL of the DS at the parent, where it was not seen. */
    readonly dsTtl: number;
    /** How long after a change the parent's servers may still answer as before. */
    readonly propagation: number;
    /** Resolvers to ask where the parent's servers are, as `parseEndpoint` reads them; none: those of the system. */
    readonly resolvers: readonly string[];
  };
}
