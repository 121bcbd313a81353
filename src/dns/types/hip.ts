import { DnsSyntaxError } from '../fault.ts';
import { parseBase64, parseHex, printBase64, printHex } from '../fields/binary.ts';
import { uint8 } from '../fields/integer.ts';
import { domainNames } from '../fields/name.ts';
import { badOctets, fixedEnd, wordKind } from '../fields/structure.ts';
import { readU16, u16 } from '../octets.ts';
import type { Data, FieldKind } from '../rrtype.ts';
import { defineType } from '../rrtype.ts';

function sized(octets: string, max: number, field: string): string {
  if (octets.length > 0 && octets.length <= max) return octets;
  throw new DnsSyntaxError(`the ${field} has ${octets.length} octets`, `use 1 to ${max} octets`, 'rdata-length');
}

const algorithm = uint8;
const hit = wordKind({
  read: (text, field) => sized(parseHex(text, field), 255, field),
  print: (from, at, end) => printHex(from.slice(at, end)),
  end: (_from, _at, limit) => limit,
  schema: { type: 'string', pattern: '^([0-9a-fA-F]{2}){1,255}$' },
});
const publicKey = wordKind({
  read: (text, field) => sized(parseBase64(text, field), 65535, field),
  print: (from, at, end) => printBase64(from.slice(at, end)),
  end: (_from, _at, limit) => limit,
  schema: { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' },
});
const HEADER = 4;

function onWire(pk: string, tag: string, key: string, servers: string): string {
  return String.fromCharCode(tag.length) + pk + u16(key.length) + tag + key + servers;
}

/** Where the tag, the key and the servers begin. */
function offsets(from: string, start: number): [tag: number, key: number, servers: number] {
  const key = start + HEADER + from.charCodeAt(start);
  return [start + HEADER, key, key + readU16(from, start + 2)];
}

/** The lengths of the tag and of the key stand before both of them (RFC 8005 section 5). */
const identity: FieldKind = {
  parse(tokens) {
    const pk = algorithm.parse(tokens, 'pk_algorithm', '');
    const tag = hit.parse(tokens, 'hit', '');
    const key = publicKey.parse(tokens, 'public_key', '');
    return onWire(pk, tag, key, domainNames.parse(tokens, 'rendezvous_servers', ''));
  },
  print(from, start, end) {
    const [tag, key, servers] = offsets(from, start);
    const text = `${from.charCodeAt(start + 1)} ${printHex(from.slice(tag, key))} ${printBase64(from.slice(key, servers))}`;
    return servers === end ? text : `${text} ${domainNames.print(from, servers, end, start)}`;
  },
  encode(value, _field, _before, origin) {
    const data = value as ReadonlyMap<string, unknown>;
    const read = (kind: FieldKind, name: string): string => kind.encode(data.get(name), name, '', origin);
    const [pk, tag, key] = [read(algorithm, 'pk_algorithm'), read(hit, 'hit'), read(publicKey, 'public_key')];
    return onWire(pk, tag, key, read(domainNames, 'rendezvous_servers'));
  },
  decode(from, start, end) {
    const [tag, key, servers] = offsets(from, start);
    const data: { [field: string]: Data } = {
      pk_algorithm: from.charCodeAt(start + 1),
      hit: printHex(from.slice(tag, key)),
      public_key: printBase64(from.slice(key, servers)),
    };
    const names = domainNames.decode(from, servers, end, start);
    return names === undefined ? data : { ...data, rendezvous_servers: names };
  },
  end(from, start, limit) {
    fixedEnd(start, HEADER, limit);
    const [tag, key, servers] = offsets(from, start);
    if (tag === key || key === servers) badOctets('the host identity tag or its key is empty');
    fixedEnd(start, servers - start, limit);
    return domainNames.end(from, servers, limit, start);
  },
  names: (from, start, end) => domainNames.names?.(from, offsets(from, start)[2], end, start) ?? [],
  schema: { type: 'object' },
};

/** `host HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAb... rvs1.example.com.` */
export const HIP = defineType({
  name: 'HIP',
  code: 55,
  about: 'The identity of a host in the Host Identity Protocol.',
  standards: ['RFC 8005 section 5'],
  fields: [
    { name: 'pk_algorithm', kind: algorithm, about: 'The algorithm of the key, as in IPSECKEY.' },
    { name: 'hit', kind: hit, about: 'The host identity tag in hexadecimal.' },
    { name: 'public_key', kind: publicKey, about: 'The host identity, a public key in base64.' },
    { name: 'rendezvous_servers', kind: domainNames, about: 'The servers through which the host is reached.' },
  ],
  examples: [
    '2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e19WzK00+CI6zBCQTdtWsuxKbWIy87UOoJTwkUs7lBu+Upr1gsNrut79ryra+bSRGQb1slImA8YVJyuIDsj7kwzG7jnERNqnWxZ48AWkskmdHaVDP4BcelrTI3rMXdXF5D rvs1.example.com. rvs2.example.com.',
    '2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNu',
  ],
  loadedBy: ['BIND'],
  whole: identity,
});
