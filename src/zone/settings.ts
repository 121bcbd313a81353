import type { DomainName } from '../dns/name.ts';
import type { Severity } from './finding.ts';

/** How a zone's next serial is chosen (RFC 1982 always holds, whatever the clock says). */
export type SerialPolicy = 'unixtime' | 'date' | 'increment';

/** The SOA's fields but for the serial, which the compiler owns. */
export interface SoaSettings {
  /** `undefined`: the first of the apex NS in canonical order. */
  readonly primary: DomainName | undefined;
  /** The mailbox as a name; `undefined`: `hostmaster` in the zone. */
  readonly contact: DomainName | undefined;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
  /** The SOA's own TTL; `undefined`: the zone's. */
  readonly ttl: number | undefined;
  /** A serial that was served before zonewright took over: every serial comes after it (RFC 1982). */
  readonly serialAfter: number | undefined;
  /** The serial of a presigned zone, which its signatures cover; `undefined` in every other zone. */
  readonly serial: number | undefined;
}

/** What holds for a whole zone, from the zone file, `zonewright.yaml` and the built-in defaults, nearest first. */
export interface ZoneSettings {
  /** Seconds. */
  readonly ttl: number;
  readonly soa: SoaSettings;
  readonly serialPolicy: SerialPolicy;
  /** The name of a DNSSEC policy; `false`: unsigned; `presigned`: the document holds the signatures itself. */
  readonly dnssec: string | false;
  /** Who may change it through the REST shim. */
  readonly owners: readonly string[];
  /** The severity of checks where it differs from their own; `off` where it does not run. */
  readonly checks: ReadonlyMap<string, Severity | 'off'>;
  /** Limits that checks measure against, in the units of the configuration's page. */
  readonly limits: CheckLimits;
}

/** Numbers that checks measure against. */
export interface CheckLimits {
  /** Seconds; findings above and below. */
  readonly maxTtl: number;
  readonly minTtl: number;
}

/** A release that passes one of these needs to be allowed explicitly. */
export interface Thresholds {
  readonly deletes: Threshold;
  /** Added, changed and deleted records together; `undefined` where any number is allowed. */
  readonly changes: Threshold | undefined;
}

/** Passed by more than `percent` of a zone's records, if they are at least `records`. */
export interface Threshold {
  readonly percent: number;
  readonly records: number;
}

/** How zones are signed. Times are seconds. */
export interface DnssecPolicy {
  /** The number of the IANA registry (RFC 8624): RSASHA256, ECDSAP256SHA256, ECDSAP384SHA384, ED25519, ED448. */
  readonly algorithm: 8 | 13 | 14 | 15 | 16;
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
  /** Whom to ask for the DS at the parent: addresses; none: the parent's own servers. */
  readonly parentResolvers: readonly string[];
}
