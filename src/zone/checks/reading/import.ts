import type { Check } from '../check.ts';

type Statement = Pick<Check, 'severity' | 'standard' | 'reason' | 'repair' | 'covers'>;

/** What is found in master files and documents of octoDNS while they are imported, by id. */
const statements = {
  'unclosed-quote': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A character string without its second quote swallows the records behind it.',
    repair: 'Close the quote.',
    covers: [],
  },
  'unclosed-parenthesis': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A record whose parenthesis is never closed goes on to the end of the file.',
    repair: 'Close the parenthesis.',
    covers: [],
  },
  'unopened-parenthesis': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A closing parenthesis that closes nothing is left over from another record.',
    repair: 'Remove it, or open it where the record begins.',
    covers: [],
  },
  'incomplete-entry': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A record that ends before its data stands for nothing.',
    repair: 'Write owner, TTL, class, type and data, of which the first three can be left out.',
    covers: ['Y05'],
  },
  'entry-length': {
    severity: 'error',
    standard: 'RFC 1035 section 3.2.1',
    reason: 'No record is as long as this; a quote or a parenthesis is open further up.',
    repair: 'Look for the quote or parenthesis that is not closed.',
    covers: [],
  },
  'no-owner': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A line that begins with a blank takes the owner of the one before, and there is none before.',
    repair: 'Write the owner at the beginning of the line.',
    covers: [],
  },
  'inherited-owner': {
    severity: 'warning',
    standard: 'RFC 1035 section 5.1',
    reason:
      'A blank owner behind a change of origin or an included file is read differently by different name servers.',
    repair: 'Write the owner at the beginning of the line.',
    covers: [],
  },
  'out-of-zone': {
    severity: 'warning',
    standard: 'RFC 1035 section 5.2',
    reason: 'Name servers ignore records that are not in the zone.',
    repair: 'Remove the record, or import it into its own zone.',
    covers: ['N04'],
  },
  'soa-owner': {
    severity: 'error',
    standard: 'RFC 1035 section 5.2',
    reason: 'The SOA stands at the apex, so another owner means another zone.',
    repair: 'Import the file under the name of its SOA, or correct the owner.',
    covers: ['Z01'],
  },
  'bad-class': {
    severity: 'error',
    standard: 'RFC 1035 section 5.2',
    reason: 'All zones here are of the class IN, and one file holds one class.',
    repair: 'Write IN, or leave the class out.',
    covers: ['Z29'],
  },
  'no-ttl': {
    severity: 'warning',
    standard: 'RFC 2308 section 4',
    reason: 'Without a TTL and without $TTL name servers take the minimum of the SOA, or refuse the file.',
    repair: 'Write $TTL at the beginning of the file.',
    covers: ['T08'],
  },
  'inherited-ttl': {
    severity: 'warning',
    standard: 'RFC 1035 section 5.1, RFC 2308 section 4',
    reason: 'Without $TTL a record without a TTL takes that of the one before, which changes when lines are moved.',
    repair: 'Write $TTL at the beginning of the file.',
    covers: ['T08'],
  },
  'ttl-mismatch': {
    severity: 'warning',
    standard: 'RFC 2181 section 5.2',
    reason: 'The records of an RRset are cached together and have one TTL; name servers pick one of several.',
    repair: 'Give all records of the RRset the same TTL.',
    covers: ['T03'],
  },
  'obsolete-type': {
    severity: 'error',
    standard: 'RFC 1035 section 3.3.4',
    reason: 'Name servers do not load records of types that were given up when the DNS was young.',
    repair: 'Write an MX.',
    covers: [],
  },
  'unknown-directive': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A directive that nobody knows would change nothing, though it was written to.',
    repair: 'Use $ORIGIN, $TTL, $INCLUDE or $GENERATE.',
    covers: [],
  },
  'directive-syntax': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A directive with other words than it takes may not do what it was written for.',
    repair: 'Write the directive with nothing behind it but its words.',
    covers: [],
  },
  'date-directive': {
    severity: 'warning',
    standard: 'BIND',
    reason: 'A $DATE is written into transferred files and means nothing.',
    repair: 'Remove it.',
    covers: [],
  },
  'include-refused': {
    severity: 'error',
    standard: 'zonewright',
    reason:
      'An included file could be any file of the machine, so only those inside the folder of the import are read.',
    repair: 'Put the file inside the folder, or its records into the file itself.',
    covers: ['Y15'],
  },
  'include-cycle': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A file that includes itself never ends.',
    repair: 'Remove one of the $INCLUDE.',
    covers: ['Y15'],
  },
  'include-limit': {
    severity: 'error',
    standard: 'zonewright',
    reason: 'Files that include files without end would take the memory of the program.',
    repair: 'Include fewer files.',
    covers: ['Y15'],
  },
  'byte-order-mark': {
    severity: 'warning',
    standard: 'RFC 3629 section 6',
    reason: 'Name servers take the invisible mark at the beginning of a file for part of the first name.',
    repair: 'Save the file without a byte order mark.',
    covers: [],
  },
  'text-encoding': {
    severity: 'error',
    standard: 'RFC 1035 section 5.1',
    reason: 'A file in UTF-16 holds a zero octet beside every letter.',
    repair: 'Save the file as UTF-8.',
    covers: [],
  },
  'import-zone-name': {
    severity: 'error',
    standard: 'RFC 1035 section 5.2',
    reason: 'A file without an SOA, or with a relative one only, does not say which zone it is.',
    repair: 'Name the zone with --zone.',
    covers: [],
  },
  'import-no-soa': {
    severity: 'error',
    standard: 'RFC 1035 section 5.2',
    reason: 'A zone begins with its SOA; a file without one is part of another file, or of another zone.',
    repair: 'Add the SOA, or name the zone that the file holds with --zone.',
    covers: ['Z01'],
  },
  'import-octodns': {
    severity: 'error',
    standard: 'octoDNS',
    reason: 'A document that octoDNS would not read means nothing that could be taken over.',
    repair: 'Repair what the message names, or remove the record.',
    covers: ['Y05'],
  },
  'too-many-problems': {
    severity: 'error',
    standard: 'zonewright',
    reason: 'What has so many problems has one cause that repeats, or is no master file.',
    repair: 'Repair those that are listed, then read the file again.',
    covers: [],
  },
} as const satisfies Readonly<Record<string, Statement>>;

/** What is found while zones are imported, each stated as a check. Nobody can waive it: it is in no document of ours. */
export const importChecks: readonly Check[] = Object.entries<Statement>(statements).map(([id, statement]) => ({
  id,
  ...statement,
  hard: true,
  found: 'reading',
}));
