import { DnsSyntaxError, quoted } from './fault.ts';
import { parseIpv4, parseIpv6 } from './fields/address.ts';

/** Where a name server is: an IP address and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The port that name servers listen on (RFC 1035 section 4.2). */
export const DNS_PORT = 53;

/**
 * Reads `192.0.2.53`, `192.0.2.53:5300`, `2001:db8::53`, `[2001:db8::53]` or `[2001:db8::53]:5300`; without a port it is
 * that of DNS. Throws {@link DnsSyntaxError} for anything else, host names included.
 */
export function parseEndpoint(text: string): Endpoint {
  const inBrackets = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  const colon = text.indexOf(':');
  const isPlain = inBrackets !== null || colon < 0 || text.includes(':', colon + 1);
  const [host, port] =
    inBrackets !== null
      ? [inBrackets[1] as string, inBrackets[2]]
      : isPlain
        ? [text, undefined]
        : [text.slice(0, colon), text.slice(colon + 1)];
  if (inBrackets !== null || host.includes(':')) parseIpv6(host);
  else parseIpv4(host);
  return { host, port: port === undefined ? DNS_PORT : parsePort(port, text) };
}

function parsePort(text: string, whole: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65535) return port;
  throw new DnsSyntaxError(
    `${quoted(whole)} has no port from 1 to 65535`,
    'write an address and a port such as 192.0.2.53:5300 or [2001:db8::53]:5300, or no port for 53',
    'setting-value',
  );
}
