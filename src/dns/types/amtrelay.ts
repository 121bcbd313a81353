import { hexRest } from '../fields/binary.ts';
import { gateway } from '../fields/gateway.ts';
import { limited8, uint8 } from '../fields/integer.ts';
import { cutOff } from '../fields/structure.ts';
import type { Data, FieldKind } from '../rrtype.ts';
import { defineType } from '../rrtype.ts';

const precedence = uint8;
const discovery = limited8(1);
const KNOWN_TYPES = 3;
const relayType = limited8(KNOWN_TYPES);
const anyType = limited8(127);
const relay = gateway(1);
const HEADER = 2;

/**
 * Relays of types that are not assigned yet (RFC 8777 section 4.2.3) are octets: in the generic form of presentation, and
 * in hexadecimal in structured form.
 */
function isUnknown(rdata: string, start: number): boolean {
  return (rdata.charCodeAt(start + 1) & 127) > KNOWN_TYPES;
}

/** The discovery bit and the type share an octet (RFC 8777 section 4.1). */
function header(rank: string, optional: string, type: string): string {
  return rank + String.fromCharCode((optional.charCodeAt(0) << 7) | type.charCodeAt(0));
}

const whole: FieldKind = {
  parse(tokens) {
    const rank = precedence.parse(tokens, 'precedence', '');
    const optional = discovery.parse(tokens, 'discovery_optional', '');
    const before = header(rank, optional, relayType.parse(tokens, 'type', ''));
    return before + relay.parse(tokens, 'relay', before);
  },
  print(from, start, end) {
    const shared = from.charCodeAt(start + 1);
    const address = relay.print(from, start + HEADER, end, start);
    return `${from.charCodeAt(start)} ${shared >>> 7} ${shared & 127} ${address}`;
  },
  encode(value, _field, _before, origin) {
    const data = value as ReadonlyMap<string, unknown>;
    const read = (kind: FieldKind, name: string): string => kind.encode(data.get(name), name, '', origin);
    const before = header(read(precedence, 'precedence'), read(discovery, 'discovery_optional'), read(anyType, 'type'));
    const unknown = isUnknown(before, 0);
    if (unknown && data.get('relay') === '.') return before;
    return before + (unknown ? hexRest : relay).encode(data.get('relay'), 'relay', before, origin);
  },
  decode(from, start, end) {
    const shared = from.charCodeAt(start + 1);
    const unknown = isUnknown(from, start);
    const at = start + HEADER;
    return {
      precedence: from.charCodeAt(start),
      discovery_optional: shared >>> 7,
      type: shared & 127,
      relay: unknown && end === at ? '.' : ((unknown ? hexRest : relay).decode(from, at, end, start) as Data),
    };
  },
  end(from, start, limit) {
    if (start + HEADER > limit) cutOff();
    return isUnknown(from, start) ? limit : relay.end(from, start + HEADER, limit, start);
  },
  names: (from, start, end) => relay.names?.(from, start + HEADER, end, start) ?? [],
  schema: { type: 'object' },
};

/** `1.2.0.192.in-addr.arpa AMTRELAY 10 0 1 203.0.113.15` */
export const AMTRELAY = defineType({
  name: 'AMTRELAY',
  code: 260,
  about: 'A relay through which multicast traffic of a source is reached.',
  standards: ['RFC 8777 section 4'],
  fields: [
    { name: 'precedence', kind: precedence, about: 'Lower values are tried first.' },
    { name: 'discovery_optional', kind: discovery, about: '1 where a relay may be found in other ways first, else 0.' },
    { name: 'type', kind: relayType, about: '0 no relay, 1 IPv4, 2 IPv6, 3 a name.' },
    { name: 'relay', kind: relay, about: 'The relay; "." where there is none.' },
  ],
  examples: ['10 0 1 203.0.113.15', '10 0 2 2001:db8::15', '128 1 3 amtrelays.example.com.', '0 1 0 .'],
  loadedBy: ['BIND'],
  genericWhen: (rdata) => isUnknown(rdata, 0),
  whole,
});
