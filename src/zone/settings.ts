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
  /** Whether changes through the REST shim become proposals. */
  readonly review: boolean;
  /** The severity of checks where it differs from their own; `off` where it does not run. */
  readonly checks: ReadonlyMap<string, Severity | 'off'>;
  /** Limits that checks measure against, in the units of the configuration's page. */
  readonly limits: CheckLimits;
}

/** The name of the policy by which a zone is signed here; `undefined`: it is not signed, or was signed elsewhere. */
export function signingPolicy({ dnssec }: ZoneSettings): string | undefined {
  return dnssec === false || dnssec === 'presigned' ? undefined : dnssec;
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

/** Where DNSSEC keys are kept. */
export interface KeySettings {
  /** The folder of the store, absolute or from the folder of `zonewright.yaml`; `undefined`: `.zonewright/keys`. */
  readonly store: string | undefined;
  /** The age recipients to whom private keys are encrypted; none: those of the store, if it has any. */
  readonly recipients: readonly string[];
}
