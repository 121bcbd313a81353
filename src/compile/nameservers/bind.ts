import { plainName } from '../../dns/plain-name.ts';
import type { NameserverList } from './zone-list.ts';

const HEAD = `# The zones of this release for BIND. Where releases are in /var/lib/zonewright/current, named.conf has
#   options { directory "/var/cache/bind"; };
#   include "/var/lib/zonewright/current/nameservers/named.conf";
# named has to be able to write in that directory, so a link leads from there to the release:
#   ln -s /var/lib/zonewright/current/zones /var/cache/bind/zones
`;

/** `named.conf`: paths are relative to the option `directory`. */
export const bind: NameserverList = {
  file: 'named.conf',
  print: (zones) =>
    HEAD + zones.map(({ apex, file }) => `zone "${plainName(apex)}" { type primary; file "${file}"; };\n`).join(''),
};
