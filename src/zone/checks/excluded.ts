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
];
