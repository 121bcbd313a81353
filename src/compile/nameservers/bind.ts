import type { NameserverList } from './zone-list.ts';
import { plainName } from './zone-list.ts';

const HEAD = `# The zones of this release for BIND. In named.conf, with the release in /var/lib/zonewright/current:
#   options { directory "/var/lib/zonewright/current"; };
#   include "/var/lib/zonewright/current/nameservers/named.conf";
`;

/** `named.conf`: paths are relative to the option `directory`. */
export const bind: NameserverList = {
  file: 'named.conf',
  print: (zones) =>
    HEAD + zones.map(({ apex, file }) => `zone "${plainName(apex)}" { type primary; file "${file}"; };\n`).join(''),
};
