import { DnsSyntaxError, quoted } from '../fault.ts';
import type { FieldKind } from '../rrtype.ts';
import { hasMore, takeBare } from '../token.ts';
import type { Mnemonics } from './integer.ts';
import { badOctets, listOf, scalarText } from './structure.ts';

/** The protocols that a WKS record names, by their names in the IANA registry. */
export const protocols: Mnemonics = { ICMP: 1, IGMP: 2, GGP: 3, TCP: 6, EGP: 8, UDP: 17, RDP: 27, IPV6: 41, SCTP: 132 };

/** Service names of the IANA registry that are found in WKS records. */
const services: Mnemonics = {
  TCPMUX: 1,
  ECHO: 7,
  DISCARD: 9,
  SYSTAT: 11,
  DAYTIME: 13,
  NETSTAT: 15,
  QOTD: 17,
  CHARGEN: 19,
  'FTP-DATA': 20,
  FTP: 21,
  SSH: 22,
  TELNET: 23,
  SMTP: 25,
  TIME: 37,
  NAMESERVER: 42,
  WHOIS: 43,
  NICNAME: 43,
  TACACS: 49,
  DOMAIN: 53,
  BOOTPS: 67,
  BOOTPC: 68,
  TFTP: 69,
  GOPHER: 70,
  FINGER: 79,
  HTTP: 80,
  WWW: 80,
  KERBEROS: 88,
  HOSTNAME: 101,
  HOSTNAMES: 101,
  'ISO-TSAP': 102,
  POP2: 109,
  POP3: 110,
  SUNRPC: 111,
  AUTH: 113,
  SFTP: 115,
  NNTP: 119,
  NTP: 123,
  'NETBIOS-NS': 137,
  'NETBIOS-DGM': 138,
  'NETBIOS-SSN': 139,
  IMAP: 143,
  IMAP2: 143,
  SNMP: 161,
  XDMCP: 177,
  BGP: 179,
  IRC: 194,
  LDAP: 389,
  HTTPS: 443,
  EXEC: 512,
  BIFF: 512,
  LOGIN: 513,
  WHO: 513,
  SHELL: 514,
  SYSLOG: 514,
  PRINTER: 515,
  TALK: 517,
  NTALK: 518,
  ROUTE: 520,
  UUCP: 540,
};

function readPort(text: string, field: string): number {
  const upper = text.toUpperCase();
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Object.hasOwn(services, upper) ? services[upper] : undefined;
  if (port !== undefined && port <= 65535) return port;
  throw new DnsSyntaxError(
    `${quoted(text)} in the ${field} is not a known service`,
    'write the port number, 0 to 65535',
    'rdata-service',
  );
}

function encode(ports: readonly number[]): string {
  if (ports.length === 0) return '';
  const bits = Buffer.alloc((Math.max(...ports) >>> 3) + 1);
  for (const port of ports) bits[port >>> 3] = (bits[port >>> 3] as number) | (0x80 >>> (port & 7));
  return bits.toString('latin1');
}

function decode(from: string, at: number, end: number): number[] {
  const ports: number[] = [];
  for (let bit = 0; bit < 8 * (end - at); bit++) {
    if ((from.charCodeAt(at + (bit >>> 3)) & (0x80 >>> (bit & 7))) !== 0) ports.push(bit);
  }
  return ports;
}

/** A bit for each port on which a service is offered (RFC 1035 section 3.4.2), written as numbers or service names. */
export const servicePorts: FieldKind = {
  parse(tokens, field) {
    const ports: number[] = [];
    while (hasMore(tokens)) ports.push(readPort(takeBare(tokens, field), field));
    return encode([...new Set(ports)]);
  },
  print: (from, at, end) => decode(from, at, end).join(' '),
  encode: (value, field) =>
    value === undefined
      ? ''
      : encode([...new Set(listOf(value).map((port) => readPort(scalarText(port, field), field)))]),
  decode,
  end(from, at, limit) {
    if (limit - at > 8192 || (limit > at && from.charCodeAt(limit - 1) === 0))
      badOctets('the port bitmap is malformed');
    return limit;
  },
  schema: {
    type: 'array',
    items: {
      anyOf: [
        { type: 'integer', minimum: 0, maximum: 65535 },
        { type: 'string', pattern: '^[a-zA-Z0-9-]+$' },
      ],
    },
  },
  optional: true,
};
