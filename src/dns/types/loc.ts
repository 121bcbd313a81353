import { altitude, latitude, longitude, precision } from '../fields/location.ts';
import { badOctets, cutOff } from '../fields/structure.ts';
import type { Data, Field, FieldKind } from '../rrtype.ts';
import { defineType } from '../rrtype.ts';

/** The fields in the order in which they are written, and where each stands on the wire. */
const fields: readonly (Field & { readonly at: number })[] = [
  { name: 'latitude', kind: latitude, at: 4, about: 'Degrees, minutes, seconds and N or S.' },
  { name: 'longitude', kind: longitude, at: 8, about: 'Degrees, minutes, seconds and E or W.' },
  { name: 'altitude', kind: altitude, at: 12, about: 'Metres above the reference spheroid.' },
  {
    name: 'size',
    kind: precision('1m'),
    at: 1,
    about: 'The diameter of the sphere that holds the thing; 1m if left out.',
  },
  { name: 'horiz_pre', kind: precision('10000m'), at: 2, about: 'The horizontal precision; 10000m if left out.' },
  { name: 'vert_pre', kind: precision('10m'), at: 3, about: 'The vertical precision; 10m if left out.' },
];
const LENGTH = 16;
const VERSION = '\0';

function onWire(parts: readonly string[]): string {
  const [lat, long, alt, ...precisions] = parts;
  return [VERSION, ...precisions, lat, long, alt].join('');
}

/** Written and read in another order than it has on the wire (RFC 1876 sections 2 and 3). */
const location: FieldKind = {
  parse: (tokens) => onWire(fields.map(({ kind, name }) => kind.parse(tokens, name, ''))),
  print: (from, start) => fields.map(({ kind, at }) => kind.print(from, start + at, 0, start)).join(' '),
  encode(value, _field, _before, origin) {
    const data = value as ReadonlyMap<string, unknown>;
    return onWire(fields.map(({ kind, name }) => kind.encode(data.get(name), name, '', origin)));
  },
  decode: (from, start) =>
    Object.fromEntries(fields.map(({ kind, name, at }) => [name, kind.decode(from, start + at, 0, start) as Data])),
  end(from, start, limit) {
    if (start + LENGTH > limit) cutOff();
    if (from[start] !== VERSION) badOctets('the version of the location is not 0');
    for (const { kind, at } of fields) kind.end(from, start + at, limit, start);
    return start + LENGTH;
  },
  schema: { type: 'object' },
};

/** `host LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0m 10000m 10m` */
export const LOC = defineType({
  name: 'LOC',
  code: 29,
  about: 'Where on earth something is.',
  standards: ['RFC 1876'],
  fields: fields.map(({ name, kind, about }) => ({ name, kind, about })),
  examples: [
    '52 22 23.000 N 4 53 32.000 E -2.00m 0m 10000m 10m',
    '42 21 54 N 71 06 18 W -24m 30m',
    '32 7 19 S 116 2 25 E 10m',
  ],
  whole: location,
});
