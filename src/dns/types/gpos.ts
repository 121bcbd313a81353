import { characterString } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `host GPOS "-32.6882" "116.8652" "10.0"` */
export const GPOS = defineType({
  name: 'GPOS',
  code: 27,
  about: 'A geographical position; replaced by LOC.',
  standards: ['RFC 1712 section 3'],
  fields: [
    { name: 'longitude', kind: characterString, about: 'Degrees, east positive.' },
    { name: 'latitude', kind: characterString, about: 'Degrees, north positive.' },
    { name: 'altitude', kind: characterString, about: 'Metres.' },
  ],
  examples: ['"-32.6882" "116.8652" "10.0"'],
  obsolete: true,
  loadedBy: ['BIND'],
});
