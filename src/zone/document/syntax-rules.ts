import type { Check } from '../checks/check.ts';

/** What the parsers of `dns/` find in names and rdata, by the ids that they give to their faults. All of it is hard. */
export const syntaxStatements = {
  'name-syntax': syntax(
    'RFC 1035 section 2.3.1',
    'What is no domain name cannot be an owner or a target.',
    'Write labels with dots between them.',
    ['G01', 'S01'],
  ),
  'name-whitespace': syntax(
    'RFC 1035 section 5.1',
    'White space ends a name in a zone file, so what follows would be read as something else.',
    'Remove it, or write it as \\DDD if it is really meant.',
    ['N00'],
  ),
  'empty-label': syntax(
    'RFC 1035 section 3.1',
    'Only the root has an empty label, so two dots in a row are no name.',
    'Remove the extra dot.',
    ['N03'],
  ),
  'label-length': syntax(
    'RFC 1035 section 2.3.4',
    'A label has at most 63 octets on the wire.',
    'Use at most 63 octets between two dots.',
    ['N01'],
  ),
  'name-length': syntax('RFC 1035 section 2.3.4', 'A name has at most 255 octets on the wire.', 'Shorten it.', ['N02']),
  'idn-label': syntax(
    'RFC 5890 section 2.3.2',
    'Letters outside ASCII are served as A-labels, which not every text has.',
    'Write the label in letters that IDNA allows, or its A-label.',
    ['N14'],
  ),
  'bad-escape': syntax(
    'RFC 1035 section 5.1',
    'A backslash is followed by three digits from 000 to 255 or by the character that it escapes.',
    'Write \\\\ for a backslash, or three decimal digits behind it.',
    ['N15'],
  ),
  'ipv4-syntax': syntax(
    'RFC 1035 section 3.4.1',
    'An A record holds one IPv4 address.',
    'Write four numbers from 0 to 255 without leading zeros.',
    ['A01'],
  ),
  'ipv6-syntax': syntax(
    'RFC 4291 section 2.2',
    'An AAAA record holds one IPv6 address.',
    'Write groups of hexadecimal digits, such as 2001:db8::1.',
    ['A02'],
  ),
  'rdata-syntax': syntax(
    'RFC 1035 section 5.1',
    'Rdata that its type does not allow cannot be compiled.',
    'Write the fields of the type as the reference page shows them.',
    ['K25'],
  ),
  'rdata-missing-field': syntax(
    'RFC 1035 section 5.1',
    'A record with a field missing cannot be compiled.',
    'Add the field.',
    ['Y05'],
  ),
  'rdata-extra-field': syntax(
    'RFC 1035 section 5.1',
    'What stands behind the last field belongs to no field.',
    'Remove it, or put a text with blanks in quotes.',
    [],
  ),
  'unknown-field': syntax('the zone document', 'A mistyped field would be lost.', 'Use the fields of the type.', [
    'Y12',
  ]),
  'rdata-number': syntax(
    'the standard of the type',
    'The field is a number of limited size.',
    'Write a whole number in its range.',
    ['M01', 'R02', 'C01', 'K01', 'S03', 'H07'],
  ),
  'rdata-mnemonic': syntax(
    'the standard of the type',
    'The field is a number or one of the names that its registry gives to numbers.',
    'Write the number or a name of the registry.',
    ['K01', 'K23'],
  ),
  'rdata-hex': syntax(
    'the standard of the type',
    'The field holds octets in hexadecimal, two digits each.',
    'Write pairs of hexadecimal digits.',
    ['K01', 'K02', 'K19'],
  ),
  'rdata-base64': syntax(
    'RFC 4648 section 4',
    'The field holds octets in base64.',
    'Write the base64 text without changes.',
    ['K18'],
  ),
  'rdata-base32': syntax(
    'RFC 5155 section 3.3',
    'The field holds octets in base32 with the extended hexadecimal alphabet.',
    'Write the digits 0 to 9 and A to V.',
    [],
  ),
  'rdata-length': syntax(
    'RFC 1035 section 3.2.1',
    'Rdata has at most 65,535 octets, and some fields have a length of their own.',
    'Write data of the right length.',
    ['X02', 'K02'],
  ),
  'rdata-time': syntax(
    'RFC 4034 section 3.2',
    'The field is a time of a signature.',
    'Write YYYYMMDDHHmmSS in UTC, or seconds since 1970.',
    ['K14'],
  ),
  'rdata-location': syntax(
    'RFC 1876 section 3',
    'A location is given in degrees, minutes, seconds and metres within their ranges.',
    'Write it as 51 30 12.748 N 0 7 39.612 W 0m.',
    ['K26'],
  ),
  'rdata-apl': syntax(
    'RFC 3123 section 4',
    'An address prefix is a family, an address and a length.',
    'Write [!]1:192.0.2.0/24 or [!]2:2001:db8::/32.',
    [],
  ),
  'rdata-gateway': syntax(
    'RFC 4025 section 2.3, RFC 8777 section 4.2',
    'The gateway must be what the gateway type says.',
    'Write a gateway of the type that stands before it.',
    ['K25'],
  ),
  'rdata-service': syntax(
    'RFC 1035 section 3.4.2',
    'A well-known service is a protocol with its ports.',
    'Write the protocol and the ports by number or name.',
    [],
  ),
  'rdata-word': syntax(
    'RFC 8659 section 4.1',
    'The field is one word of letters and digits.',
    'Use ASCII letters and digits only.',
    ['C02'],
  ),
  'string-length': syntax(
    'RFC 1035 section 3.3',
    'One character string has at most 255 octets.',
    'Split it, or write a text without quotes, which is split for you.',
    ['X01'],
  ),
  'svcb-key': syntax(
    'RFC 9460 section 2.1',
    'Each service parameter has a registered key and stands there once.',
    'Write a key of the registry, or keyNNNNN.',
    ['H03'],
  ),
  'svcb-value': syntax(
    'RFC 9460 section 7',
    'Each service parameter has a value of its own form.',
    'Write the value as the standard of the key says.',
    ['H05', 'H06', 'H07', 'H08', 'H09', 'H14'],
  ),
  'svcb-mandatory': syntax(
    'RFC 9460 section 8',
    'The mandatory keys must be there, once each, and not be those that are always mandatory.',
    'List only other keys that the record has.',
    ['H04'],
  ),
  'generic-rdata': syntax(
    'RFC 3597 section 5',
    'The generic form states its length, which must be that of its data.',
    'Write \\# LENGTH HEX.',
    ['X07'],
  ),
  'unknown-type-syntax': syntax(
    'RFC 3597 section 5',
    'A type without a form of its own has the generic form only.',
    'Write \\# LENGTH HEX.',
    ['X07'],
  ),
} as const;

function syntax(
  standard: string,
  reason: string,
  repair: string,
  covers: readonly string[],
): Omit<Check, 'id' | 'found'> {
  return { severity: 'error', standard, reason, repair, covers, hard: true };
}
