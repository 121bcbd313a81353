import type { NameserverList } from './zone-list.ts';
import { plainName } from './zone-list.ts';

const HEAD = `# The zones of this release for NSD. In nsd.conf, with the release in /var/lib/zonewright/current:
#   server:
#     zonesdir: "/var/lib/zonewright/current"
#   include: "/var/lib/zonewright/current/nameservers/nsd.conf"
`;

/** `nsd.conf`: paths are relative to `zonesdir`. */
export const nsd: NameserverList = {
  file: 'nsd.conf',
  print: (zones) =>
    HEAD + zones.map(({ apex, file }) => `zone:\n  name: "${plainName(apex)}"\n  zonefile: "${file}"\n`).join(''),
};
