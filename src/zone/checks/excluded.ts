/** A rule that another tool has, or that stands on the page of rules, and why zonewright has no check of it. */
export interface Excluded {
  /** Its number on the page of rules that checks say they cover. */
  readonly code: string;
  /** The rule. */
  readonly rule: string;
  readonly reason: string;
}

/** The rules without a check. */
export const excluded: readonly Excluded[] = [
  {
    code: 'Y02',
    rule: 'The keys of a file are sorted.',
    reason: 'The order of names and types has no meaning; people put together what belongs together.',
  },
  {
    code: 'Y03',
    rule: 'The apex is written "" and never "@" (octoDNS), or never "" (DNSControl).',
    reason: 'Both are the apex here.',
  },
  {
    code: 'Y08',
    rule: 'Scalars that YAML would change (010, 1.10, 1e3, no) are refused.',
    reason: 'Nothing is changed: every scalar is taken as it is written.',
  },
  {
    code: 'S04',
    rule: 'A new serial is greater than the last one (RFC 1982).',
    reason: 'The compiler chooses every serial after the one of the release before, whatever the clock says.',
  },
  {
    code: 'T07',
    rule: 'The TTL of DNSKEY equals the minimum of the SOA (PowerDNS).',
    reason: 'No standard asks for it; that server answers DNSKEY with that TTL, whatever is stored.',
  },
  {
    code: 'Z35',
    rule: 'No DELEG at the apex.',
    reason: 'The type is a draft without a number; there is nothing to check before it has one.',
  },
  {
    code: 'P01',
    rule: 'A release that deletes much, or a whole zone, is stopped.',
    reason:
      'It is no property of a zone: "plan" holds the change against the thresholds of zonewright.yaml and stops until it is allowed.',
  },
  {
    code: 'P02',
    rule: 'A release that changes the name servers of a zone is stopped.',
    reason: 'As with deletions "plan" stops until it is allowed, for the parent has to change as well.',
  },
  {
    code: 'P06',
    rule: 'A zone that is removed is no longer delegated.',
    reason: 'Who still delegates it is only known from the network.',
  },
  {
    code: 'P07',
    rule: 'Records that are marked as ignored or as managed by others are not changed.',
    reason:
      'The repository holds all records of a zone; who may change which zone is decided by "owners" and by reviews.',
  },
  {
    code: 'P08',
    rule: 'The written zone file is read to the same records by several name servers.',
    reason: 'What is written does not depend on the zone but on the writer, which the tests hold against all of them.',
  },
];
