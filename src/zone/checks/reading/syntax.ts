import type { Check } from '../check.ts';

type Statement = Pick<Check, 'standard' | 'reason' | 'repair' | 'covers'>;

/** What the parsers of names, TTLs and rdata find, by id. Without the value there is no record: all of it is hard. */
const statements = {
  'name-syntax': {
    standard: 'RFC 1035 section 5.1',
    reason: 'A name that is empty, or relative where there is nothing to be relative to, is no name.',
    repair: 'Write a name, "@" for the zone itself, or end it with a dot.',
    covers: ['G01'],
  },
  'empty-label': {
    standard: 'RFC 1035 section 2.3.1',
    reason: 'Only the root has an empty label, so two dots in a row or a leading dot cannot be part of a name.',
    repair: 'Remove the extra dot.',
    covers: ['N03'],
  },
  'label-length': {
    standard: 'RFC 1035 section 2.3.4',
    reason: 'The length of a label is kept in six bits.',
    repair: 'Use at most 63 octets between two dots.',
    covers: ['N01'],
  },
  'name-length': {
    standard: 'RFC 1035 section 2.3.4',
    reason: 'Programs hold names in 255 octets, lengths included.',
    repair: 'Shorten the name, the name of the zone counts as well.',
    covers: ['N02'],
  },
  'name-whitespace': {
    standard: 'RFC 1035 section 5.1',
    reason:
      'White space and control characters in a name were pasted in with it, and end the name wherever else it is read.',
    repair: 'Remove them, or write \\DDD where one is really meant.',
    covers: ['N00'],
  },
  'idn-label': {
    standard: 'RFC 5890 section 2.3.2.1, UTS 46',
    reason: 'A label that IDNA does not allow has no A-label, and so nothing that could be put into a zone.',
    repair: 'Write letters that IDNA allows.',
    covers: ['N14'],
  },
  'bad-escape': {
    standard: 'RFC 1035 section 5.1',
    reason:
      'A backslash stands before three decimal digits up to 255 or before one character; anything else has no meaning.',
    repair: 'Write \\\\ for a backslash, \\DDD for an octet.',
    covers: ['N15'],
  },
  'ipv4-syntax': {
    standard: 'RFC 1035 section 3.4.1',
    reason: 'Leading zeros and short forms of addresses mean different things to different programs.',
    repair: 'Write four numbers from 0 to 255 without leading zeros.',
    covers: ['A01'],
  },
  'ipv6-syntax': {
    standard: 'RFC 3596 section 2.1, RFC 4291 section 2.2',
    reason: 'An address that is cut off or holds a prefix length or zone index is none.',
    repair: 'Write groups of hexadecimal digits, with "::" at most once.',
    covers: ['A02'],
  },
  'rdata-syntax': {
    standard: 'RFC 1035 section 5.1',
    reason: 'Data that does not have the form of its type cannot be compiled.',
    repair: 'Write the fields of the type as the message says.',
    covers: ['G01', 'K25'],
  },
  'rdata-missing-field': {
    standard: 'RFC 1035 section 5.1',
    reason: 'Each type has its fixed fields, and none of them has a default.',
    repair: 'Write all fields of the type.',
    covers: ['K25'],
  },
  'rdata-extra-field': {
    standard: 'RFC 1035 section 5.1',
    reason: 'What stands behind the last field would be lost.',
    repair: 'Remove it, or put a text with white space in quotes.',
    covers: ['K25'],
  },
  'unknown-field': {
    standard: 'the zone document',
    reason: 'A mistyped field would have no effect and nobody would notice.',
    repair: 'Use the names that the RFC of the type gives its fields.',
    covers: ['Y12'],
  },
  'rdata-number': {
    standard: 'RFC 1035 section 3.3',
    reason: 'A number over the size of its field, or no number at all, cannot be put into the field.',
    repair: 'Write a whole number within the range that the message names.',
    covers: ['M01', 'R02', 'K01', 'C01', 'H01'],
  },
  'rdata-mnemonic': {
    standard: 'IANA registries',
    reason: 'A name for a number that no registry knows stands for nothing.',
    repair: 'Write the number, or one of the names that the message lists.',
    covers: ['K01', 'K04'],
  },
  'rdata-word': {
    standard: 'RFC 8659 section 4.1',
    reason: 'Some fields are words of letters and digits, which are compared as such.',
    repair: 'Use ASCII letters and digits only.',
    covers: ['C02'],
  },
  'rdata-hex': {
    standard: 'RFC 1035 section 5.1',
    reason: 'Octets are written as pairs of hexadecimal digits.',
    repair: 'Write an even number of the digits 0-9 and a-f.',
    covers: ['K01', 'K02', 'K19', 'K23'],
  },
  'rdata-base64': {
    standard: 'RFC 4648 section 4',
    reason: 'Keys and certificates that lost a character on the way are no keys any more.',
    repair: 'Copy the base64 data as a whole, padding included.',
    covers: ['K18', 'M14', 'H09'],
  },
  'rdata-base32': {
    standard: 'RFC 4648 section 7, RFC 5155 section 3.3',
    reason: 'Hashed names are written in base32hex without padding.',
    repair: 'Use the digits 0-9 and a-v.',
    covers: ['K15'],
  },
  'rdata-time': {
    standard: 'RFC 4034 section 3.2',
    reason: 'Times of signatures are exact to the second, in UTC.',
    repair: 'Write YYYYMMDDHHmmSS, or seconds since 1970.',
    covers: ['K14'],
  },
  'rdata-location': {
    standard: 'RFC 1876 section 3',
    reason: 'A location outside the ranges of its fields is nowhere on Earth.',
    repair: 'Write latitude, longitude, altitude and sizes within the ranges that the message names.',
    covers: ['K26'],
  },
  'rdata-gateway': {
    standard: 'RFC 4025 section 2.5, RFC 8777 section 4.2',
    reason: 'What kind of gateway it is and the gateway itself must agree.',
    repair: 'Write "." for none, an address of the family that the type names, or a name.',
    covers: ['K25'],
  },
  'rdata-service': {
    standard: 'RFC 1035 section 3.4.2',
    reason: 'A service without a known port number cannot be put into the bit map of ports.',
    repair: 'Write port numbers.',
    covers: [],
  },
  'rdata-apl': {
    standard: 'RFC 3123 section 5',
    reason: 'A prefix list holds families, addresses and lengths that fit each other.',
    repair: 'Write [!]FAMILY:ADDRESS/LENGTH.',
    covers: [],
  },
  'rdata-length': {
    standard: 'RFC 1035 section 3.2.1',
    reason: 'The length of the data is kept in sixteen bits.',
    repair: 'Use at most 65,535 octets.',
    covers: ['X02'],
  },
  'string-length': {
    standard: 'RFC 1035 section 3.3',
    reason: 'The length of a character string is kept in eight bits.',
    repair: 'Split it into strings of at most 255 octets, or write the text without quotes: it is then split for you.',
    covers: ['X01'],
  },
  'generic-rdata': {
    standard: 'RFC 3597 section 5',
    reason: 'Data of an unknown type is told by its length and its octets, which must agree.',
    repair: 'Write \\# LENGTH HEX.',
    covers: ['X07'],
  },
  'unknown-type-syntax': {
    standard: 'RFC 3597 section 5',
    reason: 'A type without a form of its own can only be written as octets.',
    repair: 'Write \\# LENGTH HEX.',
    covers: ['X07'],
  },
  'svcb-key': {
    standard: 'RFC 9460 section 2.1',
    reason: 'Clients understand service parameters by their keys, each at most once.',
    repair: 'Write each key once, by its name or as keyNNNNN.',
    covers: ['H03'],
  },
  'svcb-value': {
    standard: 'RFC 9460 section 7',
    reason: 'A service parameter with a value that its key does not take makes clients ignore the whole record.',
    repair: 'Write the value as the key wants it.',
    covers: ['H05', 'H06', 'H07', 'H08', 'H09', 'H14'],
  },
  'svcb-mandatory': {
    standard: 'RFC 9460 section 8',
    reason: 'A client that looks for a mandatory key and does not find it ignores the record.',
    repair: 'List only keys that are there, each once, and not "mandatory" itself.',
    covers: ['H04'],
  },
} as const satisfies Readonly<Record<string, Statement>>;

/** What is found while values are parsed, each stated as a check. */
export const syntaxChecks: readonly Check[] = Object.entries<Statement>(statements).map(([id, statement]) => ({
  id,
  severity: 'error',
  ...statement,
  hard: true,
  found: 'reading',
}));
